"""Calls the WSGI application: its environment from a request, its answer in pieces."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from uvicorn._types import HTTPScope

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_AT_ONCE = 256 * 1024  # bytes that are taken from an answer before they are sent
_SAME_FOR_ALL: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,  # the body is there, to its end
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
_OWN_NAMES = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_Headers = list[tuple[bytes, bytes]]


def environ(scope: HTTPScope, body: IO[bytes]) -> WSGIEnvironment:
    """Return the environment of a request with this body, as PEP 3333 has it.

    A body that came in chunks is in one piece by now, and its length lets the application refuse
    it.
    A header with an underscore is left out: it would pass for one with a hyphen, such as those
    that a proxy sets.
    """
    host, port = scope["server"] or ("", None)
    client, client_port = scope["client"] or ("", 0)
    made = _SAME_FOR_ALL | {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
    }
    for name, value in scope["headers"]:
        if b"_" not in name and name != b"transfer-encoding":
            _add(made, name, value.decode("latin-1"))
    made.setdefault("CONTENT_LENGTH", str(body.tell()))
    body.seek(0)
    return made


def _add(made: WSGIEnvironment, name: bytes, value: str) -> None:
    key = _OWN_NAMES.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
    if key in made:
        value = made[key] + ("; " if name == b"cookie" else ",") + value
    made[key] = value


class Answer:
    """What the application answers: status, headers, and pieces that are taken as they are sent."""

    def __init__(self, application: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Call the application, in this thread."""
        self.status = 500
        self.headers: _Headers = []
        self._answered = application(environ, self._start)
        self._pieces: Iterator[bytes] = iter(self._answered)
        self.is_whole = False
        try:
            self.first = self.take()
        except BaseException:
            self.close()
            raise

    def take(self) -> bytes:
        """Return the next bytes, some pieces together; with the last the answer is whole."""
        taken: list[bytes] = []
        size = 0
        for piece in self._pieces:
            taken.append(piece)
            size += len(piece)
            if size >= _AT_ONCE:
                return b"".join(taken)
        self.is_whole = True
        self.close()
        return b"".join(taken)

    def close(self) -> None:
        """Let the application free what it holds for this answer."""
        if close := getattr(self._answered, "close", None):
            close()

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Any:  # noqa: ANN401 - PEP 3333's old way to write, which nothing here uses
        del exc_info
        self.status = int(status[:3])
        self.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return None
