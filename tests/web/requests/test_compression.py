"""What goes out compressed, and what does not since it holds a secret."""

from __future__ import annotations

import gzip

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.ledgers import called, new_fund

_TAKES = {"Accept-Encoding": "gzip"}
_PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_json_and_parts_of_a_fund_page_go_out_compressed(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100"))
    state = client.get(f"/api/funds/{fund}/state", headers=_TAKES)
    assert state.headers["Content-Encoding"] == "gzip"
    assert orjson.loads(gzip.decompress(state.data))["figures"]["paid_in"] == "100.00"
    part = client.get(f"/funds/{fund}/", headers=_TAKES | _PART)
    assert part.headers["Content-Encoding"] == "gzip"
    assert "figure-nav" in gzip.decompress(part.data).decode()
    assert "Content-Encoding" not in client.get(f"/api/funds/{fund}/state").headers


@pytest.mark.parametrize("path", ["/funds/", "/account/"])
def test_what_holds_the_proof_of_a_form_goes_out_as_it_is(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers=_TAKES)
    assert "csrf_token" in page.text
    assert "Content-Encoding" not in page.headers
