"""The forms of valuation rounds: started, typed in a grid, returned, undone, discarded."""

from __future__ import annotations

from uuid import UUID

from pydantic import TypeAdapter
from wtforms import Form, HiddenField, SubmitField
from wtforms.validators import DataRequired

from app.domain.valuations.cell_merge import Grid as Cells
from app.services.valuations.drafts import flat
from app.store.valuation_drafts import ValuationDraft
from app.web.shared.form_fields import TextField

_BASE: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, dict[str, str]])
MISTAKE = "the valuation round was recorded by mistake"


def _read_base(text: str) -> Cells:
    return flat(_BASE.validate_json(text))


class StartForm(Form):
    """Of which quarter end to start a round."""

    as_of = TextField(default="")


class RoundForm(Form):
    """A form on the page of a round, which names it."""

    round = TextField(UUID)


class GridForm(RoundForm):
    """What comes with the cells of a round's grid, and the button that was pressed."""

    base = TextField(_read_base, default={})  # what was kept of each cell when it was shown
    settle = HiddenField()  # whose reading of which cell stands, such as mine:COMPANY.mark
    rest = SubmitField()
    review = SubmitField()

    def settled(self, mine: dict[tuple[str, str], str], draft: ValuationDraft) -> Cells:
        """Settle a cell that two people typed as its button says: mine stands, or gives way."""
        whose, _, named = (self.settle.data or "").partition(":")
        company, _, name = named.partition(".")
        cell = (company, name)
        base: Cells = self.base.data or {}  # what cannot be read was nothing
        if cell not in mine:
            return base
        theirs = flat(draft.cells).get(cell, "")
        if whose == "theirs":
            mine[cell] = theirs
        return {**base, cell: theirs}


class DiscardForm(RoundForm):
    """To put a round aside, or to take up the one that was."""

    restore = TextField(UUID)


class ReturnForm(RoundForm):
    """What is to be mended in a submitted round."""

    comment = TextField(
        validators=[DataRequired("Write what needs to change.")],
        render_kw={"maxlength": 2000, "autocomplete": "off"},
    )

    def address(self, preparer: str) -> ReturnForm:
        """Say to whom it goes back."""
        self.comment.label.text = f"Or return it to {preparer}: what needs to change"
        return self


class UndoForm(RoundForm):
    """Why the marks of a recorded round are voided."""

    reason = TextField(default=MISTAKE)
