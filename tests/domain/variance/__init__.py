"""Tests of app/domain/variance."""
