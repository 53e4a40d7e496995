"""Tests of app/web/companies."""
