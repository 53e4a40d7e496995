"""A trial of every route with values that no page of ours sends: nothing is answered with 500."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import quote, quote_from_bytes
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule

from app.domain.events.catalogue import PAYLOADS
from app.domain.figures.explanation import EXPLAINED
from app.web.shared import event_slugs
from tests import odd_values
from tests.ledgers import called, company, investment, mark, new_fund, raw, void
from tests.page_forms import said_by_form
from tests.people import signed_in, somebody

# What forms and addresses carry beside what their pages show.
_FIELDS = (
    "key", "seen", "do", "base", "version", "through", "round", "settle", "restore", "confirmed",
    "again", "row", "all", "column-0", "name", "first", "last", "reason", "comment", "held",
    "value", "rest", "review", "return", "as_of", "csrf_token",
)  # fmt: skip
_PARAMETERS = (
    "as_of", "known_at", "known_time", "through", "sort", "start", "end", "recorded_start",
    "recorded_end", "type", "company", "before", "after", "adjustment", "search", "page", "limit",
    "cursor", "at", "what", "another", "next", "on", "return", "closed_through", "view", "step",
    "kind", "metric", "scenario", "months", "last", "periods", "baseline", "window", "close",
)  # fmt: skip
_FORM = "application/x-www-form-urlencoded"
_FILE_ROUTES = ("uploads.upload", "imports.replace", "imports.set_terms")
_LONGEST_ADDRESS = 20_000
_TEMPLATES: dict[str, Any] = {
    "api_events.record": investment("5", "2011-03-01"),
    "api_funds.establish": {
        "name": "Odd", "effective_on": "2010-01-01",
        "terms": raw("", currency="USD", size="10", vintage_year=2010, inception_on="2010-01-01")[
            "payload"],
        "commitments": [{"investor": "A", "amount": "5", "partner": "lp", "note": "n"}],
    },
    "api_snapshots.ask": {"at": "2011-01-01", "description": "odd"},
}  # fmt: skip
_CSV = (
    b"effective_on,event_type,company,amount\n2012-01-01,COMPANY_ADDED,Odd,\n2012-01-02,X,Odd,1\n"
)


@dataclass(frozen=True, slots=True)
class Case:
    """One request, and in words what is odd about it."""

    route: str
    kind: str  # field, query, header, body or file
    what: str
    path: str
    sends: dict[str, Any] = field(default_factory=dict)


Make = Callable[[], Case]


class Stage:
    """A fund with something of everything, and an administrator who is signed in."""

    def __init__(self, app: Flask, engine: Engine, *, width: int = 1) -> None:
        self.app, self.engine, self.width = app, engine, width
        self._person = somebody(engine, "Odd Value", admin=True)
        other = somebody(engine, "Other Body")
        fund = new_fund(
            engine, company(), called("90"), investment("50"), mark("60"), void(5),
            mark("70", "2011-06-30"),
            raw("PERIOD_CLOSED", "2011-07-01", closed_through="2010-03-31", label="Q1"),
        )  # fmt: skip
        client = self.client()
        client.post(f"/funds/{fund}/valuations/", data={"as_of": "2011-12-31"})
        file = {"file": (BytesIO(_CSV), "odd.csv"), "name": f"Odd {uuid4()}"}
        sent = client.post("/funds/import/", data=file)
        draft = client.get("/funds/new/").location or ""
        asked = client.post(f"/api/funds/{fund}/snapshots", json={"at": "2011-01-01"})
        job = _last_id(asked.location)
        [held] = client.get(f"/api/funds/{fund}/state").json["portfolio_companies"]  # type: ignore[index]
        self.values: dict[str, Any] = {
            "fund_id": fund, "sequence": 6, "as_of": "2011-12-31", "person_id": other.id,
            "event_type": "investment-made", "import_id": _last_id(sent.location), "to": "csv",
            "draft_id": _last_id(draft), "job_id": job, "snapshot_id": job, "token_id": uuid4(),
            "step": "fund", "figure": "nav", "name": "j-curve", "company_id": held["id"],
            "asked_into": fund, "session_id": uuid4(),
        }  # fmt: skip

    def client(self) -> FlaskClient:
        return signed_in(self.app, self._person)

    def paths(self, rule: Rule, chance: random.Random) -> list[str]:
        """Write addresses of a rule: of some types of event, and some steps, where it has them."""
        choices: list[dict[str, Any]] = [{}]
        if "event_type" in rule.arguments:
            kinds = chance.sample(sorted(PAYLOADS), self.width)
            choices = [{"event_type": event_slugs.slug(each)} for each in kinds]
        elif "step" in rule.arguments:
            steps = ("fund", "commitments", "fees", "carry", "deployment", "reserves")
            choices = [{"step": each} for each in chance.sample(steps, min(self.width, len(steps)))]
        elif "figure" in rule.arguments:
            choices = [{"figure": each} for each in chance.sample(EXPLAINED, self.width)]
        return [self._filled(rule, self.values | choice) for choice in choices]

    def odd_path(self, rule: Rule, name: str, text: str | bytes) -> str:
        return self._filled(rule, self.values | {name: text})

    def _filled(self, rule: Rule, values: dict[str, Any]) -> str:
        def fill(found: re.Match[str]) -> str:
            value = values[found[1]]
            return quote(value if isinstance(value, bytes) else str(value), safe="")

        return re.sub(r"<(?:[^:>]*:)?(\w+)>", fill, rule.rule)

    def send(self, case: Case) -> int:
        """Send a request, as somebody who has just signed in; the status of its answer."""
        return self.client().open(case.path, **case.sends).status_code


def _last_id(location: str | None) -> UUID:
    return UUID(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", location or "")[-1])


def rules(app: Flask, kind: str) -> list[Rule]:
    """List the routes that take odd input of a kind."""
    return [each for each in app.url_map.iter_rules() if _takes(each, kind)]


def _takes(rule: Rule, kind: str) -> bool:
    methods = rule.methods or set()
    match kind:
        case "field":
            return "POST" in methods and not rule.rule.startswith("/api/")
        case "query":
            return "GET" in methods and not rule.rule.startswith("/static/")
        case "body":
            return str(rule.endpoint) in _TEMPLATES
        case "file":
            return str(rule.endpoint) in _FILE_ROUTES
        case _:
            return not rule.rule.startswith("/static/")


def cases(stage: Stage, rule: Rule, kind: str, chance: random.Random, most: int) -> Iterator[Case]:
    """Make up to so many requests of one kind to a route, each with one odd value."""
    made = [each for path in stage.paths(rule, chance) for each in _MAKERS[kind](stage, rule, path)]
    for make in chance.sample(made, min(most, len(made))):
        yield make()


def _fields(stage: Stage, rule: Rule, path: str) -> Iterator[Make]:
    said = said_by_form(stage.client(), path, stage.values["fund_id"])
    for name in (*said, *(each for each in _FIELDS if each not in said)):
        for odd in odd_values.TEXTS:
            yield partial(_form, rule.rule, path, said, name, odd)


def _form(route: str, path: str, said: dict[str, Any], name: str, odd: str | bytes) -> Case:
    pairs = (said | {name: odd}).items()
    body = "&".join(f"{_quoted(key)}={_quoted(text)}" for key, text in pairs)
    sends = {"method": "POST", "data": body, "content_type": _FORM}
    return Case(route, "field", f"{name}={odd[:30]!r}", path, sends)


def _queries(stage: Stage, rule: Rule, path: str) -> Iterator[Make]:
    for odd in odd_values.TEXTS:
        if len(odd) >= _LONGEST_ADDRESS:
            continue
        for name in _PARAMETERS:
            yield partial(_query, rule.rule, path, name, odd)
        for name in rule.arguments if odd else ():
            what = f"<{name}>={odd[:30]!r}"
            yield partial(Case, rule.rule, "query", what, stage.odd_path(rule, name, odd))


def _query(route: str, path: str, name: str, odd: str | bytes) -> Case:
    return Case(route, "query", f"{name}={odd[:30]!r}", f"{path}?{name}={_quoted(odd)}")


def _headers(_: Stage, rule: Rule, path: str) -> Iterator[Make]:
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    for name in odd_values.HEADERS:
        for odd in odd_values.HEADER_TEXTS:
            sends = {"method": method, "headers": {name: odd}}
            yield partial(Case, rule.rule, "header", f"{name}: {odd[:30]!r}", path, sends)


def _bodies(_: Stage, rule: Rule, path: str) -> Iterator[Make]:
    template = _TEMPLATES[rule.endpoint]
    for body in odd_values.BODIES:
        yield partial(_body, rule.rule, path, body)
    for odd in odd_values.JSON:
        for place in ((), *_places(template)):
            yield partial(_body_with, rule.rule, path, template, place, odd)
        for kind, payload in PAYLOADS.items() if rule.endpoint == "api_events.record" else ():
            event = {"event_type": kind, "effective_on": "2011-03-01"}
            for name in payload.model_fields:
                sent = event | {"payload": {name: odd}}
                yield partial(_body_with, rule.rule, path, sent, ("payload", name), odd)


def _body(route: str, path: str, body: bytes) -> Case:
    sends = {"method": "POST", "data": body, "content_type": "application/json"}
    return Case(route, "body", repr(body[:60]), path, sends)


def _body_with(
    route: str,
    path: str,
    template: dict[str, Any],
    place: tuple[Any, ...],
    odd: object,
) -> Case:
    # Of the standard library, which writes numbers beyond 64 bits too.
    return _body(route, path, json.dumps(_with(template, place, odd)).encode())


def _files(_: Stage, rule: Rule, path: str) -> Iterator[Make]:
    for content in (*odd_values.FILES, _CSV):
        for name in odd_values.FILE_NAMES:
            yield partial(_file, rule.rule, path, name, content)


def _file(route: str, path: str, name: str, content: bytes) -> Case:
    said = {"file": (BytesIO(content), name), "name": f"Odd {uuid4()}"}
    sends = {"method": "POST", "data": said, "content_type": "multipart/form-data"}
    return Case(route, "file", f"{name[:20]!r} {content[:20]!r}", path, sends)


_MAKERS = {
    "field": _fields, "query": _queries, "header": _headers, "body": _bodies, "file": _files,
}  # fmt: skip
KINDS = tuple(_MAKERS)


def _places(template: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Return the way to each value in a template."""
    inside = template.items() if isinstance(template, dict) else enumerate(template)
    for key, value in inside:
        yield (*before, key)
        if isinstance(value, (dict, list)):
            yield from _places(value, (*before, key))


def _with(template: Any, place: tuple[Any, ...], odd: object) -> Any:  # noqa: ANN401
    """Copy a template, with another value at a place."""
    if not place:
        return odd
    copy = template.copy()
    copy[place[0]] = _with(template[place[0]], place[1:], odd)
    return copy


def _quoted(text: str | bytes) -> str:
    return quote_from_bytes(text if isinstance(text, bytes) else text.encode())
