"""One portfolio company of a fund at any date."""
