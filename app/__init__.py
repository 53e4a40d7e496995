"""Asof: a time machine for funds. Here the application is put together, and nothing else."""

from __future__ import annotations

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    api,
    cli,
    database,
    guard,
    health,
    limits,
    metrics,
    refusals,
    request_log,
    sessions,
    static_files,
    web,
)
from app.config import Settings, SettingsError


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; it opens its database when something first needs it."""
    try:
        settings = settings or Settings.from_environ()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    app = request_log.Site(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=["localhost", "127.0.0.1", "[::1]", settings.host, *settings.hostnames],
    )
    sessions.configure(app, settings)
    database.register(app, settings)
    request_log.register(app)
    guard.register(app)
    limits.register(app, settings)
    api.register(app)
    web.register(app)
    refusals.register(app)
    health.register(app)
    metrics.register(app)
    cli.register(app)
    guard.check(app)
    _wrap(app, settings)
    return app


def _wrap(app: Flask, settings: Settings) -> None:
    """Serve the static files, and believe the proxy in front where there is one."""
    served = static_files.before(app)
    # Flask's own way to wrap an application.
    setattr(app, "wsgi_app", ProxyFix(served) if settings.https else served)  # noqa: B010
