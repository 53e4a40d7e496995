"""Who may read how the site does: programs on this machine, or those that send the token."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from ipaddress import ip_address

from flask import Response, request

from app import database

_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def refusal() -> Response | None:
    """Refuse, unless whoever asks may read it.

    Behind a proxy everybody seems to be on this machine: there the token is needed from all, and
    where it is set at all too, since a proxy may leave no trace.
    """
    settings = database.settings()
    if settings.metrics_token is not None:
        sent = request.authorization
        token = sent.token if sent is not None and sent.type == "bearer" else None
        if hmac.compare_digest((token or "").encode(), settings.metrics_token.encode()):
            return None
        message = "Send the token in ASOF_METRICS_TOKEN as Authorization: Bearer …\n"
        refused = Response(message, HTTPStatus.UNAUTHORIZED, mimetype="text/plain")
        refused.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    if not settings.https and _from_here():
        return None
    message = "This is for programs on the machine itself: set ASOF_METRICS_TOKEN for others.\n"
    return Response(message, HTTPStatus.FORBIDDEN, mimetype="text/plain")


def _from_here() -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    host = request.host if request.host in _HOSTS else request.host.rpartition(":")[0]
    try:
        return host in _HOSTS and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
