"""The forms of valuation rounds: started, typed in a grid, returned, undone, discarded."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError
from wtforms import Field, Form, HiddenField, StringField, SubmitField
from wtforms.validators import DataRequired

from app.domain.valuations.cell_merge import Grid as Cells
from app.services.valuations.drafts import flat
from app.store.valuation_drafts import ValuationDraft
from app.web.shared.form_fields import HiddenIdField, stripped
from app.web.valuations.cells import cells_of

_BASE: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, dict[str, str]])
MISTAKE = "the valuation round was recorded by mistake"


class StartForm(Form):
    """Of which quarter end to start a round."""

    as_of = StringField("Quarter end", filters=[stripped])


class RoundForm(Form):
    """A form on the page of a round, which names it."""

    round = HiddenIdField()


class CellsField(Field):
    """The cells of a grid, each named by its column and row.

    They are one field: a field for each cell takes 20 times as long, and a grid can have 500 rows.
    What is wrong with a cell is told wherever the grid is shown: a draft keeps what was typed.
    """

    def process(self, formdata: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Take what was sent: which rows there are is known later."""
        self.process_errors: list[str] = []
        self.data = formdata or {}

    def of(self, ids: list[str]) -> dict[tuple[str, str], str]:
        """Return the cells of these rows."""
        return cells_of(self.data, ids)


class BaseField(HiddenField):
    """What was kept of each cell when the grid was shown; what cannot be read was nothing."""

    data: Cells  # type: ignore[assignment] # cells in place of text

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it from JSON."""
        try:
            self.data = flat(_BASE.validate_json(str(valuelist[0]) if valuelist else ""))
        except ValidationError:
            self.data = {}


class GridForm(RoundForm):
    """What is typed in a round's grid, and the button that was pressed."""

    base = BaseField()
    cells = CellsField()
    settle = HiddenField()  # whose reading of which cell stands, such as mine:COMPANY.mark
    rest = SubmitField()
    review = SubmitField()

    def settled(self, mine: dict[tuple[str, str], str], draft: ValuationDraft) -> Cells:
        """Settle a cell that two people typed as its button says: mine stands, or gives way."""
        whose, _, place = (self.settle.data or "").partition(":")
        company, _, name = place.partition(".")
        cell = (company, name)
        if cell not in mine:
            return self.base.data
        theirs = flat(draft.cells).get(cell, "")
        if whose == "theirs":
            mine[cell] = theirs
        return {**self.base.data, cell: theirs}


class DiscardForm(RoundForm):
    """To put a round aside, or to take up the one that was."""

    restore = HiddenIdField()


class ReturnForm(RoundForm):
    """What is to be mended in a submitted round."""

    comment = StringField(
        validators=[DataRequired("Say what is to be mended.")],
        filters=[stripped],
        render_kw={"maxlength": 2000, "autocomplete": "off"},
    )

    def address(self, preparer: str) -> ReturnForm:
        """Say to whom it goes back."""
        self.comment.label.text = f"Or return it to {preparer}: what is to be mended"
        return self


class UndoForm(RoundForm):
    """Why the marks of a recorded round are voided."""

    reason = StringField(filters=[lambda typed: stripped(typed) or MISTAKE])
