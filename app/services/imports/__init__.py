"""Imports: a file is read, mapped, checked, and becomes a fund."""
