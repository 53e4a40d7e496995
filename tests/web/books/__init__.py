"""Tests of app/web/books."""
