"""Somebody with an account and a fund of their own, who sends what nobody should."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import orjson
from sqlalchemy import Engine

from tests.ledgers import company, investment, new_fund
from tests.people import PASSWORD, somebody

_PATIENCE = 60.0  # seconds; who waits longer has been told nothing
_FORM = "application/x-www-form-urlencoded"


class Sent(NamedTuple):
    """A request, ready to be sent."""

    method: str
    address: str
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Answer(NamedTuple):
    """What came back: no status where nothing came."""

    status: int | str
    size: int


class Round(NamedTuple):
    """A valuation round that is open."""

    address: str
    id: str


class Attacker:
    """An administrator, signed in on pages, who has a fund with one company."""

    def __init__(self, address: str, engine: Engine) -> None:
        """Sign in, as a person does."""
        self.host = urlsplit(address).netloc
        person = somebody(engine, "Hostile", admin=True)
        self.password = PASSWORD
        self._fund = new_fund(engine, company(), investment("50", "2010-06-01"))
        self._cookie = ""
        self._proof = self._read_proof("/sign-in")
        response, _ = self._exchange(self.sign_in(person.email, PASSWORD))
        assert response.status == 303, response.status
        self._keep_cookie(response)
        self._proof = self._read_proof("/account/")

    def sign_in(self, email: str, password: str) -> Sent:
        """Write a sign-in."""
        return self.form("/sign-in", email=email, password=password)

    def path(self, page: str) -> str:
        """Write the path of a page of the fund."""
        return f"/funds/{self._fund}/{page}"

    def page(self, page: str, query: Mapping[str, str]) -> Sent:
        """Write the reading of a page of the fund."""
        asked = f"?{urlencode(query)}" if query else ""
        return Sent("GET", f"{self.path(quote(page))}{asked}", headers=self._headers())

    def form(self, path: str, headers: Mapping[str, str] | None = None, /, **said: str) -> Sent:
        """Write a form of a page, with its proof."""
        body = urlencode({**said, "csrf_token": self._proof}).encode()
        own = {"Content-Type": _FORM, "Origin": f"http://{self.host}"}
        return Sent("POST", path, body, self._headers() | own | dict(headers or {}))

    def events(self, batch: list[dict[str, Any]]) -> Sent:
        """Write a batch of events."""
        return self.api("events", orjson.dumps(batch))

    def api(self, what: str, body: bytes) -> Sent:
        """Write a body that is sent to the fund's API."""
        headers = self._headers() | {"Content-Type": "application/json"}
        return Sent("POST", f"/api/funds/{self._fund}/{what}", body, headers)

    def open_round(self) -> Round:
        """Open a valuation round."""
        address = self.path("valuations/2010-12-31/")
        self.send(self.form(self.path("valuations/"), as_of="2010-12-31"))
        found = re.search(r'name="round" value="([^"]+)"', self._read(address))
        assert found
        return Round(address, found[1])

    def send(self, sent: Sent) -> Answer:
        """Send a request on a connection of its own, and read its answer to the end."""
        try:
            response, body = self._exchange(sent)
        except (OSError, http.client.HTTPException):
            return Answer("none", 0)
        return Answer(response.status, len(body))

    def _exchange(self, sent: Sent) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=_PATIENCE)
        try:
            connection.request(sent.method, sent.address, sent.body, dict(sent.headers))
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return response, body

    def _keep_cookie(self, response: http.client.HTTPResponse) -> None:
        given = response.headers.get_all("Set-Cookie") or []
        if pairs := [each.partition(";")[0] for each in given]:
            self._cookie = "; ".join(pairs)

    def _read_proof(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self._read(path))
        assert found, path
        return found[1]

    def _read(self, path: str) -> str:
        response, body = self._exchange(Sent("GET", path, headers=self._headers()))
        self._keep_cookie(response)
        return body.decode()

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie, "User-Agent": "asof-hostile"}
