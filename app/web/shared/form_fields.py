"""Fields that forms share: texts, numbers and days as people type them, keys, boxes, switches."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from markupsafe import Markup
from pydantic_core import PydanticCustomError
from uuid_utils.compat import uuid7
from wtforms import Field, Form, HiddenField, StringField
from wtforms.validators import StopValidation

from app.domain.errors import BeyondKnowledgeError
from app.domain.fields import read_date
from app.domain.money import normalised
from app.web.shared.amounts import AmountError, parse_amount, parse_percent

_EDITED = {"autocomplete": "off"}
_KEY = re.compile(r"[ -~]{1,50}")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


class NumberField(StringField):
    """A field that holds a number, and shows what was typed for as long as it is not sent on."""

    data: Decimal | None  # type: ignore[assignment] # a number in place of text
    missing = "Write a number."

    def __init__(self, label: str, validators: Sequence[Any] = (), **more: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Add what tells browsers how it is typed."""
        more["render_kw"] = _EDITED | more.get("render_kw", {})
        self.required: bool = more.pop("required", True)
        super().__init__(label, list(validators), **more)

    def read(self, text: str) -> Decimal:
        """Read what was typed. Raises AmountError."""
        raise NotImplementedError

    def write(self, number: Decimal) -> str:
        """Write a number as it could have been typed."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; nothing typed is no number."""
        if not valuelist:
            return
        typed = str(valuelist[0]).strip()
        self.data = None
        if typed:
            self.data = self.read(typed)

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms' own
        """Let bounds be checked only of what is a number."""
        if self.data is None:
            is_explained = bool(self.process_errors) or not self.required
            raise StopValidation("" if is_explained else self.missing)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)


class TextField(StringField):
    """A text, or what `read` makes of it; what is empty is the default.

    What `read` refuses by ValueError or BeyondKnowledgeError has no value: `mend` says how to mend
    it, or else the error does.
    """

    data: Any
    longest: ClassVar[int | None] = None  # how many characters are read
    typed = ""

    def __init__(
        self,
        read: Callable[[str], object] = str,
        validators: Sequence[Any] = (),
        *,
        mend: str = "",
        **more: Any,  # noqa: ANN401 - WTForms' own
    ) -> None:
        """Take what reads the text, and how to mend what it does not read."""
        super().__init__(validators=list(validators), **more)
        self._read, self._mend = read, mend

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.typed = str(valuelist[0]).strip()[: self.longest] if valuelist else ""
        if not self.typed:
            return
        self.data = None
        try:
            self.data = self._read(self.typed)
        except BeyondKnowledgeError as error:
            raise ValueError(self._mend or error.reason) from error
        except ValueError as error:
            raise ValueError(self._mend) from error

    def _value(self) -> str:
        return self.typed or str(self.data or "")


class TicksField(Field):
    """The values of the ticked boxes that bear one name."""

    data: frozenset[str]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take them all."""
        self.data = frozenset(map(str, valuelist))


class SwitchForm(Form):
    """A button that turns something on, with the value 1, or off."""

    value = HiddenField()

    @property
    def is_on(self) -> bool:
        """Whether it is turned on."""
        return self.value.data == "1"

    @property
    def undo(self) -> str:
        """The value that takes it back."""
        return "0" if self.is_on else "1"


class KeyField(HiddenField):
    """The key that a page gives its form, which tells a second press from a second wish.

    What no page of ours gives is no key.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take a key that is well formed."""
        sent = str(valuelist[0]) if valuelist else ""
        self.data = sent if _KEY.fullmatch(sent) else ""
        self.raw_data = [self.data]


class KeyedForm(Form):
    """A form with a key that tells a second press from a second wish."""

    key = KeyField()

    @property
    def sent_key(self) -> str:
        """The key, made where none was sent."""
        if not self.key.data:
            self.renew_key()
        return str(self.key.data)

    def renew_key(self) -> None:
        """Make the form one that was not sent before."""
        self.key.data = str(uuid7())
        self.key.raw_data = None


class AmountField(NumberField):
    """An amount in the currency that the form is made with: `Form(…, meta={"currency": "USD"})`."""

    missing = "Write an amount, such as 1,250,000 or 1.25m."

    def read(self, text: str) -> Decimal:
        """Read an amount. Raises AmountError."""
        return parse_amount(text, getattr(known_to(self), "currency", ""))

    def write(self, number: Decimal) -> str:
        """Write an amount in groups of three."""
        return f"{normalised(number):,f}"


class WholeField(NumberField):
    """A whole number, such as a year."""

    missing = "Write a whole number."

    @property
    def whole(self) -> int | None:
        """The number as one that counts."""
        return None if self.data is None else int(self.data)

    def read(self, text: str) -> Decimal:
        """Read digits. Raises AmountError."""
        if not _WHOLE.fullmatch(text):
            raise AmountError(f"“{text}” is not a whole number: write digits, such as 10.")
        return Decimal(text)

    def write(self, number: Decimal) -> str:
        """Write the digits."""
        return f"{int(number)}"


class PercentField(NumberField):
    """A percentage; its data is the fraction, so that 2 % is 0.02."""

    missing = "Write a percentage, such as 2 or 2.5%."

    def read(self, text: str) -> Decimal:
        """Read a percentage. Raises AmountError."""
        return parse_percent(text)

    def write(self, number: Decimal) -> str:
        """Write the percentage without its sign, which stands beside the field."""
        return f"{normalised(number * 100):f}"


class DayField(StringField):
    """A day of the calendar; what is no day stays to be seen, which browsers would drop."""

    data: date | None  # type: ignore[assignment] # a day in place of text

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read an ISO date, as browsers send it."""
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if typed:
            try:
                self.data = read_date(typed)
            except PydanticCustomError as error:
                message = "is not a day of the calendar: write it like 2012-03-31"
                raise ValueError(f"“{typed}” {message}.") from error

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms' own
        """Let bounds be checked only of what is a day."""
        if self.data is None:
            raise StopValidation("" if self.process_errors else "Choose a day.")

    def __call__(self, **more: Any) -> Markup:  # noqa: ANN401 - attributes of an element
        """Draw it as a date, unless what was typed is none."""
        kind = "text" if self.process_errors else "date"
        return super().__call__(**({"type": kind, "autocomplete": "off"} | more))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""


def known_to(field: Field) -> object:
    """Return what a form was told by `meta`, to a field of it or of a row in it."""
    parent = getattr(field.meta, "_parent_form", None)
    return parent.meta if parent is not None else field.meta


def between(
    low: Decimal | int, high: Decimal | int | None, message: str, *, above: bool = False
) -> Callable[[object, NumberField], None]:
    """Make a check of a number's bounds, the low one excluded where `above`; `told` states them."""

    def check(form: object, field: NumberField) -> None:  # noqa: ARG001 - WTForms' own
        number = field.data
        assert number is not None
        if number < low or (above and number == low) or (high is not None and number > high):
            raise StopValidation(f"{message}, not {field._value().strip()}.")  # noqa: SLF001

    return check


__all__ = [
    "AmountError",
    "AmountField",
    "DayField",
    "KeyField",
    "KeyedForm",
    "NumberField",
    "PercentField",
    "SwitchForm",
    "TextField",
    "TicksField",
    "WholeField",
    "between",
    "known_to",
]
