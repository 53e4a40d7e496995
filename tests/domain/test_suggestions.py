"""What a mistyped word may have meant."""

from __future__ import annotations

from app.domain.suggestions import closest

_FIELDS = ("amount", "company", "kind", "note")


def test_the_nearest_is_found_and_nothing_where_nothing_is_near() -> None:
    assert closest("ammount", _FIELDS) == ["amount"]
    assert closest("xyzzy", _FIELDS) == []


def test_several_come_with_the_most_alike_first() -> None:
    assert closest("acme inc", ["acme", "acme ink", "beta"], 2, 0.5) == ["acme ink", "acme"]


def test_for_what_is_longer_than_any_name_nothing_is_looked_at() -> None:
    assert closest("a" * 200, ["a" * 200]) == ["a" * 200]
    assert closest("a" * 201, ["a" * 201]) == []


def test_of_names_without_end_the_first_are_looked_at() -> None:
    assert closest("name-6000", (f"name-{number}" for number in range(10_000)), 1, 0.99) == []
    assert closest("name-4000", (f"name-{number}" for number in range(10_000)), 1, 0.99) == [
        "name-4000"
    ]
