"""The API's OpenAPI document: written beside each endpoint, put together on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import Flask
from pydantic import BaseModel
from spectree import Response, SpecTree

from app.api.openapi.completion import finished
from app.api.openapi.examples import BODIES
from app.api.problems import DAMAGED, Problem

View = TypeVar("View", bound=Callable[..., Any])
Answers = Mapping[int, tuple[type[BaseModel] | None, str]]
_KEY = "asof.openapi"

# It documents only: the endpoints read requests by the same models, whose refusals name the mend.
_spec = SpecTree(
    "flask",
    mode="strict",
    path="api/openapi.json",
    title="Asof",
    version="1",
    description="A time machine for funds: every fact is an event, every answer has a viewpoint.",
    page_templates={},
    annotations=False,
    validation_error_status=400,
    validation_error_model=Problem,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _, child: child,
)
_BODY_REFUSALS = {413: "too-large", 415: "unsupported-media-type"}
_more: dict[str, dict[str, Any]] = {}


def operation(  # noqa: PLR0913 (an operation is what its documentation says)
    name: str,
    tag: str,
    *,
    answers: Answers,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    headers: type[BaseModel] | None = None,
    refuses: Mapping[int, str] | None = None,
    sends: Mapping[int, tuple[str, ...]] | None = None,
    may_send: Mapping[int, tuple[str, ...]] | None = None,
    media: Mapping[int, str] | None = None,
    example: str = "",
) -> Callable[[View], View]:
    """Document an endpoint.

    `refuses` names the types of problem by status, beside those that any request may meet;
    `sends` and `may_send` are headers by status, `media` the types of answers that
    are files. `example` is the query of the example request,
    or the key of its body.
    """
    refusals = {
        400: "bad-request, or viewpoint",
        401: "not-signed-in",
        403: "role, or scope",
        500: "internal-error",
        503: "database-away, database-busy, or database-full",
        **(refuses or {}),
    }
    if HTTPStatus.NOT_FOUND in refusals:  # it is about one fund, whose ledger may be damaged
        described = (refusals.get(HTTPStatus.CONFLICT), DAMAGED.name)
        refusals[HTTPStatus.CONFLICT] = ", or ".join(filter(None, described))
    if body is not None:
        refusals |= _BODY_REFUSALS
    response = Response(
        **{f"HTTP_{status}": answer for status, answer in answers.items()},
        **{f"HTTP_{status}": (Problem, f"Problem: {names}") for status, names in refusals.items()},
    )
    _more[name] = {
        "sends": {401: ("WWW-Authenticate",), 503: ("Retry-After",), **(sends or {})},
        "may_send": may_send or {},
        "media": media or {},
        "query": "" if body else example,
        "body": BODIES.get(example) if body else None,
    }
    decorate = _spec.validate(
        query=query,
        json=body,
        headers=headers,
        resp=response,
        tags=(tag,),
        operation_id=name,
        skip_validation=True,
    )

    def documented(view: View) -> View:
        # Spectree's own wrapper would read each answer whole and make it anew, files too.
        @wraps(decorate(view))
        def answer(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (what the view gives)
            return view(*args, **kwargs)

        return cast("View", answer)

    return documented


def document(app: Flask) -> dict[str, Any]:
    """Return the document, which is put together once per application."""
    if _KEY not in app.extensions:
        with app.app_context():
            app.extensions[_KEY] = finished(_spec.spec, _more)
    return cast("dict[str, Any]", app.extensions[_KEY])
