"""Snapshots: taken, kept up by a policy, and built again."""
