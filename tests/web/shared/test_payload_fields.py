"""What an event carries, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.domain.events.catalogue import PAYLOADS, EventType
from app.domain.events.event_json import stored_payload
from app.domain.events.model import Event
from app.domain.events.parse import parse_draft
from app.web.shared.payload_fields import PayloadField, gist, payload_fields
from app.web.shared.wording import EVENT_GROUPS
from tests.domain.events.test_catalogue import COMMON, TERMS, VALID
from tests.ledgers import raw


def _event(event_type: str, **payload: Any) -> Event:  # noqa: ANN401 - any JSON
    draft = parse_draft(raw(event_type, "2012-03-31", **payload))
    moment = datetime(2012, 4, 1, tzinfo=UTC)
    stored = stored_payload(draft.payload)
    return Event(7, uuid4(), draft.event_type, date(2012, 3, 31), stored, moment, "someone")


def _lines(fields: Sequence[PayloadField]) -> list[str]:
    lines = []
    for field in fields:
        lines.append(f"{field.label}: {field.value}".removesuffix(": "))
        lines += [f"- {line}" for line in _lines(field.parts)]
    return lines


@pytest.mark.parametrize("event_type", EventType)
def test_every_field_of_the_catalogue_is_shown_but_for_raw_ids(event_type: EventType) -> None:
    event = _event(event_type, **VALID[event_type], **COMMON)
    event.payload["company_id"] = str(uuid4())
    shown = payload_fields(event, "USD")
    assert len(shown) == len(event.payload) - 1
    assert all(field.value or field.parts for field in shown)
    assert not any(str(event.company_id) in line for line in _lines(shown))
    assert "{" not in "".join(_lines(shown)) + gist(event, "USD")


def test_own_fields_come_first_in_the_order_of_the_catalogue() -> None:
    event = _event(
        "INVESTMENT_MADE",
        note="Led the round",
        company="Acme",
        amount="2500000",
        round="Series A",
        ownership="0.0825",
        shares="1000000",
        price_per_share="2.505",
        local_currency="EUR",
        local_amount="2300000.5",
        fx_rate="1.0869",
        adjustment=True,
    )
    assert _lines(payload_fields(event, "USD")) == [
        "Company: Acme",
        "Amount: USD 2,500,000.00",
        "Round: Series A",
        "Ownership: 8.25%",
        "From reserves: no",
        "Number of shares: 1,000,000",
        "Price per share: USD 2.505",
        "Note: Led the round",
        "Local currency: EUR",
        "Local amount: EUR 2,300,000.50",
        "Exchange rate: 1.0869",
        "Adjustment: yes",
    ]
    assert gist(event, "USD") == "Series A · 8.25% owned · Led the round"


def test_allocations_are_listed_by_investor() -> None:
    event = _event(
        "CAPITAL_CALLED",
        amount="100",
        noticed_on="2012-03-01",
        allocations={"Orchard LP": "60", "alma LP": "40"},
    )
    assert _lines(payload_fields(event, "EUR")) == [
        "Amount: EUR 100.00",
        "Allocations",
        "- alma LP: EUR 40.00",
        "- Orchard LP: EUR 60.00",
        "Notice date: 1 Mar 2012",
        "Outside commitment: no",
    ]


def test_terms_are_a_list_within_the_list() -> None:
    terms = TERMS | {
        "management_fee": {"rate": "0.0175", "step_down": {"rate": "0.01", "basis": "nav"}},
        "deployment": {"pacing": "custom", "shares": ["0.6", "0.4"]},
        "reserves": {"policy": "by_stage", "by_stage": {"Seed": "1.5"}},
    }
    lines = _lines(payload_fields(_event("FUND_ESTABLISHED", terms=terms), "USD"))
    assert lines[:3] == ["Terms", "- Currency: USD", "- Size: USD 1,000,000.00"]
    for line in (
        "- - Rate: 1.75%",
        "- - Step down",
        "- - - Fee basis: NAV",
        "- - Pacing: custom",
        "- - - Year 2: 40%",
        "- - By stage",
        "- - - Seed: 150%",
    ):
        assert line in lines


@pytest.mark.parametrize(
    ("metric", "shown"), [("revenue", "$1,250,000"), ("headcount", "1,250,000"), ("arr", "ARR")]
)
def test_a_metric_is_money_unless_it_counts_heads(metric: str, shown: str) -> None:
    event = _event(
        "ACTUAL_RECORDED",
        company="Acme",
        metric_type=metric,
        period_end="2012-03-31",
        period_months=3,
        value="1250000",
    )
    assert shown in gist(event, "USD").split(" · ")


def test_what_goes_without_saying_is_not_said() -> None:
    assert gist(_event("DISTRIBUTION_MADE", amount="5"), "USD") == ""
    assert gist(_event("DISTRIBUTION_MADE", amount="5", kind="recallable"), "USD") == "recallable"


def test_every_type_can_be_chosen_once() -> None:
    chosen = [each for types in EVENT_GROUPS.values() for each in types]
    assert sorted(chosen) == sorted(PAYLOADS)
