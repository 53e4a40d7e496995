"""What breaks around Asof, done for real: it says so, loses nothing, and comes back."""
