"""The page of a fund's terms."""
