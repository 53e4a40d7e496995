"""The tables of people, their memberships, sessions, tokens, and the audit."""
