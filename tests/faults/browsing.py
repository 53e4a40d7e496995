"""A person at a running site: signed in over HTTP, with the cookies that a browser keeps."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from typing import Self

from tests.people import PASSWORD


class Browsing:
    """One browser, without scripts."""

    def __init__(self, address: str) -> None:
        self._host = urllib.parse.urlsplit(address).netloc
        self._cookies: dict[str, str] = {}

    def sign_in(self, email: str) -> Self:
        """Sign in by the form."""
        _, page, _ = self.get("/sign-in")
        proof = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert proof, page
        form = {"csrf_token": proof[1], "email": email, "password": PASSWORD}
        status, page, _ = self._ask("POST", "/sign-in", urllib.parse.urlencode(form))
        assert status == 303, page
        return self

    def get(self, path: str) -> tuple[int, str, http.client.HTTPMessage]:
        """Return status, text and headers."""
        return self._ask("GET", path, None)

    def _ask(
        self, method: str, path: str, form: str | None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(self._host, timeout=20)
        kept = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": kept} if kept else {}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, form, headers)
            answer = connection.getresponse()
            for set_cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = set_cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()
