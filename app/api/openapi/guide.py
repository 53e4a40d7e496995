"""The OpenAPI document as people read it: operations with an example each, and shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from app.api.openapi.examples import FUND_ID, SNAPSHOT_ID
from app.api.openapi.schema_wording import kind, shape_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, a header, or a field of a shape."""

    name: str
    kind: str
    shape: str | None  # the shape that it holds, if one
    required: bool
    text: str
    index: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One request that can be made."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    fields: list[Field]
    body: str | None  # its shape
    answers: list[tuple[str, str, str | None]]  # status, what it is, its shape
    curl: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of document, or of a part of one."""

    name: str
    text: str
    fields: list[Field]
    choices: list[str]  # other shapes, where it is one of several


def operations(
    document: Json, site: str, fund_id: str = FUND_ID
) -> list[tuple[str, list[Operation]]]:
    """Return the operations by topic; the examples ask `site` about a fund."""
    topics: dict[str, list[Operation]] = {}
    for path, methods in sorted(document["paths"].items()):
        address = site.rstrip("/") + path.format(
            fund_id=fund_id, snapshot_id=SNAPSHOT_ID, job_id=SNAPSHOT_ID, figure="nav"
        )
        for method, raw in methods.items():
            topics.setdefault(raw["tags"][0], []).append(_operation(path, method, raw, address))
    return list(topics.items())


def shapes(document: Json) -> list[Shape]:
    """Return the shapes by name."""
    return [_shape(name, raw) for name, raw in document["components"]["schemas"].items()]


def _operation(path: str, method: str, raw: Json, address: str) -> Operation:
    body = raw.get("requestBody", {}).get("content", {}).get("application/json")
    return Operation(
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        summary=raw["summary"],
        text=raw["description"],
        fields=[
            Field(each["name"], *kind(each["schema"]), each["required"], each["description"],
                  {"path": "in the address", "header": "header"}.get(each["in"], ""))
            for each in raw["parameters"]
        ],
        body=shape_of(body["schema"]) if body else None,
        answers=list(_answers(raw["responses"])),
        curl=_curl(address, raw, body),
    )  # fmt: skip


def _answers(responses: Json) -> Iterator[tuple[str, str, str | None]]:
    for status, answer in sorted(responses.items()):
        content = next(iter(answer.get("content", {}).values()), None)
        text = answer["description"].removeprefix("Problem: ")
        shape = shape_of(content["schema"]) if content else None
        yield f"{status} {HTTPStatus(int(status)).phrase}", text, shape


def _shape(name: str, raw: Json) -> Shape:
    required = raw.get("required", [])
    parts = raw.get("oneOf") or raw.get("anyOf") or []
    fields = [
        Field(field, *kind(each), field in required, each.get("description", ""))
        for field, each in raw.get("properties", {}).items()
    ]
    text = raw.get("description", "")
    if "enum" in raw:
        text = f"One of {', '.join(raw['enum'])}."
    choices = [found for part in parts if (found := shape_of(part))]
    return Shape(name, text, fields, choices)


def _curl(address: str, raw: Json, body: Json | None) -> str:
    if body is None:
        return f"curl '{address}{raw['x-query']}' \\\n  -H \"Authorization: Bearer $TOKEN\""
    sent = json.dumps(body["example"], indent=2, ensure_ascii=False)
    return (
        f"curl -X POST '{address}' \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -H 'Idempotency-Key: {raw['operationId']}-1' \\\n  -d '{sent}'"
    )
