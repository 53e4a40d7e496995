"""How a process tells what happens: as JSON where that is wanted, else in lines of its own."""

from __future__ import annotations

import logging
import sys

from app.config import log_form


def as_json(process: str) -> bool:
    """Log as JSON where that is wanted, and say whether it is; `process` says who writes."""
    if log_form() != "json":
        return False
    from app import logs  # noqa: PLC0415 - it takes long to load

    logs.configure_json(process)
    return True


def as_json_or_words(process: str, level: int) -> None:
    """Log as JSON where that is wanted, else what was said and nothing around it."""
    if not as_json(process):
        logging.basicConfig(level=level, format="%(message)s", stream=sys.stdout)
