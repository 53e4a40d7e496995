"""The pages: one blueprint per noun, each route a page or the part of it that changed."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the pages."""
