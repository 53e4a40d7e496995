"""Tests of app/services/verification."""
