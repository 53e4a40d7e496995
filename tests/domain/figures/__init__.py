"""Tests of app/domain/figures."""
