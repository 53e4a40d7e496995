"""Says in words what a schema allows."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]
_FORMATS = {"date": "a day", "date-time": "an instant", "uuid": "a UUID"}
_MANY = 3
_PLAIN = {"boolean": "true or false", "object": "an object", "null": "null"}


def kind(schema: Json) -> tuple[str, str | None]:
    """Say what a value is, and which shape it holds, if one."""
    if "$ref" in schema:
        return "", shape_of(schema)
    if parts := schema.get("anyOf"):
        said = [kind(part) for part in parts if part.get("type") != "null"]
        nullable = " or null" if len(said) < len(parts) else ""
        words = " or ".join(word for word, _ in said if word)
        return (words + nullable).strip(), next((shape for _, shape in said if shape), None)
    if schema.get("type") == "array":
        words, shape = kind(schema.get("items", {}))
        return f"an array of {words}".removesuffix(" of "), shape
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        words, shape = kind(schema["additionalProperties"])
        return f"an object of {words}", shape
    return _simple(schema), None


def shape_of(schema: Json) -> str | None:
    """Name the shape that a schema refers to, itself or in its array."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    return shape_of(schema["items"]) if "items" in schema else None


def _simple(schema: Json) -> str:
    if choices := schema.get("enum", [schema["const"]] if "const" in schema else []):
        said = " or ".join(json.dumps(choice) for choice in choices)
        return said if len(choices) < _MANY else f"one of {said.replace(' or ', ', ')}"
    match schema.get("type"):
        case ["string", "integer"]:
            return _number("an exact number, as text", schema)
        case ["string", "null"]:
            return "text or null"
        case "integer":
            return _number("a whole number", schema)
        case "string":
            return _FORMATS.get(schema.get("format", ""), "") or _text(schema)
        case other:
            return _PLAIN.get(str(other), "any JSON")


def _number(words: str, schema: Json) -> str:
    if "exclusiveMinimum" in schema:
        return f"{words}, more than {schema['exclusiveMinimum']}"
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{words}, {low} to {high}"
    return words if low is None else f"{words}, {low} or more"


def _text(schema: Json) -> str:
    return f"text, at most {schema['maxLength']} characters" if "maxLength" in schema else "text"
