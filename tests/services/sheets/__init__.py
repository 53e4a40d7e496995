"""Tests of app/services/sheets."""
