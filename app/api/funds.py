"""Funds over the API: the list, and a new one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, url_for

from app import database
from app.api.bodies import field_faults, read_body
from app.api.openapi.specification import operation
from app.api.parameters import Query, no_cursor
from app.api.problems import json_response
from app.api.shapes.answers import Established, Funds
from app.api.shapes.requests import FundsQuery, KeyHeaders, NewFund
from app.auth import route_rules
from app.auth.route_rules import needs_sign_in
from app.domain.errors import Fault, RefusedError, UnknownFundError
from app.domain.viewpoint import parse_as_of
from app.services.funds import funds, new_fund, positions
from app.services.funds.establish_request import read_opening
from app.services.recording.batches import Author

bp = Blueprint("api_funds", __name__, url_prefix="/api/funds")
_FIELDS = tuple(NewFund.model_fields)


@bp.get("")
@needs_sign_in
@operation(
    "funds",
    "Funds",
    answers={200: (Funds, "a page of funds")},
    query=FundsQuery,
    example="?search=quay&limit=10&at=2012-03-31",
)
def index() -> Response:
    """List the funds in which one has a role, by name, each with its figures on a day.

    All that is known of a fund now is in them; a fund's state tells what was known earlier.
    `next_cursor` leads to the next page, and stays where it is while funds are added.
    """
    query, today = FundsQuery.read(), datetime.now(UTC).date()
    as_of = parse_as_of(query.at, today=today) if query.at else today
    try:
        page = funds.listed_after(
            database.engine(),
            query.search,
            query.cursor,
            query.limit,
            route_rules.reader(),
            route_rules.funds_within_reach(),
        )
    except UnknownFundError as error:
        raise no_cursor(str(query.cursor)) from error
    return json_response(Funds.model_validate(positions.page_on(database.engine(), page, as_of)))


@bp.post("")
@needs_sign_in
@operation(
    "establish_fund",
    "Funds",
    answers={201: (Established, "the fund, and the head of its log")},
    body=NewFund,
    headers=KeyHeaders,
    refuses={
        409: "name-taken",
        422: "refused, or idempotency-conflict",
        429: "limit-reached, by funds in a day",
    },
    sends={201: ("Location",), 429: ("Retry-After",)},
    may_send={201: ("Idempotency-Replayed",)},
    example="/funds",
)
def establish() -> Response:
    """Establish a fund on its terms, with its commitments: all or nothing. One becomes its GP.

    What has no `effective_on` is of the day of inception.
    """
    Query.read()
    key = KeyHeaders.read().key
    body = _body()
    done = new_fund.establish(
        database.engine(),
        body.get("name"),
        body.get("terms"),
        body.get("commitments"),
        Author(str(route_rules.reader().id), "api", may_adjust=True),
        effective_on=body.get("effective_on"),
        key=key,
        gp=route_rules.reader().id,
    )
    response = json_response(Established.model_validate(done), 201)
    response.headers["Location"] = url_for("api_state.show", fund_id=done.fund.id)
    if done.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _body() -> dict[str, Any]:
    """Read the body; a field that is not known is told together with all other faults."""
    body = read_body()
    if not isinstance(body, dict):
        raise RefusedError([Fault("body", "", "must be an object")])
    if faults := field_faults(body, _FIELDS, "a new fund"):
        try:
            read_opening(*(body.get(field) for field in _FIELDS))
        except RefusedError as error:
            faults.add(error)
        raise faults.refusal()
    return body
