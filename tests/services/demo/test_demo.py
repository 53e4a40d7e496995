"""The demo fund: the same every time, sound, and with something to show on both axes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, islice
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.config import Settings
from app.domain.errors import FundNameTakenError
from app.domain.events.catalogue import EventType
from app.domain.events.event_json import canonical_json
from app.domain.events.model import Event
from app.domain.figures.figures import Figures, figures_of
from app.domain.planning.fund_years import fund_years
from app.domain.state.fold import in_force, state_at
from app.domain.state.state import Holding
from app.domain.viewpoint import Viewpoint
from app.services import demo
from app.services.accounts import people
from app.services.funds import funds
from app.services.reads import timeline
from app.services.verification import verify_log
from app.store.database import engines

END = date(2025, 12, 31)
SIGNS = {
    EventType.CAPITAL_CALLED: 1,
    EventType.PROCEEDS_RECEIVED: 1,
    EventType.INCOME_RECEIVED: 1,
    EventType.CREDIT_LINE_DRAWN: 1,
    EventType.DISTRIBUTION_RETURNED: 1,
    EventType.INVESTMENT_MADE: -1,
    EventType.EXPENSE_PAID: -1,
    EventType.CREDIT_LINE_REPAID: -1,
    EventType.DISTRIBUTION_MADE: -1,
}


@pytest.fixture(scope="module")
def log(engine: Engine) -> list[Event]:
    """Return the demo fund's log as the database keeps it."""
    fund = demo.load(engine, "The demo fund's story")
    length, _ = demo.demo_history()
    return timeline.between(engine, fund.id, 1, length)


def figures(log: list[Event], as_of: date, through: int | None = None) -> Figures:
    """Return the figures as of a day, as known through a sequence (all of it by default)."""
    at = Viewpoint(as_of, len(log) if through is None else through)
    return figures_of(state_at(log, at), as_of)


def lowest_cash(log: list[Event], through: int) -> Decimal:
    """Return the least cash at the close of any day, as known through a sequence."""
    moves: dict[date, Decimal] = {}
    for event in in_force(log, through):
        if sign := SIGNS.get(event.event_type):
            day = event.effective_on
            moves[day] = moves.get(day, Decimal(0)) + sign * event.amount()
    return min(accumulate(moves[day] for day in sorted(moves)), default=Decimal(0))


def closes(log: list[Event]) -> Iterator[tuple[date, int]]:
    """Return each quarter that was closed, with the sequence of its first close."""
    seen = set()
    for event in log:
        if event.event_type is EventType.PERIOD_CLOSED:
            quarter = date.fromisoformat(event.payload["closed_through"])
            if quarter not in seen:
                yield quarter, event.sequence
            seen.add(quarter)


def test_the_same_seed_tells_the_same_story_and_another_one_other_noise() -> None:
    def told(seed: int) -> bytes:
        _, history = demo.demo_history(2500, seed)
        return canonical_json([astuple(replace(entry, voids=None)) for entry in history])

    assert told(1) == told(1)
    assert told(1) != told(2)


@pytest.mark.parametrize("seed", range(5))
def test_any_seed_tells_a_story_that_the_log_takes(engine: Engine, seed: int) -> None:
    demo.load(engine, f"Seed {seed}", seed=seed)


def test_every_type_of_event_happens_in_ten_years_that_are_over(log: list[Event]) -> None:
    approval = {EventType.APPROVAL_CHANGED}  # nobody asks for it there
    assert {event.event_type for event in log} == set(EventType) - approval
    assert min(event.effective_on for event in log) == date(2015, 7, 1)
    assert max(event.recorded_at for event in log) < datetime(2025, 9, 5, tzinfo=UTC)
    for kind in ("standard", "recallable", "return_of_call", "carried_interest"):
        assert any(event.payload.get("kind") == kind for event in log), kind


def test_the_fund_ends_as_a_good_fund_of_its_years_does(log: list[Event]) -> None:
    found = figures(log, END)
    assert found.committed == 150_000_000
    assert found.tvpi
    assert found.dpi
    assert found.net_irr
    assert 2 < found.tvpi < 2.5
    assert found.dpi > 0.8
    assert 0.12 < found.net_irr < 0.20
    assert found.nav > 0
    assert found.clawback_due == 0
    assert found.borrowings == 0
    assert found.unfunded > 0
    assert len(state_at(log, Viewpoint(END, len(log))).holdings) == 30


def test_cash_is_never_negative_on_any_day_whatever_was_known(log: list[Event]) -> None:
    ends = [
        event.sequence
        for event, following in zip(log, [*log[1:], None], strict=True)
        if following is None or following.recorded_at != event.recorded_at
    ]
    assert all(lowest_cash(log, through) >= 0 for through in ends[::5])
    assert lowest_cash(log, len(log)) >= 0


def test_everyone_is_called_and_paid_by_commitment(log: list[Event]) -> None:
    called: Counter[str] = Counter()
    promised = {}
    for event in in_force(log, len(log)):
        if event.event_type is EventType.COMMITMENT_MADE:
            promised[event.payload["investor"]] = event.amount()
        if event.event_type is EventType.CAPITAL_CALLED:
            for name, amount in event.payload["allocations"].items():
                called[name] += Decimal(amount)  # type: ignore[assignment]
    shares = [called[name] / amount for name, amount in promised.items()]
    assert len(shares) == 9
    assert max(shares) - min(shares) < Decimal("0.000001")


