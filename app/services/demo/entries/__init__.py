"""Entries of the demo fund's log, and the days on which they are made."""
