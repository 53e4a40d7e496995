"""A valuation round as its grid shows it: rows with what is typed, and what all comes to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Engine

from app.auth import route_rules
from app.domain.state.state import Holding
from app.domain.valuations.cell_merge import Cell, Conflict
from app.domain.valuations.rounds import Mark, Totals, totals
from app.services.reads import approvals
from app.services.valuations import rounds
from app.services.valuations.drafts import flat, nested
from app.services.valuations.rounds import RoundOpening
from app.store.valuation_drafts import ValuationDraft
from app.web.valuations.cells import LEVELS, METHODS, RowReading, read_row
from app.web.valuations.permissions import RoundPermissions


@dataclass(frozen=True)
class GridRow:
    """A holding in a round."""

    holding: Holding
    as_of: date
    cells: Mapping[str, str]
    read: RowReading
    conflicts: Mapping[str, Conflict]  # by field

    @property
    def id(self) -> str:
        """The company's id."""
        return self.holding.company_id

    @property
    def mark(self) -> Mark | None:
        """What the row says, where it can be read."""
        return self.read.mark

    @property
    def age(self) -> int | None:
        """Days since the prior mark; None at cost."""
        marked_on = self.holding.marked_on
        return (self.as_of - marked_on).days if marked_on else None

    @property
    def repeats(self) -> bool:
        """Whether the log holds this mark already."""
        return self.mark is not None and self.mark.repeats(self.as_of)


@dataclass(frozen=True)
class Grid:
    """A round with everything that its pages show."""

    draft: ValuationDraft
    opening: RoundOpening
    mine: Mapping[Cell, str] = field(default_factory=dict)  # typed, and not kept (yet)
    conflicts: tuple[Conflict, ...] = ()
    seen: Mapping[Cell, str] = field(default_factory=dict)  # what was kept when it was shown
    need_approval: bool = False
    others: frozenset[UUID] = frozenset()  # the other GPs
    names: Mapping[str, str] = field(default_factory=dict)
    self_approved: bool = False  # by a GP whom nobody else could approve

    methods: ClassVar = METHODS
    levels: ClassVar = {each: each for each in LEVELS}

    @property
    def currency(self) -> str:
        """The fund's currency."""
        return self.opening.currency

    @cached_property
    def rows(self) -> list[GridRow]:
        """The holdings with what is typed, by name."""
        cells = nested({**flat(self.draft.cells), **self.mine})
        return [self._row(each, cells.get(each.company_id, {})) for each in self.opening.holdings]

    def _row(self, holding: Holding, cells: Mapping[str, str]) -> GridRow:
        read = read_row(holding, cells, self.currency)
        found = {
            each.cell[1]: each for each in self.conflicts if each.cell[0] == holding.company_id
        }
        return GridRow(holding, self.opening.as_of, cells, read, found)

    @property
    def marks(self) -> list[Mark]:
        """What the rows say, as far as they can be read."""
        return [row.mark for row in self.rows if row.mark]

    @property
    def faulty(self) -> list[GridRow]:
        """The rows with a cell that cannot be read."""
        return [row for row in self.rows if row.read.faults]

    @property
    def doubtful(self) -> list[GridRow]:
        """The rows whose new mark is far above or below the prior one."""
        return [row for row in self.rows if row.mark and row.mark.is_doubtful]

    @property
    def empty(self) -> list[GridRow]:
        """The rows that say nothing."""
        return [row for row in self.rows if not row.mark and not row.read.faults]

    @cached_property
    def totals(self) -> Totals:
        """What the round comes to."""
        return totals(self.opening.state, self.marks)

    @property
    def left_over(self) -> int:
        """How many rows are typed of companies that are not held (any more)."""
        return len(self.draft.cells.keys() - {row.id for row in self.rows})

    @property
    def base(self) -> str:
        """What is kept of each cell, for the next save to compare with."""
        base = flat(self.draft.cells)
        base |= {each.cell: self.seen.get(each.cell, "") for each in self.conflicts}
        return json.dumps(nested(base), sort_keys=True)

    @property
    def multiple(self) -> dict[str, Decimal]:
        """The new mark over remaining cost, by row, where cost remains."""
        return {
            row.id: row.mark.value / row.holding.remaining_cost
            for row in self.rows
            if row.mark and row.holding.remaining_cost
        }

    @cached_property
    def standing(self) -> RoundPermissions:
        """What who reads may do with the round."""
        return RoundPermissions(self.draft, self.opening, self.need_approval, self.others)

    @property
    def preparer(self) -> str:
        """The name of who prepared it."""
        return self.name(self.draft.prepared_by)

    def name(self, person: UUID | str | None) -> str:
        """Name a person."""
        return self.names.get(str(person), "unknown")


@dataclass(frozen=True)
class Typed:
    """What was typed and not kept, because somebody else typed into the same cells."""

    conflicts: tuple[Conflict, ...] = ()
    seen: Mapping[Cell, str] = field(default_factory=dict)


def load_grid(
    engine: Engine, draft: ValuationDraft, typed: Typed | None = None, through: int | None = None
) -> Grid:
    """See a round as known through a sequence: now, or a recorded one as before its marks."""
    typed = typed or Typed()
    if through is None and draft.status == "recorded" and draft.first_sequence:
        through = draft.first_sequence - 1
    people = {draft.prepared_by, draft.changed_by, draft.commented_by}
    ids = {str(each) for each in people if each} | {each.typed_by for each in typed.conflicts}
    return Grid(
        draft,
        rounds.opening(engine, draft.fund_id, draft.as_of, through),
        {each.cell: each.mine for each in typed.conflicts},
        typed.conflicts,
        typed.seen,
        approvals.required(engine, draft.fund_id),
        frozenset(rounds.other_gps(engine, draft.fund_id, route_rules.reader().id)),
        rounds.names(engine, ids),
        _self_approved(engine, draft),
    )


def _self_approved(engine: Engine, draft: ValuationDraft) -> bool:
    if draft.status != "recorded":
        return False
    with engine.connect() as connection:
        return bool(rounds.self_approved(connection, draft.fund_id, [draft]))
