"""What a proposal would change is what recording it changes, and looking leaves no trace."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from app.domain.errors import NotAllowedError, RefusedError
from app.domain.figures.figures import Figures
from app.services.recording import previews
from app.services.recording.batches import Batch, parse_drafts
from tests.ledgers import (
    ANALYST,
    GP,
    Raw,
    called,
    company,
    investment,
    look,
    mark,
    new_fund,
    raw,
    record,
    void,
)


def _figures(figures: Figures) -> dict[str, object]:
    return {name: getattr(figures, name) for name in figures.__slots__}


def test_books_are_closed_as_their_turns_were_recorded_whatever_their_days(
    engine: Engine,
) -> None:
    fund = new_fund(engine)
    record(engine, fund, raw("PERIOD_CLOSED", "2011-01-20", closed_through="2010-12-31"))
    assert previews.ground(engine, fund).closed_through == date(2010, 12, 31)
    record(engine, fund, raw("PERIOD_REOPENED", "2011-01-10", closed_through="2010-12-31"))
    assert previews.ground(engine, fund).closed_through is None


def _batch(*events: Raw, **how: object) -> Batch:
    return Batch(parse_drafts(events), GP, **how)  # type: ignore[arg-type] # passed on


@pytest.mark.parametrize(
    "events",
    [
        [investment("70", "2010-06-01")],
        [mark("500", "2010-11-01")],
        [company("Bolt", "2010-05-01"), investment("10", "2010-05-01", "Bolt")],
        [void(5, "typo"), mark("120", "2010-12-31")],
        [raw("PROCEEDS_RECEIVED", "2010-07-01", company="acme", amount="30", kind="partial_exit")],
        [called("3", str(datetime.now(UTC).date()))],
    ],
)
def test_the_effect_shown_is_the_effect_had(engine: Engine, events: list[Raw]) -> None:
    fund = new_fund(engine, company(), called("200"), investment("100"), mark("150"))
    shown = previews.effects(engine, fund, _batch(*events))
    assert look(engine, fund).head.sequence == 5
    record(engine, fund, *events)
    for effect in shown:
        seen = look(engine, fund, str(effect.as_of))
        assert _figures(effect.after.figures) == _figures(seen.figures)
        was = look(engine, fund, str(effect.as_of), through="5")
        assert _figures(effect.before.figures) == _figures(was.figures)
    assert shown[-1].as_of == datetime.now(UTC).date()


def test_what_is_announced_changes_nothing_today(engine: Engine) -> None:
    fund = new_fund(engine, called("200"))
    ahead = datetime.now(UTC).date().replace(day=1)
    ahead = date(ahead.year + 1 if ahead.month > 1 else ahead.year, 1, 1)
    then, today = previews.effects(engine, fund, _batch(called("50", str(ahead))))
    assert then.as_of == ahead
    assert then.after.figures.paid_in - then.before.figures.paid_in == Decimal(50)
    assert today.after.figures == today.before.figures


def test_a_proposal_is_refused_as_the_event_would_be(engine: Engine) -> None:
    fund = new_fund(engine, company(), called("200"))
    with pytest.raises(RefusedError, match="did you mean Acme"):
        previews.effects(engine, fund, _batch(investment("5", name="Acne")))
    with pytest.raises(RefusedError, match="the same as event 3"):
        previews.effects(engine, fund, _batch(called("200")))
    with pytest.raises(NotAllowedError):
        previews.effects(engine, fund, Batch(parse_drafts([void(3)]), ANALYST))


def test_the_mark_that_closes_a_day_is_found_unless_it_is_voided(engine: Engine) -> None:
    fund = new_fund(engine, company(), investment("5"), mark("7"), mark("8"))
    found = previews.mark_on(engine, fund, "ACME", date(2010, 12, 31))
    assert found is not None
    assert found.sequence == 5
    record(engine, fund, void(5), void(4))
    assert previews.mark_on(engine, fund, "Acme", date(2010, 12, 31)) is None


def test_the_ground_of_a_form_is_what_stands_today(engine: Engine) -> None:
    fund = new_fund(engine, company("beta"), company("Acme"))
    record(engine, fund, raw("COMMITMENT_MADE", "2010-01-01", investor="Alma", amount="5"))
    record(engine, fund, raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-12-31"))
    assert previews.ground(engine, fund) == previews.FormDefaults(
        "USD", ["Acme", "beta"], ["Alma"], date(2010, 12, 31)
    )
