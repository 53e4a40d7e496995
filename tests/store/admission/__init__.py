"""Tests of app/store/admission."""
