"""How much a request may carry: files are large, what is typed is not."""

from __future__ import annotations

from flask import Flask, current_app, request

from app.config import Settings

_TYPED = "application/x-www-form-urlencoded"


def register(app: Flask, settings: Settings) -> None:
    """Set the limits; what is beyond them is refused with 413."""
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5_000,
    )
    app.before_request(_limit_what_is_typed)


def _limit_what_is_typed() -> None:
    """Hold forms without files to the limit of what is typed, which Werkzeug leaves to us."""
    if request.mimetype == _TYPED:
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
