"""The wizard's pages: each step keeps what was typed, and the review makes the fund."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from uuid_utils.compat import uuid7
from werkzeug import Response as Answer

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs_sign_in
from app.domain.errors import FundNameTakenError, RefusedError
from app.services.funds import drafts as fund_drafts
from app.store.fund_drafts import FundDraft
from app.web.setup import responses
from app.web.setup.answers import REVIEW, STEPS, UNFINISHED, SetUp
from app.web.shared.flash import flash_message
from app.web.shared.responses import wants_partial

bp = Blueprint("setup", __name__, url_prefix="/funds/new")
_STEP = f"any({','.join(each.name for each in STEPS)})"
_TAKEN = "Another fund has this name: choose another."


@bp.get("/")
@needs_sign_in
def start() -> Answer:
    """Go on where one left off; with nothing under way, or on request, begin another fund."""
    drafts = fund_drafts.open_ones(database.engine(), route_rules.reader().id)
    if drafts and "another" not in request.args:
        return _go(drafts[0].id, SetUp(drafts[0].answers).unfinished)
    return _go(uuid7(), STEPS[0].name)


@bp.get("/<uuid:draft_id>/")
@needs_sign_in
def resume(draft_id: UUID) -> Answer:
    """Lead to the first step that is not done."""
    draft, set_up = _draft(draft_id)
    return _made(draft) or _go(draft_id, set_up.unfinished)


@bp.get(f"/<uuid:draft_id>/<{_STEP}:step>")
@needs_sign_in
def edit(draft_id: UUID, step: str) -> Answer:
    """Show a step, as soon as the ones before it are done."""
    draft, set_up = _draft(draft_id)
    return (
        _made(draft)
        or _too_early(draft_id, set_up, step)
        or responses.step_page(draft_id, set_up, step)
    )


@bp.post(f"/<uuid:draft_id>/<{_STEP}:step>")
@needs_sign_in
def answer(draft_id: UUID, step: str) -> Answer:
    """Keep what was typed and go on; or add a row, take one out, or show what it leads to."""
    draft, set_up = _draft(draft_id)
    if refused := _made(draft) or _too_early(draft_id, set_up, step):
        return refused
    kept = STEPS[_place(step)].form.kept(request.form)
    was_done, set_up = set_up.is_done(step), set_up.with_typed(step, kept)
    done = request.form.get("do", "")
    if done in {"add", "preview"} or done.startswith("remove-") or wants_partial():
        return responses.changed(draft_id, set_up, step, done)
    if done == "back" and not was_done:
        kept |= UNFINISHED
    fund_drafts.save(database.engine(), draft_id, route_rules.reader().id, {step: kept})
    if done == "back":
        return _go(draft_id, STEPS[max(_place(step) - 1, 0)].name)
    if not set_up.is_done(step) or _name_is_taken(set_up, step):
        return responses.step_page(draft_id, set_up, step, HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.form.get("return") == REVIEW:
        return _go(draft_id, set_up.unfinished)
    names = [each.name for each in STEPS]
    return _go(draft_id, [*names, REVIEW][names.index(step) + 1])


@bp.get(f"/<uuid:draft_id>/{REVIEW}")
@needs_sign_in
def check(draft_id: UUID) -> Answer:
    """Show every answer, before the fund is made of them."""
    draft, set_up = _draft(draft_id)
    return (
        _made(draft)
        or _too_early(draft_id, set_up, REVIEW)
        or responses.review_page(draft_id, set_up)
    )


@bp.post(f"/<uuid:draft_id>/{REVIEW}")
@needs_sign_in
def create(draft_id: UUID) -> Answer:
    """Make the fund, once however often it is asked for, and lead to it."""
    draft, set_up = _draft(draft_id)
    if made := _made(draft):
        _tell_made(set_up)  # the answer to the first press may never have been seen
        return made
    if refused := _too_early(draft_id, set_up, REVIEW):
        return refused
    assert draft
    proposed, engine = set_up.proposed(), database.engine()
    try:
        fund_id = fund_drafts.establish(engine, draft, proposed, route_rules.author("wizard"))
    except FundNameTakenError:
        return responses.review_page(draft_id, set_up, [("fund", _TAKEN)], HTTPStatus.CONFLICT)
    except RefusedError as error:
        faults = [("", str(fault)) for fault in error.faults]
        faults += [("", f"There are {error.more:,} more.")] if error.more else []
        return responses.review_page(draft_id, set_up, faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    _tell_made(set_up)
    return redirect(url_for("funds.show", fund_id=fund_id), HTTPStatus.SEE_OTHER)


def _tell_made(set_up: SetUp) -> None:
    flash_message(f"{set_up.name} is set up, and you are its GP.")


@bp.post("/<uuid:draft_id>/delete")
@needs_sign_in
def delete(draft_id: UUID) -> Answer:
    """Delete a draft, with a way back."""
    reader = route_rules.reader().id
    draft = fund_drafts.set_deleted(database.engine(), draft_id, reader, deleted=True)
    name = SetUp(draft.answers).name or "without a name"
    flash_message(f"The draft “{name}” is deleted.", url_for(".restore", draft_id=draft_id))
    return redirect(url_for("funds.index"), HTTPStatus.SEE_OTHER)


@bp.post("/<uuid:draft_id>/restore")
@needs_sign_in
def restore(draft_id: UUID) -> Answer:
    """Bring a deleted draft back."""
    fund_drafts.set_deleted(database.engine(), draft_id, route_rules.reader().id, deleted=False)
    flash_message("The draft is back.")
    return redirect(url_for("funds.index"), HTTPStatus.SEE_OTHER)


def _draft(draft_id: UUID) -> tuple[FundDraft | None, SetUp]:
    draft = fund_drafts.find_draft(database.engine(), draft_id, route_rules.reader().id)
    return draft, SetUp(draft.answers if draft else {})


def _made(draft: FundDraft | None) -> Answer | None:
    """Lead to the fund that came of a draft."""
    if draft is None or draft.fund_id is None:
        return None
    return redirect(url_for("funds.show", fund_id=draft.fund_id), HTTPStatus.SEE_OTHER)


def _too_early(draft_id: UUID, set_up: SetUp, step: str) -> Answer | None:
    """Lead to what comes first."""
    if set_up.may_open(step):
        return None
    first = STEPS[_place(set_up.unfinished)]
    flash_message(f"“{first.title}” comes first: what follows builds on it.")
    return _go(draft_id, first.name)


def _go(draft_id: UUID, step: str) -> Answer:
    if step == REVIEW:
        return redirect(url_for(".check", draft_id=draft_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".edit", draft_id=draft_id, step=step), HTTPStatus.SEE_OTHER)


def _place(step: str) -> int:
    return [each.name for each in STEPS].index(step)


def _name_is_taken(set_up: SetUp, step: str) -> bool:
    if step != "fund" or not fund_drafts.name_is_taken(database.engine(), set_up.name):
        return False
    name = set_up.form("fund")["name"]
    name.errors = [*name.errors, _TAKEN]
    return True
