"""A site for tests that look at the whole of one: how it is, and how it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, database
from app.config import Settings
from app.store.database import engines


@pytest.fixture
def site(fresh_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application on a database of the test's own, which has never seen a worker."""
    settings = Settings(home=tmp_path, database_url=fresh_database_url, secret_key="-")  # noqa: S106
    app = create_app(settings)
    yield app
    engines.close_engine(database.of(app).engine())
