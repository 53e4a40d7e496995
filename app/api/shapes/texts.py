"""How parameters and headers are described."""

from __future__ import annotations

from typing import Any

from pydantic import Field


def asked(description: str, alias: str | None = None, **schema: Any) -> Any:  # noqa: ANN401
    """Describe a parameter or header, which is text and may be left out."""

    def described(written: dict[str, Any]) -> None:
        written.clear()
        written.update({"type": "string", "description": description, **schema})

    return Field(None, alias=alias, json_schema_extra=described)
