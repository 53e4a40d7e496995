"""What the API, commands and exports write alike, as models that read it from the domain."""
