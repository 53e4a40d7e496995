"""Tests of app/web/comparisons."""
