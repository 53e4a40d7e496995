"""A character that cannot be seen, which the database would not take, is refused by its name."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.ledgers import company, investment, new_fund
from tests.people import post


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/funds/?search=Lar%00ch", "search"),
        ("/funds/{fund}/timeline?company=%00", "company"),
        ("/funds/{fund}/record/investment-made?company=Acme%00", "company"),
        ("/funds/{fund}/?x%00=1", "x"),
    ],
)
def test_an_address_with_one_says_where_it_is(
    client: FlaskClient, engine: Engine, path: str, named: str
) -> None:
    answer = client.get(path.format(fund=new_fund(engine, company())))
    assert answer.status_code == 400
    assert f"{named} has characters that cannot be seen (U+0000): take them out." in answer.text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/sign-in", "email"),
        ("/people/", "name"),
        ("/people/", "email"),
        ("/account/password", "present"),
        ("/account/password", "password"),
        ("/account/tokens", "label"),
        ("/funds/import/", "name"),
        ("/funds/{fund}/books/", "label"),
        ("/funds/{fund}/books/", "closed_through"),
        ("/funds/{fund}/snapshots/", "description"),
        ("/funds/{fund}/people/", "email"),
        ("/funds/{fund}/terms/amend", "reason"),
        ("/funds/{fund}/valuations/", "as_of"),
        ("/funds/{fund}/events/2/void", "reason"),
        ("/funds/{fund}/record/investment-made", "company"),
        ("/funds/{fund}/record/investment-made", "key"),
    ],
)
def test_a_form_with_one_breaks_nothing(
    client: FlaskClient, engine: Engine, path: str, field: str
) -> None:
    fund = new_fund(engine, company())
    answer = client.post(path.format(fund=fund), data={field: "a\0b"})
    assert answer.status_code < 500, answer.text


def test_what_is_kept_as_it_is_typed_has_none(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, company(), investment("50", "2010-06-01"))
    post(client, f"/funds/{fund}/valuations/", as_of="2010-12-31")
    draft = client.get("/funds/new/").location
    assert draft is not None
    grid = f"/funds/{fund}/valuations/2010-12-31/"
    for page, path, field in (
        (grid, grid, "mark-x"),
        (grid, f"{grid}return", "comment"),
        (draft, draft, "name"),
    ):
        answer = post(client, page, path, **{field: "a\0b"})
        assert answer.status_code == 400, path
        assert f"{field} has characters that cannot be seen (U+0000)" in answer.text


@pytest.mark.parametrize("do", ["preview", "record"])
def test_a_company_with_one_is_refused_at_its_field(
    client: FlaskClient, engine: Engine, do: str
) -> None:
    fund = new_fund(engine, company())
    typed = {"company": "Ac\0me", "amount": "5", "effective_on": "2010-06-01", "key": "k", "do": do}
    answer = client.post(f"/funds/{fund}/record/investment-made", data=typed)
    assert answer.status_code in {200, 422}
    assert "has characters that cannot be seen (U+0000): take them out." in answer.text
