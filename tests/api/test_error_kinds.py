"""Every class of error has a status and a type of problem, and one without breaks nothing."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from http import HTTPStatus
from importlib import import_module

import pytest
from flask.testing import FlaskClient

import app
import tasks
from app.api import problems
from app.auth.route_rules import open_to_all
from app.domain.errors import AsofError, InternalError, UnknownFundError
from app.observability import request_ids
from app.store.database import outages
from tests.api.answers import fault, problem

INSIDE = "what only we may read"


class UnmappedError(AsofError):
    """An error that has neither a status nor a type of problem."""


class KindlessError(AsofError):
    """An error that has a status and no type of problem."""

    status = HTTPStatus.CONFLICT


class NoStrangerError(UnknownFundError):
    """An error that is derived from one with both."""


def derived(error: type[AsofError]) -> Iterator[type[AsofError]]:
    for each in error.__subclasses__():
        yield each
        yield from derived(each)


def classes() -> list[type[AsofError]]:
    """Import every module, and list the classes of error in them."""
    for package in (app, tasks):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    ours = {each for each in derived(AsofError) if not each.__module__.startswith("tests.")}
    return sorted(ours, key=lambda each: each.__qualname__)


def statusless(errors: list[type[AsofError]]) -> list[str]:
    """Name those for which neither they nor what they are derived from set a status."""
    above = set(AsofError.__mro__)
    return [
        each.__name__
        for each in errors
        if not any("status" in vars(base) for base in each.__mro__ if base not in above)
    ]


def kindless(errors: list[type[AsofError]]) -> list[str]:
    return [
        each.__name__ for each in errors if not any(base in problems.KINDS for base in each.__mro__)
    ]


def test_every_class_of_error_has_a_status_and_a_type_of_problem() -> None:
    found = classes()
    assert len(found) > 35
    assert statusless(found) == []
    assert kindless(found) == []


def test_a_class_that_nobody_mapped_would_be_found() -> None:
    assert statusless([UnmappedError, KindlessError, NoStrangerError]) == ["UnmappedError"]
    assert kindless([UnmappedError, KindlessError, NoStrangerError]) == [
        "UnmappedError",
        "KindlessError",
    ]


def test_what_is_no_fault_of_a_request_answers_as_a_failure_of_ours() -> None:
    for each in classes():
        outage = issubclass(each, outages.ERRORS)
        assert (each.status >= 500) == issubclass(each, InternalError), each
        assert (each.status == HTTPStatus.SERVICE_UNAVAILABLE) == outage, each


@pytest.mark.parametrize("error", [AsofError, UnmappedError, KindlessError, InternalError])
def test_an_error_that_nobody_mapped_is_an_internal_problem(
    client: FlaskClient, error: type[AsofError]
) -> None:
    @client.application.get("/api/unmapped")
    @open_to_all
    def unmapped() -> str:
        raise error(INSIDE)

    number = "0f8fad5b-d9cb-469f-a165-70867728950e"
    answer = client.get("/api/unmapped", headers={request_ids.HEADER: number})
    told = problem(answer, 500)
    assert told["type"] == "urn:asof:problem:internal-error"
    assert told["title"] == "Something went wrong"
    assert INSIDE not in answer.text
    field, value, reason = fault(answer, 500)
    assert (field, value) == ("path", "/api/unmapped")
    assert reason.endswith(f"this number: {number}")


@pytest.mark.parametrize("error", [AsofError, UnmappedError, InternalError])
def test_a_page_tells_of_it_like_any_failure_of_ours(
    client: FlaskClient, error: type[AsofError], caplog: pytest.LogCaptureFixture
) -> None:
    @client.application.get("/unmapped")
    @open_to_all
    def unmapped() -> str:
        raise error(INSIDE)

    answer = client.get("/unmapped")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert INSIDE not in answer.text
    assert INSIDE in caplog.text, "whoever runs the site finds it in the log"


def test_a_class_is_answered_as_what_it_is_derived_from(client: FlaskClient) -> None:
    @client.application.get("/api/derived")
    @open_to_all
    def derived_one() -> str:
        raise NoStrangerError("no fund has this id")

    told = problem(client.get("/api/derived"), 404)
    assert told["type"] == "urn:asof:problem:unknown-fund"
