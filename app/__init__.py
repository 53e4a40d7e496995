"""Asof: a time machine for funds. Here the application is put together, and nothing else."""

from __future__ import annotations

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import api, cli, database, error_handlers, web
from app.auth import login, route_rules
from app.config import Settings, SettingsError
from app.http import compression, request_limits, static_files
from app.monitoring import health_endpoint, metrics_endpoint
from app.observability import request_middleware


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; it opens its database when something first needs it."""
    try:
        settings = settings or Settings.from_environ()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    app = request_middleware.Site(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=["localhost", "127.0.0.1", "[::1]", settings.host, *settings.hostnames],
    )
    login.configure(app, settings)
    database.register(app, settings)
    request_middleware.register(app)
    route_rules.register(app)
    request_limits.register(app, settings)
    compression.register(app)
    api.register(app)
    web.register(app)
    error_handlers.register(app)
    health_endpoint.register(app)
    metrics_endpoint.register(app)
    cli.register(app)
    route_rules.check(app)
    _wrap(app, settings)
    return app


def _wrap(app: Flask, settings: Settings) -> None:
    """Serve the static files, and believe the proxy in front where there is one."""
    served = static_files.before(app)
    # Flask's own way to wrap an application.
    setattr(app, "wsgi_app", ProxyFix(served) if settings.https else served)  # noqa: B010
