"""Answers about viewpoints, which never change: whoever has one is told so, without a fold."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from app.api.problems import json_response
from app.domain.state.fold import PROJECTOR_VERSION
from app.services.documents.answer import Answer


def unchanging(parts: tuple[object, ...], make: Callable[[], Answer]) -> Response:
    """Answer with what is made, or with 304 where the reader has it; `parts` decide what it is."""
    etag = ":".join(map(str, (*parts, PROJECTOR_VERSION)))
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
        response.headers["Cache-Control"] = "private, no-cache"
    else:
        response = json_response(make())
    response.set_etag(etag, weak=True)
    return response
