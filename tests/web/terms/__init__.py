"""Tests of app/web/terms."""
