"""How a process tells what happens: as JSON where that is wanted, else in lines of its own.

Neither way tells a secret or what somebody typed; see `app.observability.redaction`.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, TextIO

from app.config import log_form
from app.observability import redaction

if TYPE_CHECKING:
    from types import TracebackType


def begin(process: str, level: int) -> bool:
    """Log as JSON where that is wanted, and say whether it is; else in words, from a level on.

    `process` says who writes.
    """
    if log_form() == "json":
        from app.observability import json_logging  # noqa: PLC0415 - it takes long to load

        json_logging.configure_json(process)
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
