"""Tests of app/domain/admission."""
