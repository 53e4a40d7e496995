"""The rules that a fact must pass to enter the log, one module per kind of rule."""
