"""The view of a fund goes along its pages: their links carry it, until one goes back to today."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context, request

_VIEW = ("as_of", "known_at", "through", "compare")
_PAGES = {
    "timeline.index", "record.index", "valuations.index", "books.index", "terms.index",
    "members.index", "snapshots.index", "jobs.index", "charts.index", "portfolio.show",
    "variance.show",
}  # fmt: skip


def register(app: Flask) -> None:
    """Let links to a fund's pages carry the view of the page that they are on."""
    app.url_defaults(_carry)
    app.add_template_global(carried_view)


def carried_view() -> dict[str, str]:
    """Return what the address at work says of the view, as parameters of another one."""
    return {name: request.args[name] for name in _VIEW if request.args.get(name)}


def _carry(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint not in _PAGES or not has_request_context():
        return
    here = (request.view_args or {}).get("fund_id")
    if here is not None and str(here) == str(values.get("fund_id")):
        for name, value in carried_view().items():
            values.setdefault(name, value)
