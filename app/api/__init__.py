"""The JSON API under /api: the same use cases as the pages, for programs."""

from __future__ import annotations

from flask import Flask

from app.api import funds, problems


def register(app: Flask) -> None:
    """Add the API and its way of telling what went wrong."""
    app.register_blueprint(funds.bp)
    problems.register(app)
