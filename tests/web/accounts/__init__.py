"""Tests of app/web/accounts."""
