"""One connection of HTTP/1.1: Uvicorn's, with a deadline for all that a client may be slow at."""

from __future__ import annotations

import asyncio
import logging
from enum import IntEnum
from http import HTTPStatus
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.http_server.asgi import Front
from app.observability import metrics

_LEAST_RATE = 4 * 1024  # bytes a second, of a body that comes in and of an answer that is read
_HEAD_AT_MOST = 64 * 1024  # bytes of a request's line and headers
_TEXTS = {
    HTTPStatus.REQUEST_TIMEOUT: b"The request came in too slowly: send it again.\n",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: b"The address and headers are too long.\n",
}
_quiet = logging.getLogger("asof.connection")
_quiet.disabled = True  # what clients do wrong is counted, and what fails here Front logs


class Phase(IntEnum):
    """What a connection waits for, in the order in which it may best give way."""

    NEXT = 0  # request
    HEAD = 1  # the rest of the line and the headers
    BODY = 2  # the rest of the body
    ANSWER = 3  # of the application


class Connection(HttpToolsProtocol):
    """A client, who may be slow for a moment, and must keep a least rate after it."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Take what Uvicorn gives; its application is the Front."""
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _quiet
        self._crowd = cast("Front", config.loaded_app).crowd
        self._phase = Phase.NEXT
        self._since = self.loop.time()
        self._received = 0  # bytes in this phase
        self._has_asked = False
        self._unread: tuple[float, int] | None = None  # since when so many bytes are not read
        self._has_read = False  # the client, a good part of what it was sent, since a look

    def address(self) -> str:
        """Return the address of the client."""
        return self.client[0] if self.client else ""

    def rank(self) -> tuple[int, float] | None:
        """Return how soon it should give way, the lowest first; None while it is at work."""
        return (self._phase, self._since) if self._waits() else None

    def give_way(self) -> None:
        """End, for others are more in need."""
        metrics.connection_ended("many")
        self._end_with(HTTPStatus.REQUEST_TIMEOUT)

    def end_if_slow(self, now: float, patience: float) -> None:
        """End where the client takes longer than it may."""
        if self._reads_too_slowly(now, patience):
            metrics.connection_ended("slow to read")
            self.transport.abort()
        elif self._phase is Phase.ANSWER or self.transport.is_closing():
            return
        elif self._queued():
            self._begin(self._phase)  # it is not the client who waits
        elif self._phase in (Phase.HEAD, Phase.BODY) and now > self._deadline(patience):
            metrics.connection_ended("slow to send")
            self._end_with(HTTPStatus.REQUEST_TIMEOUT)
        elif not self._has_asked and now > self._since + patience:
            metrics.connection_ended("silent")
            self.transport.abort()

    def _deadline(self, patience: float) -> float:
        """Return until when the next bytes must be here; more of a body gives more time."""
        has_rate = self._phase is Phase.BODY and not self._is_answered()
        return self._since + patience + (self._received / _LEAST_RATE if has_rate else 0)

    def _reads_too_slowly(self, now: float, patience: float) -> bool:
        """Return whether less was read of what waits to be sent than the least rate asks for."""
        unread = self.transport.get_write_buffer_size()
        if not unread or self._has_read or self._unread is None:
            self._unread = (now, unread) if unread else None
            self._has_read = False
            return False
        since, before = self._unread
        if now < since + patience:
            return False
        self._unread = (now, unread)
        return before - unread < _LEAST_RATE * patience

    def _waits(self) -> bool:
        """Return whether nothing is at work here: all that was asked for is answered, and read."""
        at_work = self._phase is Phase.ANSWER or self._queued()
        return not at_work and self.transport.get_write_buffer_size() == 0

    def _queued(self) -> bool:
        """Return whether the client has to wait for us: an earlier answer is not out yet."""
        return bool(self.pipeline) or self.flow.read_paused

    def _is_answered(self) -> bool:
        return self.cycle.response_started

    def _begin(self, phase: Phase) -> None:
        self._phase, self._since, self._received = phase, self.loop.time(), 0

    def _end_with(self, status: HTTPStatus) -> None:
        """Tell the client why, where a request of its has begun and nothing was answered to it."""
        waits_for_head = self._phase is Phase.HEAD and self.transport.get_write_buffer_size() == 0
        if waits_for_head or (self._phase is Phase.BODY and not self._is_answered()):
            self.transport.write(_told(status))
            self.transport.close()
        else:
            self.transport.abort()

    # What Uvicorn and its parser call.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._crowd.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._crowd.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came in."""
        if self._phase is Phase.NEXT:
            self._begin(Phase.HEAD)
        super().data_received(data)
        if self._phase is Phase.HEAD:
            self._received += len(data)
            if self._received > _HEAD_AT_MOST:
                self._end_with(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._has_asked = True
        self._begin(Phase.HEAD)
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those after the body are none that the application may believe."""
        if self._phase is Phase.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Go on to the body."""
        super().on_headers_complete()
        self._begin(Phase.BODY)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Go on to the answer, which may be out already."""
        self._begin(Phase.NEXT if self.cycle.response_complete else Phase.ANSWER)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it has begun."""
        if self._phase is Phase.ANSWER and not self.pipeline:
            self._begin(Phase.NEXT)
        super().on_response_complete()

    def resume_writing(self) -> None:
        """Go on: the client has read a good part of what it was sent."""
        self._has_read = True
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection through which nothing more was asked, once the last answer is read."""
        if self._waits():
            self.transport.abort()
        else:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def shutdown(self) -> None:
        """End where nothing is at work."""
        if self._waits():
            self.transport.abort()
        else:
            super().shutdown()


def _told(status: HTTPStatus) -> bytes:
    text = _TEXTS[status]
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(text)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + text
