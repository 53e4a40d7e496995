"""Admitting events to a fund's log: checked, chained and written."""
