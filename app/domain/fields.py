"""The kinds of field that terms and payloads are made of, each with its own refusal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.domain.invisible_characters import hidden, shows_nothing, without_ignorable
from app.domain.money import ONE, ZERO, parse_decimal, plain_text
from app.domain.normal_form import MOST_MARKS, has_stacked_marks, may_fit

NAME_LENGTH = 200
TEXT_LENGTH = 4000
# What turns the direction of text round can make a line read as what it is not.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SWITCH = TypeAdapter(bool)
_BREAKS = frozenset("\n\r\t\v\f\x85\u2028\u2029")


def bounded(
    low: Decimal | None, high: Decimal | None, *, open_low: bool = False, whole_digits: int = 18
) -> Callable[[object], Decimal]:
    """Make a reader of decimals between two bounds; the low one excluded where `open_low`."""

    def read(value: object) -> Decimal:
        number = parse_decimal(value, whole_digits=whole_digits, places=6 if high is None else 12)
        if low is not None and (number < low or (open_low and number == low)):
            bound = f"more than {low}" if open_low else f"{low} or more"
            raise PydanticCustomError("too_low", "must be {bound}", {"bound": bound})
        if high is not None and number > high:
            raise PydanticCustomError("too_high", "must be at most {high}", {"high": f"{high:f}"})
        return number

    return read


def written(
    low: int | None = None, high: str | None = None, *, open_low: bool = False
) -> WithJsonSchema:
    """Describe decimals between two bounds: text, or a whole number."""
    sign = "" if low is not None else "-?"
    schema: dict[str, Any] = {
        "type": ["string", "integer"],
        "pattern": rf"^\s*{sign}[0-9]+(\.[0-9]+)?\s*$",
    }
    if low is not None:
        schema["exclusiveMinimum" if open_low else "minimum"] = low
    if high is not None:
        schema |= {"maximum": int(float(high)), "description": f"A fraction, at most {high}."}
    return WithJsonSchema(schema)


def read_whole(value: object) -> object:
    """Refuse what only Python takes for a whole number."""
    if isinstance(value, bool):
        raise PydanticCustomError("not_whole", "must be a whole number")
    return value


def read_flag(value: object) -> object:
    """Refuse numbers in place of true and false."""
    if not isinstance(value, (bool, str)):
        raise PydanticCustomError("not_flag", "must be true or false")
    return value


def read_name(value: object) -> str:
    """Read one line of text, of which every character can be seen."""
    text = _text(value, NAME_LENGTH)
    if text.isascii() and text.isprintable():
        return text
    if not _BREAKS.isdisjoint(text):
        raise PydanticCustomError("breaks", "must stand on one line: take out breaks and tabs")
    _refuse_hidden(hidden(text))
    if shows_nothing(text):
        raise PydanticCustomError("invisible", "has nothing that can be seen: write it in words")
    return text


def read_fund_name(value: object) -> str:
    """Read a name that cannot be taken for a fund's id."""
    name = read_name(value)
    try:
        UUID(name)
    except ValueError:
        return name
    raise PydanticCustomError("like_an_id", "reads like an id: choose a name in words")


def read_text(value: object) -> str:
    """Read text of several lines, without control characters."""
    text = _text(value, TEXT_LENGTH)
    if text.isascii() and text.isprintable():
        return text
    _refuse_hidden(
        char
        for char in text
        if char in _TURNS or (unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t")
    )
    return text


def _text(value: object, length: int) -> str:
    """Read text in NFC, of at most `length` characters."""
    if not isinstance(value, str):
        raise PydanticCustomError("not_text", "must be text")
    text = value.strip()
    if not text.isascii() and may_fit(text, length):
        _refuse_stacked_marks(text)
        text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise PydanticCustomError("empty", "must not be empty: write it or leave the field out")
    if len(text) > length:
        raise PydanticCustomError(
            "too_long", "must have at most {length} characters", {"length": length}
        )
    return text


def _refuse_stacked_marks(text: str) -> None:
    if has_stacked_marks(text):
        raise PydanticCustomError(
            "marks",
            "has more than {most} marks on one character: leave at most {most} of them",
            {"most": MOST_MARKS},
        )


def _refuse_hidden(found: Iterable[str]) -> None:
    if hidden := sorted({f"U+{ord(char):04X}" for char in found}):
        raise PydanticCustomError(
            "hidden",
            "has characters that cannot be seen ({hidden}): take them out",
            {"hidden": ", ".join(hidden)},
        )


def read_date(value: object) -> date:
    """Read an ISO date; nothing is guessed from other spellings."""
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value.strip()) == len("2012-03-31"):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise PydanticCustomError("not_date", "must be a day of the calendar such as 2012-03-31")


def read_yes(value: object) -> bool | None:
    """Read a mark that is there or not, as files and forms write it; None where it is not."""
    try:
        return _SWITCH.validate_python(read_flag(value)) or None
    except ValidationError as error:
        raise PydanticCustomError("not_yes", "must be true, or left out") from error


def name_key(name: str) -> str:
    """Fold a name to the form in which two spellings of it are equal.

    What no name can be, because it is too long or has stacked marks, stands for itself.
    """
    if not may_fit(name, NAME_LENGTH) or has_stacked_marks(name):
        return name
    return _folded(name)


@lru_cache(maxsize=4_096)
def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFC", without_ignorable(name)).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def distinct_names(value: object) -> object:
    """Refuse an object that says the same name twice in two spellings: one would be lost."""
    if isinstance(value, dict):
        seen: dict[str, object] = {}
        for name in value:
            key = name_key(str(name))
            if key in seen:
                raise PydanticCustomError(
                    "twice",
                    "names {first} and {second}, which are one and the same: add them up",
                    {"first": repr(seen[key]), "second": repr(name)},
                )
            seen[key] = name
    return value


_LINE = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": NAME_LENGTH})
_LINES = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": TEXT_LENGTH})

# A number that is exact as JSON too: text, in its one spelling.
Exact = Annotated[Decimal, PlainSerializer(plain_text, return_type=str, when_used="json")]
Money = Annotated[Exact, BeforeValidator(bounded(ZERO, None)), written(0)]
SignedAmount = Annotated[Exact, BeforeValidator(bounded(None, None)), written()]
Positive = Annotated[
    Exact, BeforeValidator(bounded(ZERO, None, open_low=True)), written(0, open_low=True)
]
Share = Annotated[Exact, BeforeValidator(bounded(ZERO, ONE)), written(0, "1")]
WHOLE = BeforeValidator(read_whole)
Flag = Annotated[bool, BeforeValidator(read_flag)]
Name = Annotated[str, BeforeValidator(read_name), _LINE]
FundName = Annotated[str, BeforeValidator(read_fund_name), _LINE]
Text = Annotated[str, BeforeValidator(read_text), _LINES]
Day = Annotated[date, BeforeValidator(read_date)]
Yes = Annotated[Literal[True] | None, BeforeValidator(read_yes), WithJsonSchema({"const": True})]


class Record(BaseModel):
    """An immutable value that takes no field it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
