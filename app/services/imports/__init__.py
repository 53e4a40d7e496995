"""Imports: a file is mapped, checked, and becomes a fund."""
