"""Real PostgreSQL for the tests: the one in DATABASE_URL, or an embedded one of the run's own."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import pytest_timeout
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

from app import create_app, database
from app.config import PersonLimits, Settings
from app.store.accounts.people import Person
from app.store.database import bootstrap, engines, seals
from app.store.embedded import leases
from tests.machine import patience
from tests.people import member, signed_in, somebody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

# How long an example takes is the machine's; a test that takes too long is ended as a whole.
hypothesis_settings.register_profile("asof", deadline=None)
hypothesis_settings.load_profile("asof")

# Where the run's embedded server lives; pytest-xdist's workers inherit it.
_HOME = "ASOF_TEST_HOME"
# Set to 1, the tests own their databases but are no superuser, as on a server of someone else.
_LESSER = "ASOF_TEST_NO_SUPERUSER"
_SECRET = "for tests only"  # noqa: S105
_MAKE_LESSER = """
    DO $$ BEGIN
        CREATE ROLE asof_tester LOGIN CREATEDB PASSWORD '{password}';
        GRANT asof_app TO asof_tester;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$
"""


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: pytest_timeout.Settings) -> bool:
    """Stretch a test's limit by how slow the machine is here and now."""
    stretched = settings._replace(timeout=patience(settings.timeout))
    return bool(pytest_timeout.pytest_timeout_set_timer(item, stretched))


def pytest_configure(config: pytest.Config) -> None:
    """Choose one home for the run, before the workers start."""
    if not hasattr(config, "workerinput"):
        os.environ[_HOME] = tempfile.mkdtemp(prefix="asof-tests-")
        # PostgreSQL runs as another account where the tests run as root.
        Path(os.environ[_HOME]).chmod(0o711)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's home, when the workers are gone and with them the server."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_HOME), ignore_errors=True)


@pytest.fixture(scope="session")
def server_url() -> Iterator[sa.URL]:
    """Return the address of a database on which others can be made and dropped."""
    if given := os.environ.get("DATABASE_URL"):
        yield bootstrap.engine_url(given)
        return
    lease = leases.acquire(Path(os.environ[_HOME]) / "server")
    if os.environ.get(_LESSER) == "1":
        with sa.create_engine(lease.url(), poolclass=sa.NullPool).begin() as connection:
            connection.execute(sa.text(_MAKE_LESSER.format(password=lease.url().password)))
        yield lease.url(user="asof_tester")
    else:
        yield lease.url()
    lease.close()


@contextmanager
def _database(server: sa.URL) -> Iterator[str]:
    name = f"asof_test_{uuid4().hex[:12]}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def database_url(server_url: sa.URL) -> Iterator[str]:
    """Return the address of this worker's database as its owner; tests isolate by fresh funds."""
    with _database(server_url) as url:
        bootstrap.prepare(bootstrap.engine_url(url))
        yield url


@pytest.fixture
def fresh_database_url(server_url: sa.URL) -> Iterator[str]:
    """Return the address of an empty database, for this test alone."""
    with _database(server_url) as url:
        yield url


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings that lead to this worker's database."""
    home = tmp_path_factory.mktemp("home")
    # Many tests share their people, who would ask for more than one person may.
    many = PersonLimits(jobs=10**6, snapshots=10**6, funds=10**6)
    return Settings(
        home=home,
        database_url=database_url,
        secret_key=_SECRET,
        person_limits=many,
    )


@pytest.fixture(autouse=True)
def _one_key() -> Iterator[None]:
    """Take this run's key for seals up again after a test that opened a site of its own."""
    yield
    seals.use(_SECRET)


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """Return an engine on this worker's database, in the role the application works in."""
    engine = engines.open_engine(settings)
    yield engine
    engines.close_engine(engine)


@pytest.fixture(scope="session")
def owner_engine(database_url: str) -> Iterator[sa.Engine]:
    """Return an engine as the tables' owner, who can do to the log what nobody should."""
    engine = sa.create_engine(bootstrap.engine_url(database_url), poolclass=sa.NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def app(settings: Settings, engine: sa.Engine) -> Flask:
    """Return the application, on this worker's database."""
    app = create_app(settings)
    database.of(app).use(engine)
    return app


@pytest.fixture(scope="session")
def admin(engine: sa.Engine) -> Person:
    """Return an administrator, who sees every fund."""
    return somebody(engine, "Ada Min", admin=True)


@pytest.fixture
def one_administrator(engine: sa.Engine, admin: Person) -> None:
    """See that there is exactly one administrator, as whom commands act by themselves."""
    with engine.begin() as connection:
        alone = sa.text("UPDATE person SET is_admin = (id = :id)")
        connection.execute(alone, {"id": admin.id})


@pytest.fixture
def client(app: Flask, admin: Person) -> FlaskClient:
    """Return a client that is signed in as an administrator."""
    return signed_in(app, admin)


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """Return a client that is not signed in."""
    return signed_in(app, None)


@pytest.fixture
def client_as(app: Flask, engine: sa.Engine) -> Callable[[UUID, str], FlaskClient]:
    """Return a maker of clients that are signed in with a role in a fund."""
    return lambda fund_id, role: signed_in(app, member(engine, fund_id, role))


@pytest.fixture
def normalised(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how long each text is that is normalised."""
    lengths: list[int] = []
    normalize = unicodedata.normalize

    def noted(form: str, text: str) -> str:
        lengths.append(len(text))
        return normalize(form, text)  # type: ignore[arg-type]

    monkeypatch.setattr(unicodedata, "normalize", noted)
    return lengths


@pytest.fixture
def site(fresh_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return the application on a database of the test's own, which has never seen a worker."""
    settings = Settings(home=tmp_path, database_url=fresh_database_url, secret_key="-")  # noqa: S106
    app = create_app(settings)
    engine = database.of(app).engine()  # sets the database up, which may take a while
    yield app
    engines.close_engine(engine)
