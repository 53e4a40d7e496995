"""Tests of app/services/snapshots."""
