"""What the tiles say on each day: kept for good by its address, refused where it makes no sense."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.ledgers import called, new_fund

_ASKED = {"through": "2", "first": "2010-01-01", "last": "2010-12-31", "currency": "USD"}


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, called("100", "2010-01-15"))


def test_the_page_names_texts_that_are_kept_for_good(client: FlaskClient, fund: UUID) -> None:
    page = client.get(f"/funds/{fund}/").text
    found = re.search(r'data-texts="([^"]+)"', page)
    assert found
    address = unescape(found[1])
    texts = client.get(address)
    assert texts.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert texts.get_json()["figures"]["nav"] == [[0, "$0"], [14, "$100"]]
    other = client.get(re.sub("version=[0-9a-f]+", "version=another", address))
    assert other.headers["Cache-Control"] == "no-store", "another release writes otherwise"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"currency": "XXQ"}, "write the code of a currency, such as USD"),
        ({"first": "yesterday"}, "write a date such as 2012-03-31"),
        ({"first": ""}, "give `first`, `last` and `currency`"),
        ({"last": "2009-01-01"}, "ask for 1 to 20,000 days"),
        ({"last": "2099-01-01"}, "ask for 1 to 20,000 days"),
        ({"through": "900"}, "the log ends at 2"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_mend(
    client: FlaskClient, fund: UUID, changed: dict[str, str], told: str
) -> None:
    answer = client.get(f"/funds/{fund}/tile-texts", query_string=_ASKED | changed)
    assert answer.status_code == 400
    assert told in answer.text
