"""Events: their types, and what each type carries."""
