"""Asof: a time machine for funds. Here the application is put together, and nothing else."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from app import api, cli, database, web
from app.config import Settings

_STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; it opens its database when something first needs it."""
    settings = settings or Settings.from_environ()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        TRUSTED_HOSTS=["localhost", "127.0.0.1", "[::1]", settings.host],
    )
    database.register(app, settings)
    api.register(app)
    web.register(app)
    cli.register(app)
    app.wsgi_app = WhiteNoise(
        app.wsgi_app, root=_STATIC, prefix="static/", max_age=0, allow_all_origins=False
    )  # type: ignore[method-assign]
    return app
