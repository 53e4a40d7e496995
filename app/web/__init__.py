"""The pages: the same use cases as the API, for people."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from app import guard
from app.web import (
    account,
    all_jobs,
    audit,
    books,
    confirmation,
    devices,
    exports,
    formats,
    funds,
    import_wording,
    imports,
    invitations,
    job_wording,
    jobs,
    members,
    people,
    security,
    sign_in,
    snapshot_wording,
    snapshots,
    strip,
    terms,
    timeline,
    valuation_steps,
    valuations,
    value_bars,
    verification_wording,
    wording,
)
from app.web.record import views as record
from app.web.setup import previews
from app.web.setup import views as setup

# The API takes no forms: what comes with a session must come from this site, see security.
_EXEMPT = "/api"


def register(app: Flask) -> None:
    """Add the pages, with what their templates need."""
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for pages in (
        funds, setup, exports, imports, timeline, record, valuations, valuation_steps, books,
        snapshots, jobs, terms, members, invitations, sign_in, account, confirmation, people,
        all_jobs, audit,
    ):  # fmt: skip
        app.register_blueprint(pages.bp)
    for each in (
        *formats.FILTERS,
        *wording.FILTERS,
        *snapshot_wording.FILTERS,
        *verification_wording.FILTERS,
        *import_wording.FILTERS,
        *job_wording.FILTERS,
        *devices.FILTERS,
        *audit.FILTERS,
        strip.lane,
        value_bars.value_bars,
        *previews.FILTERS,
    ):
        app.add_template_filter(each)
    app.add_template_global(guard.visitor)
    app.add_template_global(guard.may)
    security.register(app)
    csrf = CSRFProtect(app)
    for blueprint in app.blueprints.values():
        if (blueprint.url_prefix or "").startswith(_EXEMPT):
            csrf.exempt(blueprint)
