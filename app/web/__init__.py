"""The pages: the same use cases as the API, for people."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from app.auth import route_rules
from app.http import security
from app.web.accounts import (
    account_views,
    audit_views,
    devices,
    invitation_views,
    member_views,
    password_views,
    people_views,
    sign_in_views,
)
from app.web.books import views as book_views
from app.web.companies import views as company_views
from app.web.comparisons import views as comparison_views
from app.web.explanations import views as explanation_views
from app.web.fund import carried_view, export_views, svg
from app.web.fund import views as fund_views
from app.web.fund_charts import views as chart_views
from app.web.imports import step_views as import_step_views
from app.web.imports import upload_views as import_upload_views
from app.web.imports import wording as import_wording
from app.web.jobs import all_views
from app.web.jobs import views as job_views
from app.web.jobs import wording as job_wording
from app.web.metrics import views as metric_views
from app.web.portfolio import views as portfolio_views
from app.web.record import views as record
from app.web.setup import previews
from app.web.setup import views as setup
from app.web.shared import figure_names, formats, verification_wording, wording
from app.web.snapshots import views as snapshot_views
from app.web.snapshots import wording as snapshot_wording
from app.web.terms import views as term_views
from app.web.timeline import views as timeline_views
from app.web.valuations import step_views
from app.web.valuations import views as valuation_views
from app.web.variance import views as variance_views

# The API takes no forms: what comes with a session must come from this site, see security.
_EXEMPT = "/api"


def register(app: Flask) -> None:
    """Add the pages, with what their templates need."""
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for pages in (
        fund_views, chart_views, portfolio_views, variance_views, explanation_views,
        comparison_views, company_views, setup, export_views, import_step_views,
        import_upload_views, timeline_views, record, metric_views, valuation_views, step_views,
        book_views, snapshot_views, job_views, term_views, member_views, invitation_views,
        sign_in_views, account_views, password_views, people_views, all_views, audit_views,
    ):  # fmt: skip
        app.register_blueprint(pages.bp)
    for each in (
        *formats.FILTERS,
        *figure_names.FILTERS,
        *wording.FILTERS,
        *snapshot_wording.FILTERS,
        *verification_wording.FILTERS,
        *import_wording.FILTERS,
        *job_wording.FILTERS,
        *devices.FILTERS,
        *audit_views.FILTERS,
        svg.lane,
        *previews.FILTERS,
    ):
        app.add_template_filter(each)
    app.add_template_global(route_rules.visitor)
    app.add_template_global(route_rules.may)
    carried_view.register(app)
    security.register(app)
    csrf = CSRFProtect(app)
    for blueprint in app.blueprints.values():
        if (blueprint.url_prefix or "").startswith(_EXEMPT):
            csrf.exempt(blueprint)
