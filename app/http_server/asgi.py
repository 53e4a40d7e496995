"""The ASGI side of the application: bodies come in whole, threads do the work, answers go out.

No thread waits for a client: neither while a body comes in, nor while an answer is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING

from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope

from app.http_server.connection_limits import Crowd
from app.http_server.request_bodies import ClientGoneError, Reception, TooManyUploadsError
from app.http_server.thread_pools import Lane, LaneFullError
from app.http_server.wsgi import Answer, environ

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_THREADS = 2
_STAND_INS = 2  # while some of these are at something slow
_BUSY = b"The site has more to do than it can: try again in a moment.\n"
_log = logging.getLogger(__name__)


class Front:
    """The application as Uvicorn calls it, with the crowd of connections it is asked through."""

    def __init__(self, application: WSGIApplication, body_limit: int, patience: float) -> None:
        """Take the application, the longest body in bytes, and how many seconds all may take."""
        self._application = application
        self._reception = Reception(body_limit)
        self._pages = Lane("pages", _THREADS, _STAND_INS)
        self.crowd = Crowd(patience, also=self._pages.relieve)
        # They answer while all other threads are taken, and apart from each other: readiness waits
        # where the database hangs, and static files may be asked for by thousands.
        self._apart = {path: Lane(path, 1) for path in ("/healthz", "/readyz", "/static/")}

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer a request."""
        try:
            async with self._reception.body(scope, receive) as body:
                lane = self._lane(scope["path"])
                work = partial(Answer, self._application, environ(scope, body))
                answer = await lane.run(asyncio.get_running_loop(), work)
                await _send_head(send, answer.status, answer.headers)
                await _send(send, answer.first, more=not answer.is_whole)
                if not answer.is_whole:
                    await self._send_rest(answer, receive, send)
        except ClientGoneError:
            return
        except (LaneFullError, TooManyUploadsError):
            await _send_busy(send)
        except Exception:
            _log.exception("A request could not be answered")
            raise

    def _lane(self, path: str) -> Lane:
        if path.startswith("/static/"):
            return self._apart["/static/"]
        return self._apart.get(path, self._pages)

    async def _send_rest(
        self, answer: Answer, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Send a long answer piece by piece, as fast as it is read and as long as it is."""
        loop = asyncio.get_running_loop()
        gone = loop.create_task(_gone(receive))
        try:
            while not answer.is_whole and not gone.done():
                piece = await self._pages.run(loop, answer.take)
                await _send(send, piece, more=not answer.is_whole)
        finally:
            gone.cancel()
            with contextlib.suppress(ValueError):  # a thread is at it still, and the process ends
                answer.close()


async def _gone(receive: ASGIReceiveCallable) -> None:
    """Wait until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_head(
    send: ASGISendCallable, status: int, headers: list[tuple[bytes, bytes]]
) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )


async def _send(send: ASGISendCallable, body: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _send_busy(send: ASGISendCallable) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(_BUSY)),
        (b"retry-after", b"5"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await _send_head(send, 503, headers)
    await _send(send, _BUSY)
