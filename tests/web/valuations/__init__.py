"""Tests of app/web/valuations."""
