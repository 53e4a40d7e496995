"""Tests of app/services/reads."""
