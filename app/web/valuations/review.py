"""What is asked before a valuation round is recorded, and what the log answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from app import database
from app.domain.errors import Fault, RefusedError
from app.domain.events.model import Event
from app.domain.valuations.rounds import Mark
from app.domain.whole_numbers import parse_whole
from app.services.reads import timeline
from app.web.shared.form_fields import TextField, TicksField
from app.web.shared.formats import capitalize_first, days_in_words
from app.web.valuations import grid as valuation_grid
from app.web.valuations.forms import RoundForm
from app.web.valuations.grid import Grid

_CHANGED = "The fund changed while you looked at this: see what has become of the marks."
_FAULTY = "Some cells cannot be read: fix them in the grid."
_NOTHING = "There is no new mark to record."
_DOUBTFUL = "Confirm each mark above 5× or below 1% of the prior one."


class AnswersForm(RoundForm):
    """What a person answered on the review."""

    version = TextField(parse_whole)
    through = TextField(parse_whole)  # what was known of the fund when it was shown
    confirmed = TicksField()  # ids of the companies whose doubtful mark is meant
    again = TicksField()  # of those whose mark is to be told a second time

    def missing(self, grid: Grid) -> str:
        """Say what keeps a round from going on; empty where nothing does."""
        if grid.faulty:
            return _FAULTY
        if not any(not row.repeats or row.id in self.again.data for row in grid.rows if row.mark):
            return _NOTHING
        if any(row.id not in self.confirmed.data for row in grid.doubtful):
            return _DOUBTFUL
        return _CHANGED if self._has_moved(grid) else ""

    def _has_moved(self, grid: Grid) -> bool:
        through = self.through.data or 0
        if not 0 < through < grid.opening.through:
            return False
        shown = valuation_grid.load_grid(database.engine(), grid.draft, through=through)
        return _gist(shown) != _gist(grid)


def _gist(grid: Grid) -> list[object]:
    return [(row.id, row.holding.fair_value, row.mark and row.mark.value) for row in grid.rows]


def changed_since(engine: Engine, grid: Grid) -> list[Event]:
    """Return what was recorded of the fund up to the quarter end since the round was submitted."""
    first = grid.draft.submitted_through
    if grid.draft.status != "submitted" or first is None or first >= grid.opening.through:
        return []
    events = timeline.between(engine, grid.draft.fund_id, first + 1, grid.opening.through)
    return [event for event in events if event.effective_on <= grid.draft.as_of]


def refusals(error: RefusedError, marks: Sequence[Mark]) -> list[str]:
    """Say what the log does not take, by company."""
    said = [f"{marks[fault.position].holding.name}: {sentence(fault)}" for fault in error.faults]
    return [*said, f"There are {error.more:,} more."] if error.more else said


def sentence(fault: Fault) -> str:
    """Write a fault as a sentence."""
    field = capitalize_first(fault.field.replace("_", " "))
    return days_in_words(f"{field} {fault.value} {fault.reason}.".replace("  ", " "))
