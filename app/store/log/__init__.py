"""The append-only log: written, read and verified."""
