"""Tests of app/web/fund."""
