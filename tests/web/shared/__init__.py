"""Tests of app/web/shared."""
