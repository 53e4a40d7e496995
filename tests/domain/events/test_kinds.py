"""Fields that the kind of an event does not use are refused, not ignored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.events.test_catalogue import refusals
from tests.ledgers import Raw, raw


def proceeds(kind: str, **more: Any) -> Raw:  # noqa: ANN401 - any JSON
    return raw("PROCEEDS_RECEIVED", "2011-03-31", company="Acme", amount="60", kind=kind, **more)


def distribution(kind: str, **more: Any) -> Raw:  # noqa: ANN401 - any JSON
    return raw("DISTRIBUTION_MADE", "2011-03-31", amount="60", kind=kind, **more)


@pytest.mark.parametrize("kind", ["full_exit", "dividend", "escrow"])
@pytest.mark.parametrize(
    ("field", "value"), [("fraction_sold", "0.5"), ("shares_sold", "5"), ("cost_relieved", "7")]
)
def test_only_a_partial_exit_says_how_much_was_sold(kind: str, field: str, value: str) -> None:
    assert refusals(proceeds(kind, **{field: value})) == [
        f"{field} '{value}': is not used by the kind {kind}, only by partial_exit: leave it out"
    ]
    if field != "cost_relieved":
        return
    assert refusals(proceeds(kind, **{field: "0"})) == [
        f"{field} '0': is not used by the kind {kind}, only by partial_exit: leave it out"
    ]


@pytest.mark.parametrize("kind", ["dividend", "escrow"])
@pytest.mark.parametrize(("field", "value"), [("escrow_held", "5"), ("escrow_value", "5")])
def test_only_an_exit_has_an_escrow(kind: str, field: str, value: str) -> None:
    assert refusals(proceeds(kind, **{field: value})) == [
        (
            f"{field} '{value}': is not used by the kind {kind}, only by full_exit and "
            "partial_exit: "
            "leave it out"
        )
    ]


@pytest.mark.parametrize("kind", ["full_exit", "partial_exit"])
@pytest.mark.parametrize(
    ("field", "value"), [("escrow_value", "5"), ("escrow_release_on", "2012-01-01")]
)
def test_an_escrow_is_held_before_it_is_valued_or_released(
    kind: str, field: str, value: str
) -> None:
    assert refusals(proceeds(kind, **{field: value})) == [
        f"{field} '{value}': is about an escrow: give escrow_held too"
    ]


def test_nothing_is_owned_after_a_full_exit() -> None:
    assert refusals(proceeds("full_exit", ownership="0.1")) == [
        "ownership '0.1': must be 0 after a full exit: leave it out, or make it a partial_exit"
    ]


def test_how_much_was_sold_is_said_once() -> None:
    assert refusals(proceeds("partial_exit", fraction_sold="0.5", shares_sold="5")) == [
        "shares_sold '5': says what fraction_sold says already: give one of the two"
    ]


@pytest.mark.parametrize("kind", ["standard", "recallable", "carried_interest"])
def test_only_a_return_of_calls_is_outside_the_commitment(kind: str) -> None:
    assert refusals(distribution(kind, outside_commitment=True)) == [
        (
            f"outside_commitment 'True': is not used by the kind {kind}, only by return_of_call: "
            "leave "
            "it out"
        )
    ]
