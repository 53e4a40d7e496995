"""People, their passwords, sessions, tokens and memberships, and the audit of these."""
