"""The kinds of text in the API's documents, each with its pattern."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2,12}$", examples=["1250000.50"])]
Exact = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["0.125"])]
Fraction = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{6}$", examples=["0.586259"])]
Sequence = Annotated[int, Field(ge=1)]


class Answer(BaseModel):
    """What the API answers: all of its fields, and no others."""

    model_config = ConfigDict(extra="forbid")


def asked(description: str, alias: str | None = None, **schema: Any) -> Any:  # noqa: ANN401
    """Describe a parameter or header, which is text and may be left out."""

    def described(written: dict[str, Any]) -> None:
        written.clear()
        written.update({"type": "string", "description": description, **schema})

    return Field(None, alias=alias, json_schema_extra=described)
