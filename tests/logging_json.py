"""What is logged while a test runs, read again."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from app.observability import logging_setup


class Lines:
    """The lines of a log."""

    def __init__(self) -> None:
        self.stream = StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def all(self, event: str = "") -> list[dict[str, Any]]:
        read = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in read if line["event"].startswith(event)]


@contextmanager
def logged(*, in_words: bool = False) -> Iterator[Lines]:
    """Log as JSON for a while, or in words, as a web server does."""
    root, lines = logging.getLogger(), Lines()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    if in_words:
        logging_setup.configure_words(logging.WARNING, lines.stream)
    else:
        logging_setup.configure_json("web", lines.stream)
    try:
        yield lines
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:], level, sys.excepthook, threading.excepthook = before
        root.setLevel(level)
