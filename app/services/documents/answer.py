"""The base of every answer, and the kinds of its fields: what they hold, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import AliasPath, BaseModel, ConfigDict, Field, PlainSerializer

from app.domain.money import fraction_text, money_text, plain_text


class Answer(BaseModel):
    """What is answered: it is read from the attributes of what it is about, and written as JSON."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, strict=True)


@dataclass(slots=True)
class Row:
    """A part that an answer may have thousands of: it is read as it is, to spare the time."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    @classmethod
    def reader(cls) -> attrgetter[tuple[Any, ...]]:
        """Return what reads all fields from the attributes of their names."""
        return attrgetter(*[entry.name for entry in fields(cls)])

    @classmethod
    def read_all(cls, sources: Iterable[object]) -> list[Self]:
        """Read a row from each of what they are about."""
        read = cls.reader()
        return [cls(*read(each)) for each in sources]


def within(*path: str, **more: Any) -> Any:  # noqa: ANN401 (what a field is made with)
    """Read a field from another attribute than that of its name, or from one further in."""
    return Field(validation_alias=AliasPath(*path), **more)


def optional(description: str | None = None) -> Any:  # noqa: ANN401 (what a field is made with)
    """Leave a field out where it is None."""
    return Field(None, description=description, exclude_if=_is_none)


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC with microseconds, as RFC 3339."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _is_none(value: object) -> bool:
    return value is None


def _text(pattern: str, example: str) -> Any:  # noqa: ANN401 (a type)
    return Annotated[str, Field(pattern=pattern, examples=[example])]


_AMOUNT = _text(r"^-?[0-9]+\.[0-9]{2,12}$", "1250000.50")
_EXACT = _text(r"^-?[0-9]+(\.[0-9]+)?$", "0.125")
_FRACTION = _text(r"^-?[0-9]+\.[0-9]{6}$", "0.586259")
_INSTANT = Annotated[str, Field(json_schema_extra={"format": "date-time"})]

Id = UUID
CompanyId = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Day = date
Instant = Annotated[datetime, PlainSerializer(instant_text, return_type=_INSTANT)]
Amount = Annotated[Decimal, PlainSerializer(money_text, return_type=_AMOUNT)]
Exact = Annotated[Decimal, PlainSerializer(plain_text, return_type=_EXACT)]
Fraction = Annotated[Decimal, PlainSerializer(fraction_text, return_type=_FRACTION)]
Sequence = Annotated[int, Field(ge=1)]
Cursor = Annotated[int, PlainSerializer(str, return_type=str)]
