"""What the API's answers have in common, for tests."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse


def body(response: TestResponse) -> dict[str, Any]:
    """Read a document."""
    document = response.json
    assert isinstance(document, dict)
    return document


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    """Read a problem, which names its fields whatever it is."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    document = body(response)
    assert {"type", "title", "status", "detail"} <= document.keys()
    assert document["status"] == status
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert document["errors"]
    assert all({"field", "value", "reason"} <= error.keys() for error in document["errors"])
    return document


def fault(response: TestResponse, status: int) -> tuple[str, str, str]:
    """Read the one thing that a problem names: field, value and reason."""
    [error] = problem(response, status)["errors"]
    return error["field"], error["value"], error["reason"]
