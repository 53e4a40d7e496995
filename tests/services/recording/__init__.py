"""Tests of app/services/recording."""
