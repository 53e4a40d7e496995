"""Tests of app/services/demo."""
