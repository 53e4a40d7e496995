"""Valuation rounds."""
