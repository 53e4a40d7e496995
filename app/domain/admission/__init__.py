"""Whether the log admits an event."""
