"""Tests of app/web/jobs."""
