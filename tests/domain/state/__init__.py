"""Tests of app/domain/state."""
