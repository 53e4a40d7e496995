"""Recording events: batches, corrections, previews, and who may do so."""
