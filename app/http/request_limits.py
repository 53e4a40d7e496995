"""How much a request may carry: files are large, what is typed is not."""

from __future__ import annotations

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import IntegerConverter

from app.config import Settings
from app.domain.whole_numbers import DIGITS

_TYPED = "application/x-www-form-urlencoded"
_FILES = "multipart/form-data"
_MEGABYTE = 1024 * 1024
_MOST_JSON = 8 * _MEGABYTE  # ten thousand events with long notes
_MOST_FIELDS = 5_000


class WholeConverter(IntegerConverter):
    """A whole number in an address, of no more digits than the database holds."""

    regex = rf"[0-9]{{1,{DIGITS}}}"


def register(app: Flask, settings: Settings) -> None:
    """Set the limits; what is beyond them is refused with 413."""
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_mb * _MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * _MEGABYTE,
        MAX_FORM_PARTS=_MOST_FIELDS,
    )
    app.url_map.converters["int"] = WholeConverter
    app.before_request(_limit_body)


def _limit_body() -> None:
    """Hold what is no file to the limit of its kind, which Werkzeug leaves to us."""
    if request.mimetype == _TYPED:
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
        if request.get_data(cache=True).count(b"&") >= _MOST_FIELDS:
            raise RequestEntityTooLarge
    elif request.mimetype != _FILES:
        most = current_app.config["MAX_CONTENT_LENGTH"]
        request.max_content_length = min(_MOST_JSON, most)
