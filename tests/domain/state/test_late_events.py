"""Facts that come late: let in where a fold from the first event gives the same, else refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.events.model import Event
from app.domain.state.fold import in_force, state_at
from app.domain.state.late_events import RefoldRequiredError, apply_late
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from tests.domain.ledger import Ledger
from tests.domain.random_logs import DAYS, ledgers
from tests.ledgers import Raw, called, company, established, investment, mark, raw, void


def _brought_up(log: list[Event], as_of: date, first: int, last: int) -> FundState:
    """Fold what was known first, and let in the rest."""
    state = state_at(log, Viewpoint(as_of, first))
    known = [each for each in log if each.sequence <= last and each.effective_on <= as_of]
    standing = {each.sequence for each in in_force(known, last)}
    before = in_force([each for each in known if each.sequence <= first], first)
    apply_late(
        state,
        [each for each in known if each.sequence > first and each.sequence in standing],
        [each for each in before if each.sequence not in standing],
    )
    return state


@given(ledgers(most=25), DAYS, st.floats(0, 1), st.integers(1, 4))
@settings(max_examples=300)
def test_what_is_let_in_gives_what_a_full_fold_gives(
    log: tuple[Ledger, list[Raw]], as_of: date, share: float, more: int
) -> None:
    """Try it wherever something late is known next, from a random place in the log on."""
    events = log[0].events
    for first in range(round(share * len(events)), len(events)):
        last = min(first + more, len(events))
        try:
            state = _brought_up(events, as_of, first, last)
        except RefoldRequiredError:
            note("refused")
            continue
        full = state_at(events, Viewpoint(as_of, last))
        note("let in" if full.last_event > first else "nothing new")
        assert state == full
        assert list(state.partner_flows) == list(full.partner_flows)
        assert list(state.holdings) == list(full.holdings)


OPENING = [established(), company(), investment("100", "2010-02-01")]
BILL = raw("EXPENSE_PAID", "2010-03-01", amount="7", category="other")
GUESS = raw(
    "FORECAST_CREATED", "2010-03-01", company="Acme", metric_type="arr", period_end="2011-01-01",
    value="1",
)  # fmt: skip
FIRST, SECOND = mark("150", "2010-03-31"), mark("160", "2010-06-30")
SOLD = {"company": "Acme", "amount": "10", "kind": "partial_exit"}
SOLD_BY_VALUE = raw("PROCEEDS_RECEIVED", "2010-05-01", **SOLD)
SOLD_BY_SHARE = raw("PROCEEDS_RECEIVED", "2010-05-01", **SOLD, fraction_sold="0.1")
END = date(2010, 12, 31)


def _late(known: list[Raw], late: list[Raw]) -> Decimal:
    """Let in what comes after what is known, and give NAV."""
    ledger = Ledger()
    ledger.record(*OPENING, *known)
    ledger.record(*late, allow_duplicate=True)
    first = len(OPENING) + len(known)
    return _brought_up(ledger.events, END, first, len(ledger.events)).nav


@pytest.mark.parametrize(
    ("known", "late", "nav"),
    [
        ([SECOND], [BILL], 53),
        ([BILL, SECOND], [void(4)], 60),
        ([SECOND], [called("40")], 100),
        ([SECOND], [FIRST], 60),
        ([FIRST], [SECOND], 60),
        ([FIRST, SECOND], [void(4)], 60),
        ([FIRST], [mark("155", "2010-03-31")], 55),
        ([SOLD_BY_SHARE, SECOND], [FIRST], 70),
        ([SECOND], [GUESS], 60),
        ([GUESS, SECOND], [void(4), GUESS], 60),
    ],
)
def test_what_does_not_change_what_follows_is_let_in(
    known: list[Raw], late: list[Raw], nav: int
) -> None:
    assert _late(known, late) == nav


@pytest.mark.parametrize(
    ("known", "late"),
    [
        ([SECOND], [investment("10", "2010-03-01")]),
        ([SECOND], [void(4)]),
        ([BILL, GUESS], [void(5)]),
        ([SOLD_BY_VALUE, SECOND], [FIRST]),
        ([FIRST, SOLD_BY_VALUE, SECOND], [void(4)]),
        ([SOLD_BY_SHARE], [FIRST]),
        ([investment("10", "2010-05-01")], [FIRST]),
        ([SECOND], [mark("1", "2010-01-15")]),
        ([SECOND], [mark("1", "2010-05-31", ownership="0.1")]),
        ([mark("160", "2010-06-30", ownership="0.2")], [mark("1", "2010-05-31", ownership="0.1"),
          void(4)]),
    ],
)  # fmt: skip
def test_what_may_change_what_follows_is_refused(known: list[Raw], late: list[Raw]) -> None:
    with pytest.raises(RefoldRequiredError):
        _late(known, late)
