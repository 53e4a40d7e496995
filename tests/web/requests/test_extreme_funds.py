"""Whatever a log admits, its fund can be opened, exported and mended: no page answers 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from uuid_utils.compat import uuid7
from werkzeug.routing import Rule

from app.domain.errors import RefusedError
from app.domain.events.catalogue import PAYLOADS
from app.services.recording.batches import parse_drafts
from app.store import funds
from app.store.admission.append import append
from app.store.admission.batches import Batch
from app.web.shared import event_slugs
from tests.ledgers import GP, Raw, raw, record

TODAY = datetime.now(UTC).date()
MOST = "9" * 18 + "." + "9" * 6
AMOUNTS = st.sampled_from(["0", "0.000001", "0.005", "1", "1234567.891234", MOST])
INCEPTIONS = st.sampled_from([date(1900, 1, 1), date(1950, 1, 1), date(2012, 2, 29), TODAY])
COMPANIES = ("A", "Ü" * 200, "2012", "'=1+1", "-")
INVESTORS = [f"Investor {number:03} & Söhne" for number in range(500)]
SHARES = st.sampled_from(["0", "0.000000000001", "0.5", "1"])
CARRY: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"rate": st.sampled_from(["0", "0.5"])},
    optional={
        "hurdle": st.sampled_from(["0.000001", "0.2"]),
        "compounding": st.sampled_from(["annual", "simple"]),
    },
)
KINDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "INVESTMENT_MADE": st.fixed_dictionaries(
        {}, optional={"shares": AMOUNTS, "ownership": SHARES, "from_reserves": st.booleans()}
    ),
    "PROCEEDS_RECEIVED": st.one_of(
        st.fixed_dictionaries(
            {"kind": st.just("partial_exit"), "fraction_sold": SHARES},
            optional={"escrow_held": AMOUNTS, "in_kind": st.booleans()},
        ),
        st.sampled_from([{"kind": "full_exit"}, {"kind": "dividend"}, {"kind": "escrow"}]),
    ),
    "CAPITAL_CALLED": st.just({}),
    "DISTRIBUTION_MADE": st.sampled_from(
        [{}, {"kind": "recallable", "in_kind": True}, {"kind": "carried_interest"}]
    ),
    "DISTRIBUTION_RETURNED": st.just({"kind": "lp_giveback"}),
    "EXPENSE_ACCRUED": st.just({"category": "other"}),
    "EXPENSE_PAID": st.sampled_from(
        [{"category": "interest"}, {"category": "other", "settles_accrual": True}]
    ),
    "INCOME_RECEIVED": st.just({"kind": "other"}),
    "CREDIT_LINE_DRAWN": st.just({}),
    "CREDIT_LINE_REPAID": st.just({}),
    "RESERVE_ALLOCATED": st.just({}),
    "ACTUAL_RECORDED": st.fixed_dictionaries(
        {"metric_type": st.sampled_from(["headcount", "arr"]), "value": AMOUNTS,
         "period_end": st.sampled_from(["1900-01-31", "2099-12-31"])}
    ),
    "COMMITMENT_MADE": st.sampled_from([{"investor": "GP", "partner": "gp"}, {"investor": "LP"}]),
}  # fmt: skip
OF_COMPANIES = {"INVESTMENT_MADE", "PROCEEDS_RECEIVED", "RESERVE_ALLOCATED", "ACTUAL_RECORDED"}
# What the pages of a fund are asked for: its whole life, and what lies at the ends of time.
QUERIES: tuple[dict[str, str], ...] = (
    {},
    {"as_of": "1900-01-01"},
    {"as_of": f"{TODAY.year + 30}-12-31", "through": "1"},
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[Raw]]]:
    """Draw the terms of a fund, and batches of which the log takes some."""
    inception = draw(INCEPTIONS)
    carry = draw(CARRY)
    if "hurdle" not in carry:
        carry.pop("compounding", None)
    terms = {
        "currency": draw(st.sampled_from(["USD", "JPY", "XTS"])),
        "size": draw(AMOUNTS.filter(lambda amount: amount != "0")),
        "vintage_year": 2010,
        "inception_on": str(inception),
        "carry": carry,
    }
    days = st.sampled_from([inception, inception + timedelta(days=(TODAY - inception).days // 2),
                            TODAY])  # fmt: skip
    batches = [[raw("COMPANY_ADDED", str(inception), company=name)] for name in COMPANIES]
    if draw(st.booleans()):
        batches.append([
            raw("COMMITMENT_MADE", str(inception), investor=each, amount="0.01")
            for each in INVESTORS
        ])  # fmt: skip
        shared = dict.fromkeys(INVESTORS, "0.000001")
        day = str(TODAY + timedelta(days=365))
        batches.append([raw("CAPITAL_CALLED", day, amount="0.0005", allocations=shared)])
    batches.append([raw("CAPITAL_CALLED", str(inception), amount=draw(AMOUNTS))])
    events = draw(st.lists(_event(days), min_size=10, max_size=30))
    return terms, batches + [[event] for event in events]


@st.composite
def _event(draw: st.DrawFn, days: st.SearchStrategy[date]) -> Raw:
    event_type = draw(st.sampled_from([*KINDS, "VALUATION_UPDATED"]))
    day, company = str(draw(days)), {"company": draw(st.sampled_from(COMPANIES))}
    if event_type == "VALUATION_UPDATED":
        return raw(event_type, day, new_valuation=draw(AMOUNTS), **company)
    payload = draw(KINDS[event_type])
    if event_type != "ACTUAL_RECORDED":
        payload = payload | {"amount": draw(AMOUNTS)}
    return raw(event_type, day, **payload, **(company if event_type in OF_COMPANIES else {}))


@pytest.mark.timeout(300)
def test_whatever_a_log_admits_every_page_and_export_of_its_fund_opens(
    app: Flask, engine: Engine, client: FlaskClient
) -> None:
    taken: list[int] = []

    @given(histories())
    @settings(
        max_examples=12,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    def look(history: tuple[dict[str, Any], list[list[Raw]]]) -> None:
        fund, head = _recorded(engine, *history)
        taken.append(head)
        answers = {
            path: client.get(path, query_string=query, buffered=True).status_code
            for path in _paths(app, fund, head)
            for query in QUERIES
        }
        assert {path: status for path, status in answers.items() if status >= 500} == {}
        assert client.get(f"/funds/{fund}/").status_code == 200
        assert client.get(f"/funds/{fund}/timeline").status_code == 200
        assert client.get(f"/funds/{fund}/export.xlsx").status_code == 200
        # It can be mended: the last event is taken back, if it is one that can be.
        form = client.get(f"/funds/{fund}/timeline/{head}/void")
        assert form.status_code < 500

    look()
    assert max(taken) > 10


def _recorded(engine: Engine, terms: dict[str, Any], batches: list[list[Raw]]) -> tuple[UUID, int]:
    """Make a fund, and record what its log takes; return how far that goes."""
    fund = uuid7()
    opening = raw("FUND_ESTABLISHED", terms["inception_on"], terms=terms)
    with engine.begin() as connection:
        funds.register(connection, fund, f"Extreme {fund}")
        head = append(connection, fund, Batch(parse_drafts([opening]), GP)).last_sequence
    for batch in batches:
        try:
            head = record(engine, fund, *batch).last_sequence
        except RefusedError:
            continue
    return fund, head


def _paths(app: Flask, fund: UUID, head: int) -> Iterator[str]:
    """Write an address of each page, export and answer of a fund that can be asked for."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "fund_id" not in rule.arguments:
            continue
        kinds = [event_slugs.slug(each) for each in PAYLOADS] if _has_kind(rule) else [""]
        for kind in kinds:
            for to in ("csv", "xlsx") if "<any(csv, xlsx):to>" in rule.rule else ("",):
                path = rule.rule.replace("<uuid:fund_id>", str(fund)).replace("<event_type>", kind)
                path = path.replace("<any(csv, xlsx):to>", to).replace("<as_of>", str(TODAY))
                path = re.sub(r"<uuid:\w+>", str(uuid4()), path)
                yield re.sub(r"<int:\w+>", str(head), path)


def _has_kind(rule: Rule) -> bool:
    return "event_type" in rule.arguments
