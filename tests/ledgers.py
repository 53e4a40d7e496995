"""Small funds for tests: events in few words, and a fund of one's own to record them in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.reads import viewpoints
from app.services.reads.viewpoints import View, ViewpointRequest
from app.services.recording.batches import parse_drafts, record_events
from app.store import funds
from app.store.admission.append import append
from app.store.admission.batches import Appended, Author, Batch

Raw = dict[str, Any]
GP = Author("gp@example.com", "api", may_adjust=True)
ANALYST = Author("analyst@example.com", "form")
DAMAGES = ('{"amount": "?"}', "{}", '{"amount": []}')  # what an event becomes behind our back


def raw(event_type: str, on: str | None = None, **payload: Any) -> Raw:  # noqa: ANN401 - any JSON
    """Write an event as it comes in from outside."""
    event = {"event_type": event_type, "payload": payload}
    return event | ({"effective_on": on} if on else {})


def established(on: str = "2010-01-01", **terms: Any) -> Raw:  # noqa: ANN401 - any JSON
    """Establish a fund on plain terms."""
    plain = {"currency": "USD", "size": "1000000", "vintage_year": 2010, "inception_on": on}
    return raw("FUND_ESTABLISHED", on, terms=plain | terms)


def company(name: str = "Acme", on: str = "2010-02-01") -> Raw:
    """Add a company."""
    return raw("COMPANY_ADDED", on, company=name)


def investment(amount: str, on: str = "2010-03-01", name: str = "Acme", **more: Any) -> Raw:  # noqa: ANN401
    """Invest in a company."""
    return raw("INVESTMENT_MADE", on, company=name, amount=amount, **more)


def mark(value: str, on: str = "2010-12-31", name: str = "Acme", **more: Any) -> Raw:  # noqa: ANN401
    """Mark a holding."""
    return raw("VALUATION_UPDATED", on, company=name, new_valuation=value, **more)


def called(amount: str, on: str = "2010-01-15", **more: Any) -> Raw:  # noqa: ANN401
    """Call capital."""
    return raw("CAPITAL_CALLED", on, amount=amount, **more)


def committed(investor: str, amount: str = "1000", on: str = "2010-01-01", **more: Any) -> Raw:  # noqa: ANN401
    """Have an investor commit."""
    return raw("COMMITMENT_MADE", on, investor=investor, amount=amount, **more)


def void(sequence: int, reason: str = "entered by mistake") -> Raw:
    """Void an event."""
    return raw("EVENT_VOIDED", voids=sequence, reason=reason)


def new_fund(
    engine: Engine,
    *events: Raw,
    name: str | None = None,
    **terms: Any,  # noqa: ANN401 - any JSON
) -> UUID:
    """Make a fund of its own for a test, established on plain terms but for those given."""
    fund_id = uuid7()
    with engine.begin() as connection:
        funds.register(connection, fund_id, name or f"Fund {fund_id}")
        append(connection, fund_id, Batch(parse_drafts([established(**terms), *events]), GP))
    return fund_id


def closed_fund(engine: Engine) -> UUID:
    """Record a fund of one company, marked at the end of 2010, whose books are closed there."""
    return new_fund(
        engine,
        called("1000", "2010-01-15"),
        company(),
        investment("600", "2010-03-01"),
        mark("900", "2010-12-31"),
        raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-12-31"),
    )


def record(engine: Engine, fund_id: UUID, *events: Raw, **how: Any) -> Appended:  # noqa: ANN401
    """Record a batch as a GP, unless `author` says otherwise."""
    author = how.pop("author", GP)
    return record_events(engine, fund_id, Batch(parse_drafts(events), author, **how))


def look(engine: Engine, fund_id: UUID, as_of: str = "", **asked: str) -> View:
    """See a fund from a viewpoint."""
    at, head = viewpoints.resolve(engine, fund_id, ViewpointRequest(as_of, **asked))
    return viewpoints.load_view(engine, fund_id, at, head)


def state_through(engine: Engine, fund_id: UUID, through: int) -> FundState:
    """See all that a fund's log knew at a sequence, whatever its date."""
    at, head = viewpoints.resolve(engine, fund_id, ViewpointRequest(through=str(through)))
    far = Viewpoint(datetime.now(UTC).date(), at.through)
    return viewpoints.load_view(engine, fund_id, far, head).state


def damage(owner_engine: Engine, fund: UUID, payload: str = DAMAGES[0]) -> None:
    """Change an event behind the application's back, as only the tables' owner can."""
    with owner_engine.begin() as connection:
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        connection.execute(
            text(
                "UPDATE event SET payload = CAST(:payload AS jsonb) "
                "WHERE fund_id = :fund AND sequence = 2"
            ),
            {"fund": fund, "payload": payload},
        )
        connection.execute(text("ALTER TABLE event ENABLE TRIGGER USER"))
