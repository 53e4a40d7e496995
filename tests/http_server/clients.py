"""Clients that speak HTTP byte by byte, as slowly as a test wants."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from typing import cast
from urllib.parse import urlsplit

HALF_A_BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nab"
)
HALF_A_HEAD = b"GET /sign-in HTTP/1.1\r\nHost: local"
WITHIN = 15  # seconds; longer than anything here takes


def connect(address: str, sent: bytes = b"") -> socket.socket:
    parts = urlsplit(address)
    client = socket.create_connection((parts.hostname or "", parts.port or 0), WITHIN)
    client.sendall(sent)
    return client


@contextmanager
def many(number: int, address: str, sent: bytes) -> Iterator[list[socket.socket]]:
    """Return so many clients that sent the same and no more."""
    with ExitStack() as stack:
        yield [stack.enter_context(connect(address, sent)) for _ in range(number)]


def request(path: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


class _Stream(io.BufferedReader):
    """What comes in on a connection; the end of an answer does not close it."""

    def makefile(self, _: str) -> _Stream:
        return self

    def close(self) -> None:
        pass


def answers(client: socket.socket, *methods: str) -> list[tuple[HTTPResponse, bytes]]:
    """Read the answers to requests of these methods, in their order."""
    stream = _Stream(socket.SocketIO(client, "r"))
    found = []
    for method in methods:
        response = HTTPResponse(cast("socket.socket", stream), method=method)
        response.begin()
        found.append((response, response.read()))
    return found


def answer(client: socket.socket, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    """Read the only answer, to a request of this method."""
    return answers(client, method)[0]


def ask(address: str, path: str, *headers: str, method: str = "GET", body: bytes = b"") -> int:
    """Ask on a connection of its own; return the status."""
    with connect(address, request(path, *headers, method=method, body=body)) as client:
        return answer(client, method)[0].status


def is_closed(client: socket.socket) -> bool:
    """Wait until the other side closed the connection; what came before is left aside."""
    try:
        while client.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True
