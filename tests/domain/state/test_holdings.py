"""What each event does to a holding, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain.state.state import Holding
from tests.domain.ledger import fund
from tests.ledgers import Raw, company, investment, mark, raw

Standing = tuple[str, str, str, str]

AT_COST = (investment("100", on="2010-03-01"),)
MARKED_UP = (*AT_COST, mark("300", on="2010-12-31"))
MARKED_TO_NOTHING = (*AT_COST, mark("0", on="2010-12-31"))


def proceeds(amount: str, kind: str, on: str = "2011-03-01", **more: str) -> Raw:
    return raw("PROCEEDS_RECEIVED", on, company="Acme", amount=amount, kind=kind, **more)


def partial_exit(amount: str, on: str = "2011-03-01", **more: str) -> Raw:
    return proceeds(amount, "partial_exit", on, **more)


def full_exit(amount: str, on: str = "2011-03-01", **more: str) -> Raw:
    return proceeds(amount, "full_exit", on, **more)


def reserved(amount: str, on: str) -> Raw:
    return raw("RESERVE_ALLOCATED", on, company="Acme", amount=amount)


def acme(*events: Raw, as_of: str = "2020-06-30") -> Holding:
    log = fund(company(), *events, check_whole=False)  # a fold takes whatever was once recorded
    [holding] = log.state(as_of).holdings.values()
    return holding


def standing(holding: Holding) -> Standing:
    """Return F, K, R and Y: fair value, remaining cost, realised gain, income."""
    parts = (
        holding.fair_value,
        holding.remaining_cost,
        holding.realised_gain,
        holding.income,
    )
    fair_value, cost, gain, income = (f"{part.normalize():f}" for part in parts)
    return fair_value, cost, gain, income


def test_a_company_starts_with_nothing() -> None:
    holding = acme()
    assert standing(holding) == ("0", "0", "0", "0")
    assert (holding.added_on, holding.first_invested_on) == (date(2010, 2, 1), None)


def test_investments_add_to_fair_value_and_to_cost() -> None:
    holding = acme(*AT_COST, investment("50", on="2011-05-01"))
    assert standing(holding) == ("150", "150", "0", "0")
    assert (holding.invested, holding.marked_on) == (150, None)
    assert holding.first_invested_on == date(2010, 3, 1)


def test_a_mark_sets_fair_value_and_leaves_cost() -> None:
    holding = acme(*MARKED_UP)
    assert standing(holding) == ("300", "100", "0", "0")
    assert (holding.unrealised_gain, holding.marked_on) == (200, date(2010, 12, 31))


def test_an_investment_after_a_mark_adds_to_the_mark() -> None:
    assert standing(acme(*MARKED_UP, investment("40", on="2011-01-05"))) == (
        ("340", "140", "0", "0")
    )


def test_a_mark_of_nothing_stays_unrealised() -> None:
    holding = acme(*MARKED_TO_NOTHING)
    assert standing(holding) == ("0", "100", "0", "0")
    assert holding.unrealised_gain == -100


def test_a_write_off_is_realised_by_a_full_exit_for_nothing() -> None:
    holding = acme(*MARKED_TO_NOTHING, full_exit("0"))
    assert standing(holding) == ("0", "0", "-100", "0")
    assert holding.unrealised_gain == 0


PARTIAL_EXITS: dict[str, tuple[tuple[Raw, ...], Raw, Standing]] = {
    # s = 0.25 of K = 100 and of F = 300.
    "a fraction": (MARKED_UP, partial_exit("90", fraction_sold="0.25"), ("225", "75", "65", "0")),
    # q = 33.3333 and s·F = 99.9999, each to the cent: 33.33 and 100.00.
    "a fraction, to the cent": (
        MARKED_UP,
        partial_exit("70", fraction_sold="0.333333"),
        ("200", "66.67", "36.67", "0"),
    ),
    # Half of 100.01 is 50.005: half up, 50.01 are relieved.
    "half a cent": (
        (investment("100.01"),),
        partial_exit("60", fraction_sold="0.5"),
        ("50", "50", "9.99", "0"),
    ),
    # A fifth of F = 300 was sold, so a fifth of K goes.
    "no fraction": (MARKED_UP, partial_exit("60"), ("240", "80", "40", "0")),
    # s = 100 / 300 of K = 100: 33.33 are relieved.
    "no fraction, to the cent": (MARKED_UP, partial_exit("100"), ("200", "66.67", "66.67", "0")),
    # s = min(1, 400 / 300) = 1.
    "more than fair value": (MARKED_UP, partial_exit("400"), ("0", "0", "300", "0")),
    # F = 0, so s = 1: all of K goes.
    "of no fair value": (MARKED_TO_NOTHING, partial_exit("30"), ("0", "0", "-70", "0")),
    "of no fair value, for nothing": (
        MARKED_TO_NOTHING,
        partial_exit("0"),
        ("0", "0", "-100", "0"),
    ),
    "of no fair value, a fraction": (
        MARKED_TO_NOTHING,
        partial_exit("30", fraction_sold="0.5"),
        ("0", "50", "-20", "0"),
    ),
    "cost relieved": (
        MARKED_UP,
        partial_exit("60", cost_relieved="35"),
        ("240", "65", "25", "0"),
    ),
    "cost relieved and a fraction": (
        MARKED_UP,
        partial_exit("60", cost_relieved="35", fraction_sold="0.5"),
        ("150", "65", "25", "0"),
    ),
    "cost relieved of no fair value": (
        MARKED_TO_NOTHING,
        partial_exit("30", cost_relieved="30"),
        ("0", "70", "0", "0"),
    ),
    "cost relieved beyond cost": (
        MARKED_UP,
        partial_exit("60", cost_relieved="140"),
        ("240", "0", "-40", "0"),
    ),
    "everything": (MARKED_UP, partial_exit("310", fraction_sold="1"), ("0", "0", "210", "0")),
}


@pytest.mark.parametrize(("before", "sale", "after"), PARTIAL_EXITS.values(), ids=PARTIAL_EXITS)
def test_a_partial_exit_relieves_its_share(
    before: tuple[Raw, ...], sale: Raw, after: Standing
) -> None:
    assert standing(acme(*before, sale)) == after


def test_a_residual_is_estimated_until_the_next_mark() -> None:
    sold = (*MARKED_UP, partial_exit("60"))
    assert acme(*sold).residual_estimated
    assert acme(*sold).cost_estimated
    marked = acme(*sold, mark("250", on="2011-03-31"))
    assert (marked.residual_estimated, marked.fair_value) == (False, 250)
    assert not marked.cost_estimated


def test_a_cost_that_is_stated_is_not_estimated() -> None:
    holding = acme(*MARKED_UP, partial_exit("60", cost_relieved="35"))
    assert (holding.residual_estimated, holding.cost_estimated) == (True, False)


def test_a_residual_is_not_estimated_where_the_fraction_is_known() -> None:
    assert not acme(*MARKED_UP, partial_exit("90", fraction_sold="0.25")).residual_estimated


def test_a_full_exit_realises_all_cost() -> None:
    holding = acme(*MARKED_UP, full_exit("500"))
    assert standing(holding) == ("0", "0", "400", "0")
    assert (holding.exited_on, holding.ownership, holding.proceeds) == (date(2011, 3, 1), 0, 500)


def test_a_full_exit_keeps_the_escrow_held_as_fair_value() -> None:
    holding = acme(*MARKED_UP, full_exit("500", escrow_held="40"))
    assert standing(holding) == ("40", "0", "400", "0")
    assert holding.unrealised_gain == 40


def test_an_escrow_counts_at_what_is_expected_of_it() -> None:
    holding = acme(*MARKED_UP, full_exit("500", escrow_held="40", escrow_value="25"))
    assert standing(holding) == ("25", "0", "400", "0")


def test_a_partial_exit_keeps_its_escrow_beside_what_is_left() -> None:
    sale = partial_exit("90", fraction_sold="0.25", escrow_held="10")
    assert standing(acme(*MARKED_UP, sale)) == ("235", "75", "65", "0")


def test_escrow_is_gain_and_lowers_fair_value_no_further_than_nothing() -> None:
    exited = (*MARKED_UP, full_exit("500", escrow_held="40"))
    first = (*exited, proceeds("25", "escrow", on="2012-03-01"))
    assert standing(acme(*first)) == ("15", "0", "425", "0")
    last = (*first, proceeds("30", "escrow", on="2013-03-01"))
    assert standing(acme(*last)) == ("0", "0", "455", "0")


def test_a_mark_after_a_full_exit_values_what_is_still_owed() -> None:
    exited = (*MARKED_UP, full_exit("500", escrow_held="40"))
    holding = acme(*exited, mark("55", on="2011-12-31"))
    assert standing(holding) == ("55", "0", "400", "0")
    assert holding.exited_on == date(2011, 3, 1)


def test_a_dividend_is_income_alone() -> None:
    holding = acme(*MARKED_UP, proceeds("7", "dividend"))
    assert standing(holding) == ("300", "100", "0", "7")
    assert holding.proceeds == 7


def test_an_investment_after_a_full_exit_begins_anew_beside_the_escrow() -> None:
    exited = (*MARKED_UP, full_exit("500", escrow_held="40"))
    holding = acme(*exited, investment("20", on="2012-01-01"))
    assert standing(holding) == ("60", "20", "400", "0")
    assert (holding.exited_on, holding.invested) == (None, 120)


def test_a_conversion_changes_security_and_ownership_and_no_money() -> None:
    converted = raw(
        "SECURITY_CONVERTED",
        "2011-03-01",
        company="Acme",
        from_security="note",
        to_security="series A",
        ownership="0.15",
    )
    holding = acme(investment("100", security="note", ownership="0.1"), converted)
    assert standing(holding) == ("100", "100", "0", "0")
    assert (holding.security, holding.ownership) == ("series A", Decimal("0.15"))


OWNED = (investment("100", ownership="0.2"), mark("300", ownership="0.18"))


def test_ownership_is_what_the_last_event_says() -> None:
    assert acme(*OWNED).ownership == Decimal("0.18")
    sold = acme(*OWNED, partial_exit("60", ownership="0.12"))
    assert (sold.ownership, sold.ownership_estimated) == (Decimal("0.12"), False)


def test_a_sale_that_does_not_state_the_stake_lets_it_fall_by_what_was_sold() -> None:
    sold = acme(*OWNED, partial_exit("60", fraction_sold="0.25"))
    assert (sold.ownership, sold.ownership_estimated) == (Decimal("0.135"), False)
    # A fifth of F = 300 was sold, as far as the price tells.
    sold = acme(*OWNED, partial_exit("60"))
    assert (sold.ownership, sold.ownership_estimated) == (Decimal("0.144"), True)


def test_a_stake_is_estimated_until_it_is_stated() -> None:
    sold = (*OWNED, partial_exit("60"))
    assert acme(*sold, mark("250", on="2011-03-31")).ownership_estimated
    stated = acme(*sold, mark("250", on="2011-03-31", ownership="0.15"))
    assert (stated.ownership, stated.ownership_estimated) == (Decimal("0.15"), False)


def test_a_stake_that_is_not_known_stays_unknown() -> None:
    assert acme(*MARKED_UP, partial_exit("60", fraction_sold="0.25")).ownership is None


# 400 shares for 100 in cost, worth 300.
SHARES = (investment("100", security="preferred", shares="400"), mark("300", on="2010-12-31"))


def test_shares_sold_tell_how_much_of_the_holding_was() -> None:
    holding = acme(*SHARES, partial_exit("90", shares_sold="100"))
    assert standing(holding) == ("225", "75", "65", "0")
    assert (holding.residual_estimated, holding.known_shares) == (False, 300)


def test_a_fraction_takes_its_share_of_the_shares() -> None:
    assert acme(*SHARES, partial_exit("90", fraction_sold="0.25")).known_shares == 300


def test_shares_sold_of_an_unknown_number_tell_nothing() -> None:
    holding = acme(*MARKED_UP, partial_exit("60", shares_sold="100"))
    assert standing(holding) == standing(acme(*MARKED_UP, partial_exit("60")))
    assert (holding.residual_estimated, holding.known_shares) == (True, None)


def test_shares_are_not_known_once_an_investment_leaves_them_out() -> None:
    more = investment("50", on="2011-01-05", security="preferred")
    assert acme(*SHARES, more).known_shares is None
    other = investment("50", on="2011-01-05", security="common", shares="10")
    assert acme(*SHARES, other).known_shares == 410


def test_shares_are_not_known_after_a_sale_out_of_several_securities() -> None:
    other = investment("50", on="2011-01-05", security="common", shares="100")
    holding = acme(*SHARES, other, partial_exit("70", shares_sold="100"))
    assert (holding.remaining_cost, holding.known_shares) == (120, None)


def converted(from_security: str, shares: str | None = "1000") -> Raw:
    told = {"shares": shares} if shares else {}
    parts = {"from_security": from_security, "to_security": "preferred"}
    return raw("SECURITY_CONVERTED", "2010-09-01", company="Acme", **parts, **told)


@pytest.mark.parametrize(
    ("bought", "conversion", "known"),
    [
        ({"security": "note"}, converted("note"), 1000),
        ({"security": "Note"}, converted("note"), 1000),
        ({}, converted("note"), 1000),  # what the only investment was nobody said
        ({"security": "note"}, converted("note", None), None),
        ({"security": "warrant"}, converted("note"), None),  # what was converted?
    ],
)
def test_a_conversion_puts_its_shares_in_the_place_of_the_others(
    bought: dict[str, str], conversion: Raw, known: int | None
) -> None:
    assert acme(investment("100", **bought), conversion).known_shares == known


def test_a_full_exit_leaves_no_shares() -> None:
    assert acme(*SHARES, full_exit("500")).known_shares is None


def test_gains_and_income_are_all_that_came_back_less_what_went_in() -> None:
    holding = acme(
        *MARKED_UP,
        partial_exit("60", on="2011-03-01"),
        proceeds("7", "dividend", on="2011-04-01"),
        mark("270", on="2011-06-30"),
    )
    gains = holding.realised_gain + holding.income + holding.unrealised_gain
    # R = 60 − 20, Y = 7, U = 270 − 80.
    assert gains == 237 == holding.proceeds + holding.fair_value - holding.invested


def test_reserve_investments_use_what_was_allocated_before_them() -> None:
    holding = acme(
        investment("10", on="2010-03-01", from_reserves=True),
        reserved("80", on="2010-04-01"),
        investment("30", on="2010-05-01", from_reserves=True),
        investment("5", on="2010-06-01"),
    )
    assert holding.reserve_allocated == 80
    assert holding.reserve_deployed == 40
    assert holding.reserve_left == 50


def test_a_new_allocation_replaces_the_one_before() -> None:
    events = (
        reserved("80", on="2010-04-01"),
        investment("30", on="2010-05-01", from_reserves=True),
        reserved("20", on="2010-06-01"),
    )
    holding = acme(*events)
    assert (holding.reserve_allocated, holding.reserve_deployed) == (20, 30)
    assert holding.reserve_left == 20
    overspent = acme(*events, investment("45", on="2010-07-01", from_reserves=True))
    assert (overspent.reserve_left, overspent.reserve_deployed) == (0, 75)


def test_no_reserve_is_left_after_a_full_exit() -> None:
    holding = acme(*MARKED_UP, reserved("80", on="2011-01-01"), full_exit("500"))
    assert (holding.reserve_left, holding.reserve_allocated) == (0, 80)


def test_available_for_new_deals_leaves_the_reserves_alone() -> None:
    ledger = fund(
        raw("COMMITMENT_MADE", "2010-01-01", investor="LP", amount="1000"),
        raw("CAPITAL_CALLED", "2010-01-15", amount="400"),
        company(),
        investment("100"),
        reserved("80", on="2010-04-01"),
    )
    # Cash 400 − 100, unfunded 1000 − 400, reserves left 80.
    assert ledger.figures().available_for_new_deals == 820


DAY = "2011-03-01"


def test_a_mark_is_the_close_of_its_day_whatever_was_recorded_first() -> None:
    holding = acme(mark("260", on=DAY), investment("100", on=DAY))
    assert standing(holding) == ("260", "100", "0", "0")


def test_a_partial_exit_comes_before_the_mark_of_its_day() -> None:
    holding = acme(*AT_COST, mark("300", on=DAY), partial_exit("50", on=DAY))
    # The sale finds F = 100, so it relieves half of K; the mark then says what is left.
    assert standing(holding) == ("300", "50", "0", "0")
    assert not holding.residual_estimated


def test_a_full_exit_comes_last_on_its_day() -> None:
    holding = acme(
        *AT_COST, full_exit("500", on=DAY), mark("260", on=DAY), investment("50", on=DAY)
    )
    assert standing(holding) == ("0", "0", "350", "0")
    assert holding.exited_on == date(2011, 3, 1)


def test_the_day_itself_is_included() -> None:
    assert acme(*MARKED_UP, as_of="2010-12-30").fair_value == 100
    assert acme(*MARKED_UP, as_of="2010-12-31").fair_value == 300
