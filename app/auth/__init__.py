"""Who may ask for what: login, rules for routes, access to metrics."""
