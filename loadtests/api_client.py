"""A client of the JSON API that knows an answer from none: it keeps one connection while it can."""

from __future__ import annotations

import http.client
from typing import Any, Self
from urllib.parse import urlsplit

import orjson

_PATIENCE = 5.0  # seconds; a longer silence is no answer


class UnansweredError(Exception):
    """The site gave no answer, or could not say whether it did what was asked."""


class ApiClient:
    """One connection to a site, made anew after each failure."""

    def __init__(self, address: str, token: str) -> None:
        self._host = urlsplit(address).netloc
        self._proof = {"Authorization": f"Bearer {token}"}
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connection."""
        self._close()

    def get(self, path: str) -> tuple[int, Any]:
        """Ask; give status and JSON. Raises UnansweredError."""
        return self._request("GET", path, None, {})

    def post(self, path: str, body: object, key: str) -> tuple[int, Any]:
        """Send under an idempotency key; give status and JSON. Raises UnansweredError."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._request("POST", path, orjson.dumps(body), headers)

    def _request(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=_PATIENCE)
        try:
            self._connection.request(method, path, body, headers | self._proof)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._close()
            raise UnansweredError(f"{method} {path}: {error!r}") from error
        if response.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UnansweredError(f"{method} {path}: {response.status}")
        return response.status, orjson.loads(content)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
