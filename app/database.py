"""The application's way to its database: opened once, when something first needs it."""

from __future__ import annotations

from threading import Lock

from flask import Flask, current_app
from sqlalchemy import Engine

from app.config import Settings
from app.store.database.engines import open_engine

_KEY = "asof.database"


class Database:
    """One engine per application, made on first use; threads may ask at once."""

    def __init__(self, settings: Settings) -> None:
        """Remember what to open, without opening it."""
        self.settings = settings
        self._engine: Engine | None = None
        self._lock = Lock()

    def engine(self) -> Engine:
        """Open the engine, or return the open one."""
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self.settings)
            return self._engine

    def use(self, engine: Engine) -> None:
        """Take an engine that is open already."""
        self._engine = engine


def register(app: Flask, settings: Settings) -> Database:
    """Set the database of an application, and return it."""
    app.extensions[_KEY] = Database(settings)
    return of(app)


def of(app: Flask) -> Database:
    """Return the database of an application."""
    database = app.extensions[_KEY]
    assert isinstance(database, Database)
    return database


def settings() -> Settings:
    """Return the settings of the application at work."""
    return of(current_app).settings


def engine() -> Engine:
    """Return the engine of the application at work."""
    return of(current_app).engine()
