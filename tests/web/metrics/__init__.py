"""Tests of app/web/metrics."""
