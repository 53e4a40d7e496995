"""Tests of app/services/import_files."""
