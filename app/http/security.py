"""What keeps the site to itself: no foreign code or frames, and no requests sent by other sites."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from app.database import of
from app.http.split_url import split_address

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
_KEPT_AS_TYPED = {"setup", "valuations", "valuation_steps", "imports"}  # by their blueprints
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def register(app: Flask) -> None:
    """Send the headers with every answer, and refuse what other sites make a browser send."""
    app.before_request(_refuse_other_sites)
    app.before_request(_refuse_what_no_text_holds)
    sent = headers(app)

    def with_headers(response: Response) -> Response:
        for name, value in sent.items():
            response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(with_headers)


def headers(app: Flask) -> dict[str, str]:
    """Return the headers that go with every answer, static files included."""
    return _HEADERS | (_ONLY_HTTPS if of(app).settings.https else {})


def _refuse_other_sites() -> None:
    if request.method not in _SAFE_METHODS and not is_from_here():
        abort(403, "Another site made your browser send this. Nothing was changed.")


def _refuse_what_no_text_holds() -> None:
    """Refuse an address with a NUL, which the database takes in no text.

    So are forms that are kept as they are typed; others tell of it at the field, and so does the
    API.
    """
    if request.path.startswith("/api/"):
        return
    typed = request.values if request.blueprint in _KEPT_AS_TYPED else request.args
    for name, value in typed.items(multi=True):
        if "\0" in name + value:
            shown = name.replace("\0", "")
            abort(400, f"{shown} has characters that cannot be seen (U+0000): take them out.")


def is_from_here() -> bool:
    """Return whether a request comes from a page of this site, or from no page at all.

    Every browser says where a request that changes something comes from: by Sec-Fetch-Site, or by
    Origin where the site is read over plain HTTP. What says neither is a program.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or split_address(origin).netloc.lower() == request.host.lower()
