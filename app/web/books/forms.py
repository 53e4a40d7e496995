"""The forms of the books: to close them, and to open them again."""

from __future__ import annotations

from wtforms import BooleanField, Form, HiddenField, StringField
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length

from app.domain.errors import RefusedError
from app.domain.fields import NAME_LENGTH, TEXT_LENGTH
from app.domain.whole_numbers import whole_or_none
from app.web.shared.filters import FilterField, FilterForm
from app.web.shared.form_fields import KeyField, TextField
from app.web.shared.formats import counted, days_in_words


class PlanFilters(FilterForm):
    """Through which day the next close is looked at."""

    closed_through = FilterField()


class BooksForm(Form):
    """A form that takes the refusals of the log."""

    def refuse(self, error: RefusedError) -> None:
        """Put each fault beside the field that it is about, or beside the first one."""
        for fault in error.faults:
            field: Field = self[fault.field] if fault.field in self else next(iter(self))
            shown = f"{fault.value} " if fault.value else ""
            field.errors = [*field.errors, days_in_words(f"{shown}{fault.reason}.")]


class CloseForm(BooksForm):
    """Through which day, and under which name."""

    label = StringField(
        "Name of the period",
        [Length(max=NAME_LENGTH, message=f"Use up to {NAME_LENGTH} characters.")],
        render_kw={"maxlength": NAME_LENGTH, "autocomplete": "off"},
    )
    note = StringField(
        "Note (optional)",
        [Length(max=TEXT_LENGTH, message=f"Use up to {TEXT_LENGTH} characters.")],
        # What is typed stays while another day is looked at.
        render_kw={"maxlength": TEXT_LENGTH, "autocomplete": "off", "hx-preserve": "true"},
    )
    skips = BooleanField()
    closed_through = HiddenField()
    key = KeyField()
    through = TextField(whole_or_none)  # how far the log went when its figures were shown

    def validate_skipped(self, skipped: list[str]) -> bool:
        """See that quarters which are closed on the way are meant to be."""
        if not skipped or self.skips.data:
            return True
        mend = "tick it, or close the first of them by itself"
        self.skips.errors = [f"{_listed(skipped)} would be closed too: {mend}."]
        return False

    def refuse_unseen(self, head: int) -> None:
        """Say that the log has moved on since; what stands on the page is of now."""
        count = head - (self.through.data or 0)
        message = (
            f"{counted(count, 'event')} came in since you looked, so nothing is closed yet: the "
            "figures above are of now, look at them and close then."
        )
        self.closed_through.errors = [*self.closed_through.errors, message]

    @property
    def fields(self) -> dict[str, str]:
        """What the close carries."""
        typed = (self.closed_through, self.label, self.note)
        return {each.name: (each.data or "").strip() for each in typed}


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


class ReopenForm(BooksForm):
    """Why, and that it is meant."""

    note = StringField(
        "Reason",
        [
            InputRequired("Write the reason: it stays in the timeline."),
            Length(max=TEXT_LENGTH, message=f"Use up to {TEXT_LENGTH} characters."),
        ],
        render_kw={"maxlength": TEXT_LENGTH, "autocomplete": "off"},
    )
    confirmed = BooleanField("Yes, reopen", [InputRequired("Tick it to reopen.")])
