"""The fields of an event's form, each made from the kind of its field in the payload."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic_core import PydanticCustomError
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # of 3.3
from wtforms.validators import DataRequired

from app.domain.fields import Day, Flag, Money, Positive, Share, SignedAmount, Text
from app.domain.money import normalised, parse_decimal
from app.services.import_files.numbers import UnreadableCellError, read_number
from app.web.record import wording
from app.web.shared.amounts import AmountError, parse_amount
from app.web.shared.form_fields import (
    AmountField,
    DayField,
    NumberField,
    PercentField,
    WholeField,
    known_to,
)

_LONGEST = 200
_TICK = Literal[True]  # what may be there or not
_EDITED = {"autocomplete": "off"}


class OptionalDayField(DayField):
    """A day that may be left out."""

    def pre_validate(self, form: object) -> None:
        """Say nothing where nothing is typed."""
        if self.data is not None or self.process_errors:
            super().pre_validate(form)


class QuantityField(NumberField):
    """A number of things, such as shares: no money."""

    missing = "Write a number, such as 250,000."

    def read(self, text: str) -> Decimal:
        """Read a number. Raises AmountError."""
        if any(char in text for char in "$€£¥₹%"):
            raise AmountError(f"“{text}” is not a plain number: write it like 250,000.")
        return parse_amount(text, "")

    def write(self, number: Decimal) -> str:
        """Write a number in groups of three."""
        return f"{normalised(number):,f}"


class RateField(NumberField):
    """An exchange rate: a point stands before its decimals, however many there are."""

    def read(self, text: str) -> Decimal:
        """Read a rate. Raises AmountError."""
        try:
            digits, sign, percent = read_number(text, lambda: "point")
            if not (sign or percent):
                return parse_decimal(digits)
        except (UnreadableCellError, PydanticCustomError):
            pass
        raise AmountError(f"“{text}” is not a rate: write it like 1.085.")

    def write(self, number: Decimal) -> str:
        """Write all digits."""
        return f"{normalised(number):f}"


class AllocationsField(TextAreaField):
    """Amounts by investor, one a line."""

    data: dict[str, Decimal] | None  # type: ignore[assignment] # amounts in place of text

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the lines; none is no allocation."""
        self.data = None
        text = str(valuelist[0]) if valuelist else ""
        if lines := [line for line in text.splitlines() if line.strip()]:
            self.data = dict(self._read(line) for line in lines)
            if len(self.data) < len(lines):
                raise AmountError("An investor is named twice: add the two up.")

    def _read(self, line: str) -> tuple[str, Decimal]:
        name, colon, amount = line.rpartition(":")
        if not colon or not name.strip():
            raise AmountError(f"“{line.strip()}” names no investor: write Name: amount.")
        return name.strip(), parse_amount(amount, getattr(known_to(self), "currency", ""))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{name}: {amount:,f}" for name, amount in (self.data or {}).items())


class ChoiceField(SelectField):
    """One of several kinds; nothing chosen is the empty choice."""

    def process_data(self, value: object) -> None:
        """Take a value from elsewhere than the form."""
        super().process_data("" if value is None else value)


def field_for(
    name: str,
    hint: object,
    default: Any,  # noqa: ANN401 - of the field's own kind
    *,
    required: bool,
) -> Any:  # noqa: ANN401 - WTForms' unbound fields
    """Make the field for a field of a payload, by the type and default that it has there."""
    label, kind = wording.field_label(name), _without_none(hint)
    if get_origin(kind) is Literal:
        return _choices(label, [str(each) for each in get_args(kind)], default, required=required)
    if kind == Day:
        return (DayField if required else OptionalDayField)(label)
    if number := _number(name, kind):
        return number(label, required=required)
    given = [DataRequired(f"Write the {label.lower()}.")] if required else []
    return _text(name, kind)(label, given, default=default)


def _text(name: str, kind: object) -> Any:  # noqa: ANN401 - WTForms' unbound fields
    """Choose what takes text, or a tick."""
    if kind in (Flag, _TICK):
        return partial(BooleanField, render_kw=_EDITED)
    if name == "allocations":
        return partial(AllocationsField, render_kw=_EDITED | {"rows": 3})
    if kind == Text:
        return partial(TextAreaField, render_kw=_EDITED | {"rows": 2})
    return partial(StringField, render_kw=_EDITED | {"maxlength": _LONGEST})


def _number(name: str, kind: object) -> type[NumberField] | None:
    if name in {"shares", "shares_sold", "local_amount"}:
        return QuantityField
    if kind == Positive:
        return RateField
    if kind == Share:
        return PercentField
    if kind in (Money, SignedAmount):
        return AmountField
    is_whole = get_origin(kind) is Annotated and get_args(kind)[0] is int
    return WholeField if is_whole else None


def _choices(label: str, values: list[str], default: str | None, *, required: bool) -> SelectField:
    blank = [] if default else [SelectChoice("", "Choose…" if required else "Not said")]
    choices = [*blank, *(SelectChoice(each, wording.choice(each)) for each in values)]
    given = [DataRequired(f"Choose the {label.lower()}.")] if required else []
    return ChoiceField(label, given, choices=choices, default=default, render_kw=_EDITED)


def _without_none(hint: object) -> object:
    """Return the type of a field that may be left out."""
    if get_origin(hint) in (Union, UnionType):
        return next(each for each in get_args(hint) if each is not type(None))
    return hint
