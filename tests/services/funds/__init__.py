"""Tests of app/services/funds."""
