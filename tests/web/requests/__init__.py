"""Tests of requests that no page of ours makes, and of settings."""
