"""What terms lead to: schedules sum to what they spread, and examples to what the carry is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.figures.carry import preferred_return
from app.domain.planning.fees import fee_schedule
from app.domain.planning.pace import pace
from app.domain.planning.reserves import reserve_of, splits
from app.domain.planning.waterfall import worked_example
from app.domain.terms import Carry, Deployment, Reserves, Terms

AMOUNTS = st.decimals("0.01", 10**12, places=2)
PACINGS = st.sampled_from(["linear", "front_loaded", "back_loaded"])


def terms(**given: Any) -> Terms:  # noqa: ANN401
    plain = {"currency": "USD", "size": "1000", "vintage_year": 2020, "inception_on": "2020-01-01"}
    return Terms.model_validate(plain | given)


def fractions(whole: int = 100) -> st.SearchStrategy[str]:
    return st.integers(0, whole).map(lambda percent: str(Decimal(percent) / 100))


@given(PACINGS, AMOUNTS, st.integers(1, 20))
def test_a_pace_sums_to_the_total_and_never_turns(pacing: str, total: Decimal, years: int) -> None:
    plan = pace(Deployment.model_validate({"pacing": pacing}), total, years)
    assert sum(each.amount for each in plan) == plan[-1].invested == total
    assert [each.year for each in plan] == list(range(1, years + 1))
    assert all(each.amount >= 0 for each in plan)
    shares = [each.share for each in plan]
    order = sorted(shares, reverse=pacing == "front_loaded")
    assert shares == order
    assert abs(sum(shares, Decimal(0)) - 1) < Decimal("1e-25")


def test_a_pace_is_what_its_name_says() -> None:
    def of(pacing: str, **more: Any) -> list[str]:  # noqa: ANN401
        deployment = Deployment.model_validate({"pacing": pacing, **more})
        return [str(each.amount) for each in pace(deployment, Decimal(100), 3)]

    assert of("linear") == ["33.33", "33.34", "33.33"]
    assert of("front_loaded") == ["50.00", "33.33", "16.67"]
    assert of("back_loaded") == ["16.67", "33.33", "50.00"]
    assert of("custom", shares=["0.5", "0", "0.5"]) == ["50.00", "0.00", "50.00"]


@given(AMOUNTS, fractions(5), st.integers(1, 20), st.data())
def test_a_fee_schedule_totals_its_years(
    committed: Decimal, rate: str, term: int, data: st.DataObject
) -> None:
    bases = st.sampled_from(["committed", "called", "invested_cost", "nav"])
    fee = {"rate": rate, "basis": data.draw(bases)}
    if data.draw(st.booleans()):
        fee["step_down"] = {"rate": data.draw(fractions(5)), "basis": data.draw(bases)}  # type: ignore[assignment]
    invested = data.draw(st.integers(1, term))
    given_terms = terms(term_years=term, investment_period_years=invested, management_fee=fee)
    schedule = fee_schedule(given_terms, committed)
    assert len(schedule.years) == term
    assert schedule.total == sum(each.amount for each in schedule.years)
    assert all(0 <= each.basis_amount <= committed for each in schedule.years)


def test_fees_follow_their_basis_and_step_down_after_the_investment_period() -> None:
    fee = {
        "rate": "0.02",
        "basis": "committed",
        "step_down": {"rate": "0.01", "basis": "invested_cost"},
    }
    planned = terms(term_years=4, investment_period_years=2, management_fee=fee)
    schedule = fee_schedule(planned, Decimal(1000))
    assert [each.amount for each in schedule.years] == [20, 20, Decimal("7.5"), Decimal("2.5")]
    called = terms(
        term_years=4, investment_period_years=2, management_fee={"rate": "0.02", "basis": "called"}
    )
    assert [each.amount for each in fee_schedule(called, Decimal(1000)).years] == [5, 15, 20, 20]


@given(
    AMOUNTS, fractions(50), st.none() | st.integers(1, 20), st.integers(0, 400), st.data(),
)  # fmt: skip
def test_the_tiers_share_out_all_that_came_back(
    size: Decimal, rate: str, hurdle: int | None, times: int, data: st.DataObject
) -> None:
    catch_up = None
    if hurdle and data.draw(st.booleans()):
        catch_up = str(Decimal(data.draw(st.integers(int(Decimal(rate) * 100), 100))) / 100)
    carry = {"rate": rate, "hurdle": str(Decimal(hurdle) / 100) if hurdle else None}
    given_terms = terms(size=f"{size:f}", carry=carry | {"catch_up": catch_up})
    example = worked_example(given_terms, Decimal(times) / 100)
    assert sum(each.partners + each.general_partner for each in example.tiers) == example.proceeds
    assert sum(each.general_partner for each in example.tiers) == example.carry
    assert all(each.partners >= 0 and each.general_partner >= 0 for each in example.tiers)
    assert example.carry <= Decimal(rate) * max(example.proceeds - size, Decimal(0)) + 1


def test_an_example_goes_through_every_tier() -> None:
    carry = {"rate": "0.20", "hurdle": "0.08", "catch_up": "1"}
    example = worked_example(terms(carry=carry))
    preferred = preferred_return(
        {date(2020, 1, 1): Decimal(-1000)}, Carry(hurdle=Decimal("0.08")), date(2024, 12, 30)
    )
    assert example.preferred == round(preferred, 2) == Decimal("469.33")
    assert [(each.name, each.partners, each.general_partner) for each in example.tiers] == [
        ("capital", 1000, 0),
        ("preferred", Decimal("469.33"), 0),
        ("catch_up", 0, Decimal("117.33")),
        ("split", Decimal("330.67"), Decimal("82.67")),
    ]
    assert (example.carry, example.partners) == (200, 1800)


def test_rounding_takes_no_cent_from_a_tier_that_has_none() -> None:
    carry = {"rate": "0.21", "hurdle": "0.2", "catch_up": "0.72"}
    example = worked_example(terms(size="0.63", carry=carry), Decimal("3.09"))
    assert [(each.name, each.partners, each.general_partner) for each in example.tiers] == [
        ("capital", Decimal("0.63"), 0),
        ("preferred", Decimal("0.94"), 0),
        ("catch_up", Decimal("0.10"), Decimal("0.28")),
    ]


def test_without_a_hurdle_all_profit_is_split() -> None:
    example = worked_example(terms())
    assert [(each.name, each.partners, each.general_partner) for each in example.tiers] == [
        ("capital", 1000, 0),
        ("split", 800, 200),
    ]


@given(AMOUNTS, st.integers(1, 200))
def test_cheques_and_reserves_make_up_the_amount(amount: Decimal, percent: int) -> None:
    reserves = Reserves.model_validate({"policy": "ratio", "ratio": str(Decimal(percent) / 100)})
    [split] = splits(reserves, amount)
    assert split.initial + split.reserve == amount
    assert abs(reserve_of(reserves, split.initial) - split.reserve) <= Decimal("0.03")


def test_reserves_follow_the_stage() -> None:
    by_stage = {"Seed": "2", "Series A": "0.5"}
    reserves = Reserves.model_validate({"policy": "by_stage", "by_stage": by_stage})
    assert reserve_of(reserves, Decimal(100), "Seed") == 200
    assert reserve_of(reserves, Decimal(100), "Series B") == 0
    assert [(each.stage, each.initial) for each in splits(reserves, Decimal(300))] == [
        ("Seed", 100),
        ("Series A", 200),
    ]
    [none] = splits(Reserves(), Decimal(300))
    assert (none.initial, none.reserve) == (300, 0)
