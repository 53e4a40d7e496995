"""Tests of app/web/explanations."""
