"""The JSON API under /api: the same use cases as the pages, for programs."""

from __future__ import annotations

from flask import Flask

from app.api import (
    alerts,
    audit,
    compare,
    events,
    explain,
    exports,
    funds,
    jobs,
    series,
    snapshots,
    state,
    timeline,
    variance,
)
from app.api.openapi import views


def register(app: Flask) -> None:
    """Add the API, and what describes it."""
    for module in (
        funds,
        state,
        series,
        explain,
        compare,
        variance,
        alerts,
        timeline,
        events,
        snapshots,
        jobs,
        exports,
        audit,
        views,
    ):
        app.register_blueprint(module.bp)
