"""Tests of app/services/exports."""
