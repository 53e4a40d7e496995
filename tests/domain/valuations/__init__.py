"""Tests of app/domain/valuations."""
