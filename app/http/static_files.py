"""The static files, served before the application, under the same rules as its pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.wsgi import get_host
from whitenoise import WhiteNoise

from app.config import PROJECT
from app.http import security

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FOLDER = PROJECT / "app" / "static"


def before(app: Flask) -> WSGIApplication:
    """Return what answers for static files, and leaves all else to the application.

    So it does with requests for static files under a name that is not the site's.
    """
    application = app.wsgi_app
    files = WhiteNoise(
        application, root=_FOLDER, prefix="static/", max_age=0, allow_all_origins=False
    )
    headers = security.headers(app)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, given: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            names = {name.lower() for name, _ in given}
            missing = [each for each in headers.items() if each[0].lower() not in names]
            return start_response(status, given + missing, exc_info)

        if not environ["PATH_INFO"].startswith("/static/"):
            return application(environ, start_response)
        try:
            get_host(environ, app.config["TRUSTED_HOSTS"])
        except SecurityError:
            return application(environ, start_response)
        served: Iterable[bytes] = files(environ, start)
        return served

    return answer
