"""Tests of app/web/imports."""
