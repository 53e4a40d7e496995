"""Finishes the OpenAPI document with what its generator leaves out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from app.domain.figures.explanation import EXPLAINED

Json = dict[str, Any]
_HEADERS: Mapping[str, Json] = {
    "WWW-Authenticate": {"description": "How to say who one is: Bearer."},
    "Retry-After": {"description": "After how many seconds to send it again."},
    "ETag": {"description": "Send it as If-None-Match to be told whether the state is the same."},
    "Content-Disposition": {"description": "The name of the file."},
    "Location": {"description": "Where the answer is to be found."},
    "Idempotency-Replayed": {
        "description": "true where the key was used before, and this is the answer of then.",
    },
}
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of yours, made on your account page; a signed-in browser needs none.",
}
_PATHS = {
    "figure": "A figure of a state, by its name there.",
    "fund_id": "The fund's id, as the list of funds gives it.",
    "job_id": "The job's id: a snapshot that is asked for has that of its job.",
    "snapshot_id": "The snapshot's id, as the request for it gives it.",
}


def finished(spec: Json, more: Mapping[str, Json]) -> Json:
    """Return the document, with problem answers, headers and examples; `more` is by operation."""
    spec = copy.deepcopy(spec)
    for path in spec["paths"].values():
        for operation in path.values():
            _finish(operation, more[operation["operationId"]])
    spec["components"]["securitySchemes"] = {"token": dict(_TOKEN)}
    spec["security"] = [{"token": []}]
    schemas = spec["components"]["schemas"]
    for name in [name for name in schemas if name.endswith(("Query", "Headers"))]:
        del schemas[name]  # they stand at the operations, as parameters
    spec["components"]["schemas"] = dict(sorted(schemas.items()))
    for schema in spec["components"]["schemas"].values():
        _trim(schema)
    return spec


def _finish(operation: Json, more: Json) -> None:
    for parameter in operation["parameters"]:
        _finish_parameter(parameter)
    for status, answer in operation["responses"].items():
        if int(status) >= 400:  # noqa: PLR2004 (a refusal)
            answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
        if media := more["media"].get(int(status)):
            binary = {"schema": {"type": "string", "format": "binary"}}
            answer["content"] = dict.fromkeys(media.split(", "), binary)
        for name in more["sends"].get(int(status), ()):
            answer.setdefault("headers", {})[name] = _header(name, required=True)
        for name in more["may_send"].get(int(status), ()):
            answer.setdefault("headers", {})[name] = _header(name, required=False)
    if more["body"] is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = more["body"]
    operation["x-query"] = more["query"]


def _finish_parameter(parameter: Json) -> None:
    schema = parameter["schema"]
    if schema.get("default", 0) is None:
        del schema["default"]
    for noise in ("title", "description"):
        schema.pop(noise, None)
    parameter["description"] = parameter["description"] or _PATHS[parameter["name"]]
    if parameter["name"] == "figure":
        schema["enum"] = list(EXPLAINED)


def _header(name: str, *, required: bool) -> Json:
    return {**_HEADERS[name], "required": required, "schema": {"type": "string"}}


def _trim(schema: object) -> None:
    """Take out titles that say a field's name once more, and defaults that say nothing."""
    if isinstance(schema, list):
        for item in schema:
            _trim(item)
    if not isinstance(schema, dict):
        return
    for field in schema.get("properties", {}).values():
        field.pop("title", None)
        if field.get("default", 0) is None:
            del field["default"]
    for value in schema.values():
        _trim(value)
