"""What no page of ours sends is refused, or left unheard; nothing is answered with 500."""

from __future__ import annotations

import random
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.errors import ImportStepError
from app.web.imports.forms import TermsForm
from tests.bad_input import KINDS, Stage, cases, rules
from tests.ledgers import company, investment, new_fund

ENDLESS = "9" * 4_301
MANY_MARKS = "e" + "\u0301" * 100_000
_EACH = {"field": 2, "query": 1, "header": 1, "body": 8, "file": 1}  # requests to a route


@pytest.mark.timeout(300)
def test_no_route_breaks_of_odd_input(app: Flask, engine: Engine) -> None:
    """A thin cut of `python -m loadtests.bad_input`."""
    chance, stage = random.Random(15), Stage(app, engine)
    broken = [
        f"{case.path} {case.what}"
        for kind in KINDS
        for rule in rules(app, kind)
        for case in cases(stage, rule, kind, chance, _EACH[kind])
        if stage.send(case) == 500
    ]
    assert broken == []


@pytest.mark.parametrize("what", ["active", "admin", "password"])
def test_a_person_whom_nobody_knows_is_told_of(client: FlaskClient, what: str) -> None:
    answer = client.post(f"/people/{uuid4()}/{what}", data={"value": "0"})
    assert answer.status_code == 409
    assert "nobody has this id" in answer.text


@pytest.mark.parametrize(
    "path", ["events/{}/void", "events/{}/correct", "books/{}/reopen", "books/{}/undo"]
)
@pytest.mark.parametrize("number", [ENDLESS, "9" * 19, "٣"], ids=["endless", "large", "arabic"])
def test_no_event_has_a_number_without_end(
    client: FlaskClient, engine: Engine, path: str, number: str
) -> None:
    fund = new_fund(engine, company())
    method = client.post if path.endswith("undo") else client.get
    assert method(f"/funds/{fund}/{path.format(number)}").status_code == 404


@pytest.mark.parametrize(
    "number",
    [ENDLESS, "9" * 31, "-1", "1.5", "٣"],
    ids=["endless", "large", "negative", "broken", "arabic"],
)
def test_numbers_in_hidden_fields_are_read_with_care(
    client: FlaskClient, engine: Engine, number: str
) -> None:
    fund = new_fund(engine, company(), investment("50", "2010-06-01"))
    undone = client.post(f"/funds/{fund}/record/undo", data={"first": number, "last": number})
    assert undone.status_code == 400
    closing = {"closed_through": "2010-03-31", "label": "Q1", "key": "k", "through": number}
    assert client.post(f"/funds/{fund}/books/", data=closing).status_code < 500
    draft = client.get("/funds/new/?another").location
    assert draft
    typed = {"name": "Odd", "do": f"remove-{number}"}
    assert client.post(draft, data=typed).status_code < 500


ODD_KEYS = {
    "a NUL": "a\0b",
    "a turn": "\u202e",
    "marks": MANY_MARKS,
    "four bytes": "💩" * 13,
    "a space": " ",
    "long": "k" * 51,
}


@pytest.mark.parametrize("key", ODD_KEYS.values(), ids=ODD_KEYS)
def test_a_key_that_no_page_gave_is_none(client: FlaskClient, engine: Engine, key: str) -> None:
    fund = new_fund(engine, company())
    typed = {"company": "Acme", "amount": "5", "effective_on": "2010-06-01", "key": key}
    sent = [
        client.post(f"/funds/{fund}/record/investment-made", data=typed | {"do": "record"}),
        client.post(f"/funds/{fund}/events/2/void", data={"reason": "wrong", "key": key}),
        client.post(f"/funds/{fund}/snapshots/", data={"as_of": "2010-06-01", "key": key}),
        client.post(f"/funds/{fund}/books/", data={"closed_through": "2010-03-31", "key": key}),
        client.post(f"/funds/{fund}/terms/amend", data={"size": "5", "key": key}),
    ]
    assert [each.status_code for each in sent if each.status_code >= 500] == []


@pytest.mark.parametrize(
    "base",
    ['{"a":' * 3_000, "[" * 3_000, f'{{"a": {{"mark": {ENDLESS}}}}}', '{"a": 1}', "[1]"],
    ids=["deep objects", "deep arrays", "endless", "flat", "array"],
)
def test_a_grid_with_an_odd_base_is_kept(client: FlaskClient, engine: Engine, base: str) -> None:
    fund = new_fund(engine, company(), investment("50", "2010-06-01"))
    client.post(f"/funds/{fund}/valuations/", data={"as_of": "2010-12-31"})
    grid = f"/funds/{fund}/valuations/2010-12-31/"
    drawn = client.get(grid).text
    round_id = drawn.partition('name="round" value="')[2][:36]
    assert client.post(grid, data={"base": base, "round": round_id}).status_code == 303


@pytest.mark.parametrize("address", ["http://[", "http://[::1", "//[", "http://localhost]"])
def test_what_is_no_address_is_from_elsewhere(
    anonymous: FlaskClient, client: FlaskClient, address: str
) -> None:
    sent = client.post("/sign-out", headers={"Origin": address})
    assert sent.status_code == 403
    for headers in ({"Referer": address}, {"HX-Request": "true", "HX-Current-URL": address}):
        assert anonymous.post("/account/tokens", headers=headers).status_code < 500
        assert anonymous.get("/funds/", headers=headers).status_code < 500


def test_a_form_has_at_most_so_many_fields(client: FlaskClient) -> None:
    body = "&".join(["a=1"] * 5_001)
    answer = client.post("/people/", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "amount",
    ["1" * 200_000, "1" + " " * 200_000 + "x", MANY_MARKS],
    ids=["digits", "spaces", "marks"],
)
def test_an_amount_without_end_is_refused_in_few_words(
    client: FlaskClient, engine: Engine, amount: str
) -> None:
    fund = new_fund(engine, company())
    typed = {"company": "Acme", "amount": amount, "effective_on": "2010-06-01", "do": "preview"}
    answer = client.post(f"/funds/{fund}/record/investment-made", data=typed)
    assert "… is not an amount" in answer.text.replace("”", "")
    assert amount in answer.text  # what was typed is still there


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (b"[" * 500 + b"]" * 500, "is nested too deeply"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "is nested too deeply"),
        (b'{"size": "' + b"9" * 300_000 + b'"}', "has more than 256 KB"),
        (b"[" * 2_000, "is not JSON"),
    ],
    ids=["arrays", "objects", "long", "too deep to read"],
)
def test_terms_without_end_are_refused(app: Flask, terms: bytes, told: str) -> None:
    file = {"file": (BytesIO(terms), "terms.json")}
    with app.test_request_context(method="POST", data=file):
        form = TermsForm.sent()
        with pytest.raises(ImportStepError, match=told):
            form.terms({})
