"""Tests of app/domain/events."""
