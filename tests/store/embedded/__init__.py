"""Tests of app/store/embedded."""
