"""The append-only log: its tables, and how it is read and verified."""
