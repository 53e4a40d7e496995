"""What the forms of all steps share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # of 3.3

from app.domain.money import normalised
from app.domain.terms import Compounding, FeeBasis, Terms

Typed = dict[str, list[str]]  # what was typed, by field

BASES: dict[FeeBasis, str] = {
    "committed": "Committed capital",
    "called": "Called capital",
    "invested_cost": "Net invested capital",
    "nav": "Net asset value",
}
COMPOUNDINGS: dict[Compounding, str] = {
    "daily": "Daily",
    "annual": "Annual",
    "simple": "Simple",
}


class StepForm(Form):
    """The answers of one step; `meta` tells what earlier steps said."""

    step: ClassVar[str]
    rows: ClassVar[str] = ""  # the field that takes rows, if one does

    @classmethod
    def names(cls) -> set[str]:
        """Name the fields, as the first part of what a browser sends."""
        fields = (item for base in cls.__mro__ for item in vars(base).items())
        return {name for name, field in fields if hasattr(field, "field_class")}

    @classmethod
    def kept(cls, sent: MultiDict[str, str]) -> Typed:
        """Return what was sent for the step's own fields."""
        names = cls.names()
        return {key: sent.getlist(key) for key in sent if key.split("-")[0] in names}

    @classmethod
    def typed(cls, terms: Terms) -> Typed:
        """Write terms as they could have been typed."""
        raise NotImplementedError

    def terms(self) -> dict[str, Any]:
        """Return the part of the terms that the step is about, raw; only of a valid form."""
        raise NotImplementedError

    def add_row(self) -> None:
        """Add an empty row, where there is room for one."""
        if not self.is_full:
            self._row_list().append_entry()

    @property
    def is_full(self) -> bool:
        """Whether there are as many rows as there may be."""
        rows = self._row_list()
        return rows.max_entries is not None and len(rows) >= rows.max_entries

    def remove_row(self, index: int) -> None:
        """Take a row out; the last one stays, empty."""
        rows = self._row_list()
        if 0 <= index < len(rows):
            rows.pop_entry(index)  # type: ignore[call-arg] # of 3.3
        if not len(rows):
            rows.append_entry()

    def _row_list(self) -> FieldList[Any]:
        rows = self[self.rows]
        assert isinstance(rows, FieldList)
        return rows


def chosen_from(names: Mapping[Any, str]) -> list[SelectChoice]:
    """Offer what has a name."""
    return [SelectChoice(value, name) for value, name in names.items()]


def typed(**fields: object) -> Typed:
    """Write the values of fields; None and False are not sent by a browser."""
    written: dict[str, list[str]] = {}
    for name, value in fields.items():
        if value is not None and value is not False:
            written[name] = [_text(value)]
    return written


def percent_typed(fraction: Decimal | None) -> str | None:
    """Write a fraction as a percentage is typed."""
    return None if fraction is None else f"{normalised(fraction * 100):f}"


def sent(fields: Mapping[str, list[str]]) -> MultiDict[str, str]:
    """Return what was typed as a browser sends it."""
    return MultiDict([(key, value) for key, values in fields.items() for value in values])


def _text(value: object) -> str:
    if value is True:
        return "y"
    return f"{normalised(value):,f}" if isinstance(value, Decimal) else str(value)
