"""Receives the body of a request, within bounds, before a thread is taken for it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from uvicorn._types import ASGIReceiveCallable, HTTPScope

_IN_MEMORY = 64 * 1024  # bytes; a larger body lies on the disk until it was answered
_UPLOADS_AT_ONCE = 16  # as much as so many of the largest bodies, in each process


class ClientGoneError(Exception):
    """The client went away, or was sent away, before all of the body was there."""


class TooManyUploadsError(Exception):
    """Others send so much already that there is no room for one more."""


class Reception:
    """Receives bodies up to a limit; what is beyond it is for the application to refuse."""

    def __init__(self, limit: int) -> None:
        """Take the limit, in bytes."""
        self._limit = limit
        self._room = _UPLOADS_AT_ONCE * limit  # bytes that may still lie on the disk

    @asynccontextmanager
    async def body(
        self, scope: HTTPScope, receive: ASGIReceiveCallable
    ) -> AsyncIterator[IO[bytes]]:
        """Return the whole body, read to its end. Raises ClientGoneError, TooManyUploadsError.

        Of a body that says it is too long nothing is read; of one that turns out to be, only so
        much that the application sees it.
        """
        length = _length(scope)
        if length == 0 or (length or 0) > self._limit:
            yield io.BytesIO()
            return
        on_disk = self._reserved(self._limit if length is None else length)
        try:
            with SpooledTemporaryFile(_IN_MEMORY) as file:
                await self._fill(file, receive)
                yield file
        finally:
            self._room += on_disk

    def _reserved(self, length: int) -> int:
        """Reserve room on the disk for a body of this length; one that tells none may have any."""
        if length <= _IN_MEMORY:
            return 0
        if length > self._room:
            raise TooManyUploadsError
        self._room -= length
        return length

    async def _fill(self, file: IO[bytes], receive: ASGIReceiveCallable) -> None:
        size, more = 0, True
        while more and size <= self._limit:
            message = await receive()
            if message["type"] != "http.request":
                raise ClientGoneError
            piece = message.get("body", b"")
            size += len(piece)
            file.write(piece)
            more = message.get("more_body", False)


def _length(scope: HTTPScope) -> int | None:
    """Return how long a request says its body is, or None where it only marks its end."""
    length: int | None = 0
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
        if name == b"transfer-encoding":
            length = None
    return length
