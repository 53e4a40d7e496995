"""Tests of how the browser suite is run."""
