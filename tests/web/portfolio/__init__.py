"""Tests of app/web/portfolio."""
