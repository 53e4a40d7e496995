"""Tests of app/web/snapshots."""
