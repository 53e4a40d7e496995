"""Trials that take minutes: a site that is killed, raced and filled, and what it did meanwhile."""
