"""Tests of app/domain/planning."""
