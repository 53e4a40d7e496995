"""Jobs in the background: run, followed and listed."""
