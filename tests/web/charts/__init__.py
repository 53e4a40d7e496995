"""Tests of app/web/charts."""
