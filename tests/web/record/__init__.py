"""Tests of app/web/record."""
