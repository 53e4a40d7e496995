"""The static files, served before the application, under the same rules as its pages.

Pages ask for them at an address that names what they hold, so that a browser keeps them for good;
under their plain names they are asked about each time. Texts go out compressed.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import brotli
from flask import Flask
from werkzeug.datastructures import Accept, Headers
from werkzeug.exceptions import SecurityError
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import get_host
from whitenoise import WhiteNoise

from app.config import PROJECT
from app.http import security

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FOLDER = PROJECT / "app" / "static"
_PREFIX = "/static/"
_TEXTS = ("text/", "application/javascript", "image/svg+xml")
_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.compress, "gzip": gzip.compress}
_FOR_GOOD = "public, max-age=31536000, immutable"


@cache
def version() -> str:
    """Identify what all files hold: they name each other, and so change their addresses as one."""
    written = sha256()
    for file in sorted(each for each in _FOLDER.rglob("*") if each.is_file()):
        written.update(file.relative_to(_FOLDER).as_posix().encode() + file.read_bytes())
    return written.hexdigest()[:16]


def before(app: Flask) -> WSGIApplication:
    """Return what answers for static files, and leaves all else to the application.

    So it does with requests for static files under a name that is not the site's.
    """
    application = app.wsgi_app
    files = WhiteNoise(
        application, root=_FOLDER, prefix="static/", max_age=0, allow_all_origins=False
    )
    rules = security.headers(app)
    app.url_defaults(_name_version)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(_PREFIX):
            return application(environ, start_response)
        try:
            get_host(environ, app.config["TRUSTED_HOSTS"])
        except SecurityError:
            return application(environ, start_response)
        plain = _without_version(environ["PATH_INFO"])
        kept = {} if plain == environ["PATH_INFO"] else {"Cache-Control": _FOR_GOOD}
        encoder = _Encoder(plain.removeprefix(_PREFIX), _accepted(environ))

        def start(
            status: str, given: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            headers = Headers([*rules.items()])
            headers.update(given)
            headers.update(kept)
            if status.startswith("200"):
                encoder.encode(headers)
            return start_response(status, headers.to_wsgi_list(), exc_info)

        served: Iterable[bytes] = files(environ | {"PATH_INFO": plain}, start)
        return encoder.instead_of(served, head=environ["REQUEST_METHOD"] == "HEAD")

    return answer


class _Encoder:
    """Puts a compressed text in the place of a static file, where the client takes it."""

    def __init__(self, name: str, encoding: str | None) -> None:
        self._name, self._encoding = name, encoding
        self._packed: bytes | None = None

    def encode(self, headers: Headers) -> None:
        """Compress a file that is a text, and say so in its headers."""
        if not headers["Content-Type"].startswith(_TEXTS):
            return
        headers["Vary"] = "Accept-Encoding"
        if self._encoding:
            self._packed = _packed(self._name, self._encoding)
            headers["Content-Encoding"] = self._encoding
            headers["Content-Length"] = str(len(self._packed))

    def instead_of(self, served: Iterable[bytes], *, head: bool) -> Iterable[bytes]:
        """Return what goes out; without a body for a HEAD request."""
        if self._packed is None:
            return served
        if close := getattr(served, "close", None):
            close()
        return [] if head else [self._packed]


def _name_version(endpoint: str, values: dict[str, str]) -> None:
    if endpoint == "static":
        values["filename"] = f"{version()}/{values['filename']}"


def _without_version(path: str) -> str:
    return path.replace(f"{_PREFIX}{version()}/", _PREFIX, 1)


def _accepted(environ: WSGIEnvironment) -> str | None:
    """Choose how a text goes out: one part of a file is a part of the file as it is."""
    if "HTTP_RANGE" in environ:
        return None
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept)
    return next((each for each in _ENCODINGS if accepted.quality(each) > 0), None)


@lru_cache(maxsize=200)
def _packed(name: str, encoding: str) -> bytes:
    return _ENCODINGS[encoding]((_FOLDER / name).read_bytes())
