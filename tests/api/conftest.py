"""A client of the application on the tests' database."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app import create_app, database
from app.config import Settings


@pytest.fixture
def client(settings: Settings, engine: Engine) -> FlaskClient:
    """Give a client of the application."""
    app = create_app(settings)
    database.of(app).use(engine)
    return app.test_client()
