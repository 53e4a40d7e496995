"""Tests of app/store/accounts."""
