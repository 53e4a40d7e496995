"""Valuation rounds: drafted, approved and recorded."""
