"""How the wizard's pages are drawn, whole or in part."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Response, render_template, request

from app.domain.currencies import COMMON
from app.domain.whole_numbers import whole_or_none
from app.web.setup import review
from app.web.setup.answers import REVIEW, SetUp
from app.web.setup.previews import Preview, as_first_shown
from app.web.setup.step_form import StepForm
from app.web.shared.responses import wants_partial, whole


def change_rows(form: StepForm, done: str) -> None:
    """Add a row to a form, or take one out, as its buttons say."""
    if done == "add":
        form.add_row()
    elif (row := whole_or_none(done.removeprefix("remove-"))) is not None:
        form.remove_row(row)


def changed(draft_id: UUID, set_up: SetUp, step: str, done: str) -> Response:
    """Show the step with its rows changed, or what it leads to as it stands; nothing is kept."""
    form = set_up.form(step)
    preview = Preview(set_up, step)
    faults = preview.faults  # before rows change, which have no faults of their own yet
    if wants_partial() and not done:
        return Response(render_template("setup/_preview.html", preview=preview, faults=faults))
    if done != "preview":
        for field in form:
            field.errors = []
        change_rows(form, done)
    if wants_partial():
        return Response(
            render_template("setup/_rows.html", form=form, step=step, preview=preview, oob=True)
        )
    return step_page(draft_id, set_up, step)


def step_page(
    draft_id: UUID, set_up: SetUp, step: str, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Draw a step with what was typed in it, and what that leads to."""
    return whole(
        "setup/edit.html",
        status,
        draft_id=draft_id,
        set_up=set_up,
        step=set_up.step(step),
        form=set_up.form(step),
        preview=Preview(as_first_shown(set_up, step), step),
        returns=request.values.get("return") == REVIEW,
        currencies=COMMON,
    )


def review_page(
    draft_id: UUID,
    set_up: SetUp,
    faults: list[tuple[str, str]] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Draw the review; `faults` are why no fund was made, each with the step to mend it in."""
    return whole(
        "setup/check.html",
        status,
        draft_id=draft_id,
        set_up=set_up,
        step=None,
        sections=review.sections(set_up),
        preview=Preview(set_up, "commitments"),
        faults=faults or [],
    )
