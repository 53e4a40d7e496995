"""Tests of app/store/snapshots."""
