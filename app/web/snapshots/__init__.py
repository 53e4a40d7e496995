"""The page of a fund's snapshots."""