def test_what_was_reported_at_a_close_is_often_not_what_is_known_today(log: list[Event]) -> None:
    restated = {
        quarter: (figures(log, quarter).nav, figures(log, quarter, through).nav)
        for quarter, through in closes(log)
    }
    assert len(restated) == 40
    assert sum(now != then for now, then in restated.values()) >= 8
    now, then = restated[date(2020, 3, 31)]
    assert now > then * Decimal("1.05")


def test_a_follow_on_saved_a_company(log: list[Event]) -> None:
    before, after, later = (_holding(log, "Inkbarrow", day) for day in _INKBARROW)
    assert before.fair_value < before.invested / 2
    assert after.invested > before.invested, "a note between them"
    assert later.fair_value > Decimal("1.5") * later.invested


def test_a_company_that_was_marked_too_high_was_written_down(log: list[Event]) -> None:
    quarter = date(2019, 12, 31)
    reported = max(
        event.sequence
        for event in log
        if event.event_type == EventType.PERIOD_CLOSED
        and event.payload["closed_through"] == quarter.isoformat()
    )
    then, now = (
        _holding(log, "Saltmarsh Bio", quarter, through) for through in (reported, len(log))
    )
    assert then.fair_value > now.fair_value
    assert _holding(log, "Saltmarsh Bio", END).fair_value == 0


def test_the_fee_steps_down(log: list[Event]) -> None:
    state = state_at(log, Viewpoint(END, len(log)))
    assert state.terms
    years = fund_years(state.terms, state.committed, in_force(log, len(log)), END)
    fees = [each.fee for each in years[:10]]
    assert fees[0] == fees[4] == 3_000_000
    assert fees[5] is not None
    assert fees[5] < 2_000_000


_INKBARROW = (date(2018, 12, 31), date(2019, 3, 31), date(2020, 3, 31))


def _holding(log: list[Event], name: str, as_of: date, through: int | None = None) -> Holding:
    state = state_at(log, Viewpoint(as_of, len(log) if through is None else through))
    [found] = [each for each in state.holdings.values() if each.name == name]
    return found


def test_marks_are_booked_together_30_to_60_days_after_the_quarter(log: list[Event]) -> None:
    days: dict[date, set[datetime]] = {}
    for event in log:
        first = event.payload.get("prepared_by") and "adjustment" not in event.payload
        if event.event_type is EventType.VALUATION_UPDATED and first:
            days.setdefault(event.effective_on, set()).add(event.recorded_at)
    for quarter, moments in days.items():
        late = [moment.date() - quarter for moment in moments]
        assert timedelta(30) <= min(late) <= timedelta(60)
        assert len(moments) == (2 if quarter == date(2018, 12, 31) else 1), quarter


def test_people_work_on_weekdays_and_only_a_gp_adjusts(log: list[Event]) -> None:
    assert len({event.recorded_by for event in log}) == 3
    assert all(event.recorded_at.weekday() < 5 for event in log)
    assert all(8 <= event.recorded_at.hour <= 17 for event in log)
    adjusting = {event.recorded_by for event in log if "adjustment" in event.payload}
    assert adjusting == {"r.alvarez@example.com"}
    assert {event.source for event in log} == {"demo"}
    assert all(event.loaded_at for event in log)


def test_a_larger_demo_has_as_many_events_as_asked_for_some_late_some_void(engine: Engine) -> None:
    done: list[int] = []
    fund = demo.load(engine, "A larger demo", events=3000, progress=done.append)
    report = verify_log.verify(engine, fund.id)
    assert (report.events, report.broken, done) == (3000, None, [3000])
    larger = timeline.between(engine, fund.id, 1, 3000)
    counted = Counter(event.event_type for event in larger)
    late = sum("adjustment" in event.payload for event in larger)
    assert 0.008 < counted[EventType.EVENT_VOIDED] / 3000 < 0.014
    assert 0.05 < late / 3000 < 0.08
    found = figures(larger, END)
    assert found.tvpi
    assert 2 < found.tvpi < 2.5
    assert lowest_cash(larger, 3000) >= 0


def test_fewer_events_than_the_story_has_are_refused() -> None:
    with pytest.raises(demo.TooFewEventsError, match="ask for"):
        demo.demo_history(100)


def test_a_history_is_told_as_it_is_asked_for() -> None:
    total, history = demo.demo_history(1_000_000)
    assert total == 1_000_000
    assert len(list(islice(history, 10_000))) == 10_000


def test_a_name_can_be_had_once(engine: Engine) -> None:
    demo.load(engine, "Twice the demo")
    with pytest.raises(FundNameTakenError):
        demo.load(engine, "TWICE the demo")


@pytest.fixture
def empty(fresh_database_url: str, tmp_path: Path) -> Iterator[Engine]:
    settings = Settings(home=tmp_path, database_url=fresh_database_url, secret_key="-")  # noqa: S106
    engine = engines.open_engine(settings)
    yield engine
    engines.close_engine(engine)


def test_two_first_starts_at_once_bring_one_demo_fund(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as starts:
        made = list(starts.map(lambda _: demo.load_once(empty), range(4)))
    assert sum(fund is not None for fund in made) == 1
    assert [fund.name for fund in funds.all_funds(empty)] == [demo.NAME]
    assert demo.load_once(empty) is None


def test_a_site_where_somebody_works_without_a_fund_yet_gets_no_demo_fund(empty: Engine) -> None:
    people.add(empty, "somebody@example.com", "Somebody", "four plain quiet words")
    assert demo.load_once(empty) is None
    assert funds.all_funds(empty) == []
