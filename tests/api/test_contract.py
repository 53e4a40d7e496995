"""The API does what its OpenAPI document says, whatever is sent."""

from __future__ import annotations

import os
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks
from sqlalchemy import Engine

from app.services.accounts import tokens
from app.services.jobs import jobs, overview
from app.services.jobs.runner import run as run_job
from app.services.snapshots import requests
from app.services.snapshots.jobs import HANDLERS
from app.services.snapshots.take import SnapshotRequest
from app.store.accounts.people import Person
from app.store.jobs import runs
from tests.ledgers import called, company, investment, new_fund

# For a longer run: ASOF_CONTRACT_EXAMPLES=300 pytest tests/api/test_contract.py --timeout 3000
EXAMPLES = int(os.environ.get("ASOF_CONTRACT_EXAMPLES", "15"))
LONG = 100
OPERATIONS = (
    "funds", "establish_fund", "state", "series", "explain", "compare", "variance",
    "alerts",     "timeline",
    "record_events", "snapshots", "take_snapshot", "snapshot", "job", "export_csv", "export_xlsx",
    "export", "audit", "export_audit",
)  # fmt: skip
WITHOUT_FUND = {
    "funds", "establish_fund", "snapshot", "job", "export", "audit", "export_audit",
}  # fmt: skip
# A document cannot say which facts a fund's log takes, so that sound bodies may be refused.
UNSAID: list[Any] = [checks.positive_data_acceptance]
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture(scope="session")
def bearer(engine: Engine, admin: Person) -> dict[str, str]:
    """Return the headers of a program of an administrator's, which takes answers as they are."""
    _, secret = tokens.make(engine, admin.id, "contract")
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@pytest.fixture
def fund(engine: Engine) -> str:
    return str(new_fund(engine, company(), called("100"), investment("10")))


def described(app: Flask) -> dict[str, Operation]:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {each.definition.raw["operationId"]: each for each in found}


def test_every_operation_is_described(app: Flask) -> None:
    assert sorted(described(app)) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", OPERATIONS)
def test_answers_are_as_described(
    name: str, mode: GenerationMode, app: Flask, fund: str, bearer: dict[str, str]
) -> None:
    operation = described(app)[name]
    path = {"fund_id": fund} if name not in WITHOUT_FUND else None

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=EXAMPLES < LONG,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=path))
    def answers(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=_headers(case, bearer), excluded_checks=UNSAID)

    answers()


def _headers(case: schemathesis.Case[Any], bearer: dict[str, str]) -> dict[str, str]:
    """Return the headers to send; without a token where a case is wrong since it has none."""
    made = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    is_wrong = made is not None and made.mode is GenerationMode.NEGATIVE
    if is_wrong and "Authorization" not in (case.headers or {}):
        return {name: value for name, value in bearer.items() if name != "Authorization"}
    return bearer


def test_a_job_and_its_snapshot_are_answered_as_described_until_the_end(
    app: Flask, engine: Engine, fund: str, bearer: dict[str, str]
) -> None:
    wanted = SnapshotRequest(date(2012, 3, 31), "manual", "maya")
    job = requests.ask(engine, UUID(fund), wanted).job

    def answered() -> str:
        for name in ("job", "snapshot"):
            case = described(app)[name].Case(
                path_parameters={"fund_id": fund, f"{name}_id": str(job.id)}
            )
            answer = case.call_and_validate(headers=bearer)
            assert answer.status_code == 200
        return jobs.find_job(engine, job.fund_id, job.id).status

    assert answered() == "queued"
    with engine.begin() as connection:
        run = runs.claim(connection, job.fund_id, job.id)
        assert run
        runs.fail(connection, run, "the disk is full", None)
    assert answered() == "failed"
    overview.retry(engine, job.fund_id, job.id, "maya")
    run_job(engine, HANDLERS, job.fund_id, job.id, 0)
    assert answered() == "done"


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_bounds_are_as_described(
    name: str, app: Flask, fund: str, bearer: dict[str, str]
) -> None:
    operation = described(app)[name]
    cases = operation.schema.iter_coverage_cases(
        operation,
        generation_modes=list(GenerationMode),
        generation_config=operation.schema.config.generation_for(operation=operation),
    )
    # Of the thousands of events some are enough, other than in a longer run.
    every = 11 if name == "record_events" and EXAMPLES < LONG else 1
    for case in islice(cases, 0, None, every):
        if "fund_id" in case.path_parameters and len(case.path_parameters) == 1:
            case.path_parameters["fund_id"] = fund
        case.call_and_validate(headers=bearer, excluded_checks=UNSAID)
