"""Verifying funds: their logs, what follows from them, and their snapshots."""
