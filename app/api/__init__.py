"""The JSON API under /api: the same use cases as the pages, for programs."""

from __future__ import annotations

from flask import Flask

from app.api import funds


def register(app: Flask) -> None:
    """Add the API."""
    app.register_blueprint(funds.bp)
