"""The companies of a fund in charts, on any day: its Portfolio page."""
