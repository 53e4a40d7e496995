"""Tests of app/store/jobs."""
