"""Which forecast an actual is held against."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.events.model import Fact
from tests.domain.variance.facts import END, REVENUE, log_of, told, voids

DAYS = st.dates(date(2020, 1, 1), date(2020, 9, 30)).map(date.isoformat)


def _forecast(facts: list[Fact], **seen: int) -> Decimal | None:
    found = log_of(facts, **seen).periods[REVENUE].forecast  # type: ignore[arg-type]
    return found.value if found else None


def test_the_last_forecast_before_the_first_actual_counts() -> None:
    facts = [told(1, 100), told(2, 110), told(3, 95, actual=True, on="2020-07-20"), told(4, 95)]
    assert _forecast(facts) == 110
    assert _forecast(facts, through=2) == 110
    assert _forecast(facts, through=1) == 100


def test_an_actual_that_was_voided_still_ends_the_forecasts() -> None:
    facts = [told(1, 100), told(2, 90, actual=True), voids(3, 2), told(4, 90)]
    assert _forecast(facts) == 100
    assert log_of(facts).periods[REVENUE].actual is None


def test_a_forecast_made_after_the_period_or_of_another_scenario_is_no_baseline() -> None:
    facts = [told(1, 100), told(2, 80, on="2020-07-01"), told(3, 70, scenario="downside")]
    assert _forecast(facts) == 100


def test_a_voided_forecast_is_no_baseline() -> None:
    assert _forecast([told(1, 100), told(2, 110), voids(3, 2)]) == 100


@st.composite
def logs(draw: st.DrawFn) -> list[Fact]:
    facts: list[Fact] = []
    for sequence in range(1, draw(st.integers(1, 9))):
        kinds = ["forecast", "downside", "actual"]
        targets = [each for each in facts if each.event_type != "EVENT_VOIDED"]
        kind = draw(st.sampled_from([*kinds, "void"] if targets else kinds))
        if kind == "void":
            target = draw(st.sampled_from(targets))
            facts.append(voids(sequence, target.sequence, target.effective_on.isoformat()))
            continue
        scenario = "downside" if kind == "downside" else None
        value, on = draw(st.integers(1, 50)), draw(DAYS)
        facts.append(told(sequence, value, on=on, actual=kind == "actual", scenario=scenario))
    return facts


@given(logs(), st.integers(0, 9), st.integers(0, 300))
def test_it_agrees_with_a_plain_reading_of_the_rule(
    facts: list[Fact], through: int, days: int
) -> None:
    as_of = date(2020, 1, 1) + timedelta(days=days)
    seen = [each for each in facts if each.sequence <= through and each.effective_on <= as_of]
    gone = {each.payload["voids"] for each in seen if each.event_type == "EVENT_VOIDED"}
    actuals = [each for each in seen if each.event_type == "ACTUAL_RECORDED"]
    standing = [each for each in actuals if each.sequence not in gone]
    candidates = [
        each
        for each in seen
        if each.event_type == "FORECAST_CREATED"
        and each.payload["scenario"] == "base"
        and each.sequence not in gone
        and each.effective_on <= END
        and all(each.sequence < actual.sequence for actual in actuals)
    ]
    found = log_of(facts, as_of, through).periods.get(REVENUE)

    def last(events: list[Fact]) -> int:
        return max(events, key=lambda each: (each.effective_on, each.sequence)).sequence

    forecast = found.forecast if found else None
    actual = found.actual if found else None
    assert (forecast.sequence if forecast else None) == (last(candidates) if candidates else None)
    assert (actual.sequence if actual else None) == (last(standing) if standing else None)
