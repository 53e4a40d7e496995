"""The fund's rules: events, terms, fold and figures, with no web and no database."""
