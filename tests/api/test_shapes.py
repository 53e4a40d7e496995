"""Each answer is built from the model that documents it, and has all of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.api import (
    audit,
    events,
    exports,
    funds,
    jobs,
    problems,
    snapshots,
    timeline,
    unchanging,
)
from app.api.openapi.specification import document
from app.domain.figures.explanation import EXPLAINED
from app.services.accounts import tokens
from app.services.documents.answer import Answer
from app.store.accounts.people import Person
from tests.api.answers import body
from tests.ledgers import called, company, established, investment, new_fund, raw

VIEWS = (audit, events, exports, funds, jobs, snapshots, timeline, unchanging)
FUND = "/api/funds/{fund_id}"
LARCH: dict[str, object] = {
    "terms": established()["payload"]["terms"],
    "commitments": [{"investor": "Alma", "amount": "5"}],
}
ASKED: list[tuple[str, str, object]] = [
    ("GET", "/api/funds", None),
    ("POST", "/api/funds", LARCH),
    ("GET", f"{FUND}/state", None),
    ("GET", f"{FUND}/series", None),
    ("GET", f"{FUND}/explain/{{figure}}?by=type", None),
    ("GET", f"{FUND}/compare?from_at=2010-02-01", None),
    ("GET", f"{FUND}/variance", None),
    ("GET", f"{FUND}/alerts", None),
    ("GET", f"{FUND}/timeline", None),
    ("POST", f"{FUND}/events", [called("7"), called("8")]),
    ("GET", f"{FUND}/snapshots", None),
    ("POST", f"{FUND}/snapshots", {}),
    ("GET", f"{FUND}/snapshots/{{snapshot_id}}", None),
    ("GET", f"{FUND}/jobs/{{job_id}}", None),
    ("GET", "/api/audit", None),
    ("POST", f"{FUND}/events", [called("x")]),
]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Note what the answers are made of."""
    noted: list[Answer] = []
    write = problems.json_response

    def note(answer: Answer, status: int = 200) -> Any:  # noqa: ANN401 - as it was
        noted.append(answer)
        return write(answer, status)

    for module in (problems, *VIEWS):
        monkeypatch.setattr(module, "json_response", note)
    return noted


@pytest.fixture
def fund(engine: Engine) -> UUID:
    forecast = raw("FORECAST_CREATED", "2010-03-01", company="Acme", metric_type="arr",
                   period_end="2010-12-31", value="7")  # fmt: skip
    return new_fund(engine, company(), called("100"), investment("10"), forecast)


def schema_of(schema: dict[str, Any], app: Flask) -> Iterator[dict[str, Any]]:
    """Return what a schema refers to: each of several."""
    for part in schema.get("anyOf", [schema]):
        if "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[1]
            yield from schema_of(document(app)["components"]["schemas"][name] | {"name": name}, app)
        else:
            yield part


def check(value: object, schema: dict[str, Any], app: Flask) -> None:
    """See that an answer has the fields of its schema, in its order, and so have its parts."""
    if isinstance(value, list):
        [listed] = (each for each in schema_of(schema, app) if each.get("type") == "array")
        for each in value:
            check(each, listed["items"], app)
    if not isinstance(value, dict):
        return
    [found] = (each for each in schema_of(schema, app) if each.get("type") == "object")
    if fields := found.get("properties"):  # anything else may have any
        must = found.get("required", [])
        assert list(value) == [each for each in fields if each in value or each in must]
        for name, each in value.items():
            check(each, fields[name], app)


@pytest.mark.parametrize(("method", "path", "sent"), ASKED)
def test_an_answer_is_built_from_the_model_that_documents_it(
    method: str, path: str, sent: object, app: Flask, client: FlaskClient, engine: Engine,
    admin: Person, fund: UUID, built: list[Answer],
) -> None:  # fmt: skip
    tokens.make(engine, admin.id, "so that there is an event of the audit")
    job = body(client.post(f"/api/funds/{fund}/snapshots", json={}))["id"]
    built.clear()
    if sent is LARCH:
        sent = {"name": f"Larch {fund}", **LARCH}
    address = path.format(fund_id=fund, snapshot_id=job, job_id=job, figure="nav")
    answer = client.open(address, method=method, json=sent)
    [model] = built
    told = document(app)["paths"][path.partition("?")[0]][method.lower()]["responses"][
        str(answer.status_code)
    ]
    schemas = list(schema_of(told["content"][answer.mimetype]["schema"], app))
    [schema] = (each for each in schemas if each["name"] == type(model).__name__)
    assert body(answer) == model.model_dump(mode="json")
    check(body(answer), schema, app)


@pytest.mark.parametrize("figure", EXPLAINED)
def test_every_kind_of_explanation_is_as_documented(
    figure: str, app: Flask, client: FlaskClient, fund: UUID
) -> None:
    answer = client.get(f"/api/funds/{fund}/explain/{figure}")
    [schema] = schema_of({"$ref": "#/components/schemas/Explanation"}, app)
    check(body(answer), schema, app)
