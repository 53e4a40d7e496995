"""Tests of app/web/variance."""
