"""Tests of app/services/valuations."""
