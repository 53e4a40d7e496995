"""Tests of app/web/timeline."""
