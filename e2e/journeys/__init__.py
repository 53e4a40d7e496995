"""A day of each kind of person, from signing in to signing out."""
