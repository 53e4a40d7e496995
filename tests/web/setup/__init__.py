"""Tests of app/web/setup."""
