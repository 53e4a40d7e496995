"""The holdings table: what a row shows, and the orders in which rows may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.money import ZERO
from app.domain.state.state import Holding

# Marks are booked each quarter, a month or two after its end; an older one was left out.
_STALE_AFTER_DAYS = 120


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A holding on a day, with what follows from both."""

    holding: Holding
    as_of: date

    @property
    def moic(self) -> Decimal | None:
        """Proceeds and fair value over what was invested."""
        if not self.holding.invested:
            return None
        return (self.holding.proceeds + self.holding.fair_value) / self.holding.invested

    @property
    def mark_age(self) -> int | None:
        """Days since the last mark; None at cost."""
        marked_on = self.holding.marked_on
        return (self.as_of - marked_on).days if marked_on else None

    @property
    def is_stale(self) -> bool:
        """Whether a mark is missing for the last quarter that should have one; nothing ages."""
        late = self.mark_age is not None and self.mark_age > _STALE_AFTER_DAYS
        return late and bool(self.holding.fair_value)

    @property
    def is_gone(self) -> bool:
        """Whether the holding was sold, at once or in parts, and nothing is owed any more."""
        holding = self.holding
        sold_in_parts = bool(holding.invested) and not holding.remaining_cost
        return not holding.fair_value and (holding.exited_on is not None or sold_in_parts)

    @property
    def reserve_used(self) -> Decimal | None:
        """The share of what was last set aside that is used up; None where nothing ever was."""
        if not self.holding.reserve_allocated:
            return None
        return 1 - self.holding.reserve_left / self.holding.reserve_allocated


@dataclass(frozen=True, slots=True)
class Column:
    """A column that rows can be ordered by; numbers begin with the largest."""

    name: str
    label: str
    key: Callable[[HoldingRow], object]
    by_name: bool = False


COLUMNS = (
    Column("company", "Company", lambda row: row.holding.name.casefold(), by_name=True),
    Column("cost", "Cost", lambda row: row.holding.invested),
    Column("fair_value", "Fair value", lambda row: row.holding.fair_value),
    Column("proceeds", "Proceeds", lambda row: row.holding.proceeds),
    Column("moic", "MOIC", lambda row: row.moic or ZERO),
    Column("ownership", "Own.", lambda row: row.holding.ownership or ZERO),
    Column("last_mark", "Last mark", lambda row: row.holding.marked_on or date.min),
    Column("reserve_left", "Remaining reserves", lambda row: row.holding.reserve_left),
)
_BY_NAME = {column.name: column for column in COLUMNS}
USUAL = "fair_value"


@dataclass(frozen=True, slots=True)
class Order:
    """A column and a direction, as `moic` or `-moic` in an address; `-` turns it round."""

    column: Column
    turned: bool

    @classmethod
    def named(cls, text: str) -> Order:
        """Read an order; the usual one for anything else."""
        name = text.removeprefix("-")
        return cls(_BY_NAME.get(name) or _BY_NAME[USUAL], name in _BY_NAME and text != name)

    @property
    def name(self) -> str:
        """The order as an address says it; empty for the usual one."""
        name = f"-{self.column.name}" if self.turned else self.column.name
        return "" if name == USUAL else name

    @property
    def ascends(self) -> bool:
        """Whether the smallest comes first."""
        return self.column.by_name != self.turned

    def next_for(self, column: Column) -> str:
        """Name the order that choosing a column's heading leads to."""
        again = column is self.column and not self.turned
        name = f"-{column.name}" if again else column.name
        return "" if name == USUAL else name


def rows(holdings: Iterable[Holding], as_of: date, order: Order) -> list[HoldingRow]:
    """Put the companies in order: those never invested in left out, those gone at the end."""
    listed = [HoldingRow(each, as_of) for each in holdings if each.invested or each.fair_value]
    listed.sort(key=lambda row: row.holding.name.casefold())
    listed.sort(key=order.column.key, reverse=not order.ascends)  # type: ignore[arg-type]
    listed.sort(key=lambda row: row.is_gone)
    return listed
