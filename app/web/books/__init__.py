"""The page of a fund's books."""
