"""What every layer may do: log, count, and name the request at work."""
