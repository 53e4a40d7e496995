"""Asof: a time machine for funds. Here the application is put together, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from whitenoise import WhiteNoise

from app import api, cli, database, health, refusals, web
from app.config import Settings, SettingsError

_STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; it opens its database when something first needs it."""
    try:
        settings = settings or Settings.from_environ()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        TRUSTED_HOSTS=["localhost", "127.0.0.1", "[::1]", settings.host],
    )
    database.register(app, settings)
    api.register(app)
    web.register(app)
    refusals.register(app)
    app.register_blueprint(health.bp)
    cli.register(app)
    static = WhiteNoise(
        app.wsgi_app, root=_STATIC, prefix="static/", max_age=0, allow_all_origins=False
    )
    setattr(app, "wsgi_app", static)  # noqa: B010 - Flask's own way to wrap an application
    return app
