"""What a form asks beside an event's own fields, once what is typed calls for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # of 3.3

from app.domain.events.model import Event
from app.web.shared.form_fields import AmountField, KeyedForm

_EDITED = {"autocomplete": "off", "maxlength": 200}


class AskedForm(KeyedForm):
    """Answers to what is asked, and the key that tells a second press from a second event."""

    seen = HiddenField()  # which questions were on the page
    new_company = BooleanField()
    new_sector = StringField("Sector", render_kw=_EDITED)
    new_stage = StringField("Stage", render_kw=_EDITED)
    new_country = StringField("Country", render_kw=_EDITED)
    adjustment = BooleanField()
    mark_includes = RadioField(
        choices=[
            SelectChoice("yes", "Yes, it includes it"),
            SelectChoice("no", "No: the holding has another fair value with it"),
        ],
        validate_choice=False,
    )
    new_mark = AmountField("Fair value at the close of the day, this included", required=False)
    reason = TextAreaField(
        "Reason for the correction", render_kw={"autocomplete": "off", "rows": 2}
    )

    @property
    def company_particulars(self) -> dict[str, str]:
        """What is said of a new company."""
        given = {
            "sector": self.new_sector.data,
            "stage": self.new_stage.data,
            "country": self.new_country.data,
        }
        return {name: text.strip() for name, text in given.items() if text and text.strip()}


@dataclass(frozen=True, slots=True)
class Questions:
    """What is to be asked of what was typed."""

    unknown_company: str = ""  # the name typed, where the fund has no such company
    closed_through: date | None = None  # where it lies in closed books and may go there
    mark: Event | None = None  # the one that closes the same day

    def __iter__(self) -> Iterator[str]:
        """Name each, so that a page can tell whether it asks the same already."""
        if self.unknown_company:
            yield f"company {self.unknown_company}"
        if self.closed_through:
            yield "adjustment"
        if self.mark:
            yield f"mark {self.mark.sequence}"

    @property
    def names(self) -> str:
        """All of them in one."""
        return "; ".join(self)
