"""How a process tells what happens: as JSON where that is wanted, else in lines of its own.

Neither way tells a secret or what somebody typed; see `app.observability.redaction`.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, TextIO

from app.config import LogSettings
from app.observability import redaction

if TYPE_CHECKING:
    from types import TracebackType
import threading
from types import TracebackType
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

from app.observability import request_ids


def begin(process: str, level: int) -> bool:
    """Log as JSON where that is wanted, and say whether it is; else in words, from a level on.

    `process` says who writes.
    """
    if LogSettings.from_environ().log == "json":
        configure_json(process)
        return True
    configure_words(level)
    return False


def configure_words(level: int, stream: TextIO | None = None) -> None:
    """Write what was said, and nothing around it."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(_InWords())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


class _InWords(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redaction.blanked(super().format(record))

    def formatException(  # noqa: N802 - logging's own
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return redaction.traceback_of(ei[1]) if ei[1] else super().formatException(ei)


_QUIET = ("alembic", "huey", "uvicorn")  # of these, what goes wrong is enough


def configure_json(process: str, stream: TextIO | None = None) -> logging.Handler:
    """Write what is logged, and what nobody caught, as JSON; `process` says who writes."""

    def named(_: object, __: str, event: EventDict) -> EventDict:
        return {**event, "process": process}

    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_COMMON,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                named,
                _exception_as_field,
                _blanked,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda info: _uncaught(
        info.exc_type, info.exc_value or info.exc_type(), info.exc_traceback
    )
    return handler


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("asof").critical("nobody caught an error", exc_info=(kind, error, trace))


def _exception_as_field(_: object, __: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = redaction.traceback_of(error)
    return event


def _with_what_is_at_work(_: object, __: str, event: EventDict) -> EventDict:
    return {**event, **request_ids.log_fields()}


def _blanked(_: object, __: str, event: EventDict) -> EventDict:
    for name in ("event", "exception"):
        if name in event:
            event[name] = redaction.blanked(str(event[name]))
    return event


def _dumps(event: EventDict, **_: Any) -> str:  # noqa: ANN401 - what structlog passes on
    return orjson.dumps(event, default=str).decode()


_COMMON: list[Processor] = [
    _with_what_is_at_work,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
