"""Texts that cost more the longer they are, and are refused for their length."""

from __future__ import annotations

MANY_MARKS = "e" + "\u0301\u0327" * 40_000
