"""Explains a fund's figures: where they come from, and which events add what to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, get_args
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from app.domain.errors import UnknownCompanyError
from app.domain.events.model import Event
from app.domain.figures.contributions import (
    FUND_AMOUNTS,
    HOLDING_AMOUNTS,
    Contribution,
    contributions_onto,
)
from app.domain.figures.explanation import Explanation, explain
from app.domain.figures.figures import Figures, figures_of
from app.domain.money import ZERO
from app.domain.state.fold import in_fold_order, in_force
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.reads import log_cache
from app.store.database.connections import reading
from app.store.log import contributing, stored_events
from app.store.snapshots import state_reader

By = Literal["type", "company", "year"]
BYS: tuple[By, ...] = get_args(By)
_KEYS: dict[By, Callable[[Contribution], str]] = {
    "type": lambda each: str(each.event_type),
    "company": lambda each: each.company_id or "",
    "year": lambda each: str(each.effective_on.year),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with what it did to an amount."""

    contribution: Contribution
    event: Event


@dataclass(frozen=True, slots=True)
class Group:
    """Contributions that have something in common: how many, and what they sum to."""

    key: str  # a type, a company's id (empty for the fund's own), or a year
    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Contributions:
    """The newest contributions to an amount, in whole days; what is earlier sums to `earlier`."""

    entries: list[Entry]  # the last to take effect first
    earlier: Decimal
    first: date | None  # of the days that are here; None where they go back to the beginning

    @property
    def before(self) -> date | None:
        """The last of the days that are left; None where there is none."""
        return self.first - timedelta(days=1) if self.first else None


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure at a viewpoint, and where it comes from."""

    at: Viewpoint
    explanation: Explanation
    figures: Figures


@dataclass(frozen=True, slots=True)
class Asked:
    """Which amount of which fund is asked for, and from which viewpoint."""

    fund_id: UUID
    at: Viewpoint
    figure: str


def load_explanation(engine: Engine, asked: Asked) -> Explained:
    """Explain one of the EXPLAINED figures, but for the events that it comes from."""
    at = asked.at
    with reading(engine) as driver:
        found = state_reader.read_without_metrics(driver, asked.fund_id, at.as_of, at.through)
    figures = figures_of(found.state, at.as_of)
    explanation = explain(found.state, figures, at.as_of, asked.figure)
    return Explained(at, explanation, figures)


def load_contributions(
    engine: Engine, asked: Asked, limit: int, until: date | None = None
) -> Contributions:
    """Read the newest contributions to an amount of the fund: whole days, `limit` or a few more.

    `until` is the last of the days that are wanted. Nothing earlier is folded than the snapshot
    before the first of them.
    """
    types = FUND_AMOUNTS[asked.figure].types
    last = min(until or asked.at.as_of, asked.at.as_of)
    wanted, asked = limit, replace(asked, at=Viewpoint(last, asked.at.through))
    with reading(engine) as driver:
        while True:
            first = contributing.day_of_nth(driver, asked.fund_id, asked.at, types, wanted)
            earlier, found = _since(driver, asked, first or date.min)
            if first is None or len(found) >= limit:
                break
            wanted *= 2  # events that change nothing, or were voided, stand between them
        entries = _entries(driver, asked.fund_id, found)
    return Contributions(entries, earlier, first)


def _since(
    driver: psycopg.Connection, asked: Asked, first: date
) -> tuple[Decimal, list[Contribution]]:
    """Return what an amount was before a day, and what each event since then did."""
    at, amount = asked.at, FUND_AMOUNTS[asked.figure]
    state, before = FundState(), ZERO
    if first > date.min:
        eve = first - timedelta(days=1)
        found = state_reader.read_without_metrics(driver, asked.fund_id, eve, at.through)
        state, before = found.state, amount.of(found.state)
    facts = contributing.facts_since(driver, asked.fund_id, at, first, amount.types)
    ordered = in_fold_order(in_force(facts, at.through), at.as_of)
    return before, list(contributions_onto(state, ordered, amount))


def _entries(
    driver: psycopg.Connection, fund_id: UUID, found: Sequence[Contribution]
) -> list[Entry]:
    """Read the events of contributions, the last to take effect first."""
    sequences = [each.sequence for each in found]
    events = {each.sequence: each for each in stored_events.numbered(driver, fund_id, sequences)}
    return [Entry(each, events[each.sequence]) for each in reversed(found)]


def load_since(engine: Engine, asked: Asked, first: date) -> list[Contribution]:
    """Return what each event from a day on did to an amount, the first to take effect first."""
    with reading(engine) as driver:
        return _since(driver, asked, first)[1]


def load_groups(engine: Engine, asked: Asked, by: By) -> list[Group]:
    """Sum up the contributions to an amount of the fund by what they have in common."""
    return groups_of(_all(engine, asked), by)


def groups_of(found: Iterable[Contribution], by: By) -> list[Group]:
    """Sum up contributions: by year the latest first, else the largest amount first."""
    sums: dict[str, tuple[int, Decimal]] = {}
    for each in found:
        number, amount = sums.get(_KEYS[by](each), (0, ZERO))
        sums[_KEYS[by](each)] = number + 1, amount + each.amount
    groups = [Group(key, number, amount) for key, (number, amount) in sums.items()]
    if by == "year":
        return sorted(groups, key=lambda group: group.key, reverse=True)
    return sorted(groups, key=lambda group: (-abs(group.amount), group.key))


def load_members(engine: Engine, asked: Asked, by: By, key: str) -> list[Contribution]:
    """Return the contributions of one group, the first to take effect first."""
    return [each for each in _all(engine, asked) if _KEYS[by](each) == key]


def load_all(engine: Engine, asked: Asked) -> list[Contribution]:
    """Return every contribution to an amount of the fund, the first to take effect first."""
    return list(_all(engine, asked))


def load_entries(engine: Engine, fund_id: UUID, found: Sequence[Contribution]) -> list[Entry]:
    """Read the events of contributions, the last to take effect first."""
    with reading(engine) as driver:
        return _entries(driver, fund_id, found)


@lru_cache(maxsize=4)
def _all(engine: Engine, asked: Asked) -> tuple[Contribution, ...]:
    """Fold the whole log once, or read what adds to the amount by itself; it never changes."""
    with reading(engine) as driver:
        _, found = _since(driver, asked, date.min)
    return tuple(found)


def load_of_company(engine: Engine, asked: Asked, company_id: str) -> list[Contribution]:
    """Return what each event did to an amount of one company, the first to take effect first.

    Raises UnknownCompanyError.
    """
    names = log_cache.company_names(engine, asked.fund_id, asked.at.through)
    if not names.knows(company_id):
        raise UnknownCompanyError(f"the fund has no company with the id {company_id}")
    with reading(engine) as driver:
        facts = contributing.facts_of_company(driver, asked.fund_id, asked.at, company_id)
    ordered = in_fold_order(in_force(facts, asked.at.through), asked.at.as_of)
    return list(contributions_onto(FundState(), ordered, HOLDING_AMOUNTS[asked.figure]))
