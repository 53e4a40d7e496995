"""Tests of app/domain/alerts."""
