"""The psycopg connection beneath SQLAlchemy's, for the statements of the hot path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

FAILURES = (psycopg.Error, SQLAlchemyError)  # of a question to the database, by whichever way


def driver_connection(connection: Connection) -> psycopg.Connection:
    """Return the connection beneath, in the same transaction, which stays SQLAlchemy's to end."""
    if not connection.in_transaction():
        connection.begin()  # else SQLAlchemy would not know that there is something to commit
    return _beneath(connection)


@contextmanager
def each_alone(engine: Engine) -> Iterator[tuple[Connection, psycopg.Connection]]:
    """Return a connection, and the one beneath, on which each statement is a transaction."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection, _beneath(connection)


@contextmanager
def looking_up(engine: Engine) -> Iterator[Connection]:
    """Return a connection to read with, without a transaction to begin and to end."""
    with each_alone(engine) as (connection, _):
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[psycopg.Connection]:
    """Return a connection to read with: each statement sees what is committed when it begins."""
    with each_alone(engine) as (_, driver):
        yield driver


def at_one_moment(engine: Engine) -> Connection:
    """Open a connection on which all statements see what was committed before the first."""
    return engine.connect().execution_options(isolation_level="REPEATABLE READ")


def connect_apart(engine: Engine) -> psycopg.Connection:
    """Open a connection like the engine's, for one who keeps it: the pool knows nothing of it."""
    arguments, options = engine.dialect.create_connect_args(engine.url)
    return psycopg.connect(*arguments, **options)


def _beneath(connection: Connection) -> psycopg.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
