"""The page of a fund's timeline."""
