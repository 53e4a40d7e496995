"""The pages: the same use cases as the API, for people."""

from __future__ import annotations

from flask import Flask

from app.web import (
    formats,
    funds,
    security,
    snapshot_wording,
    snapshots,
    strip,
    timeline,
    value_bars,
    wording,
)


def register(app: Flask) -> None:
    """Add the pages, with what their templates need."""
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.register_blueprint(funds.bp)
    app.register_blueprint(timeline.bp)
    app.register_blueprint(snapshots.bp)
    for each in (
        *formats.FILTERS,
        *wording.FILTERS,
        *snapshot_wording.FILTERS,
        strip.lane,
        value_bars.value_bars,
    ):
        app.add_template_filter(each)
    security.register(app)
