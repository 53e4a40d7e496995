"""The companies of the demo fund: deals, marks, results and exits."""
