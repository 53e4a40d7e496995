"""A site of the run's own, a browser, and a page that lets no trouble pass unseen."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from sqlalchemy import Engine

from app.config import PROJECT, Settings
from app.domain.accounts.roles import Role
from app.services.accounts import memberships, people
from app.services.imports import write_fund
from app.store.database.engines import close_engine, open_engine
from e2e.harness.accessible import PHONE
from e2e.harness.browsers import Browsers
from e2e.pages.sign_in import PASSWORD, ROLES, SignInPage, email_of
from tests.data_files import DATA
from tests.running_site import Site, processes, running

pytest_plugins = ("e2e.harness.time_limit", "e2e.harness.watched_browser", "e2e.harness.flaky")

_SIGN_IN_EVERY = 240  # seconds
EXAMPLE = PROJECT / "app" / "static" / "example-fund.csv"


class Funds:
    """A site, and the funds on it."""

    def __init__(self, served: Site, engine: Engine) -> None:
        """Bring in those that no test changes."""
        self.served, self.engine = served, engine
        self.site = served.address()
        self.example = self.import_file(EXAMPLE, "Larch Street Ventures I")
        self.usv = self.import_file(DATA / "usv-2004.csv", "Union Square Ventures 2004")

    def api(self, fund: str) -> str:
        """Return the address of a fund's state over the API."""
        return f"{self.site}api/funds/{fund.rstrip('/').rsplit('/', 1)[1]}/state"

    def import_example(self, name: str) -> str:
        """Return the address of a fund of a test's own, with the example's history."""
        return self.import_file(EXAMPLE, f"{name} {uuid4().hex[:8]}")

    def import_file(self, file: Path, name: str) -> str:
        """Return the address of a fund of a test's own, with the history in a file.

        The GP brings it in; the others get their roles in it.
        """
        gp = people.named(self.engine, email_of("gp"))
        plan = write_fund.plan_import(file.read_bytes())
        fund = write_fund.import_fund(self.engine, name, plan, gp.id)
        for role in (Role.ANALYST, Role.VIEWER):
            memberships.grant(self.engine, fund.id, email_of(role), role)
        return f"{self.site}funds/{fund.id}/"

    @contextmanager
    def worker_asleep(self) -> Iterator[None]:
        """Have no job done for a while."""
        workers = [
            pid for pid, command in processes(self.served.home).items() if "tasks.worker" in command
        ]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in workers:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def _ready(home: Path, logs: list[Path]) -> Iterator[Site]:
    """Run a site, whose log is kept of tests that fail."""
    with running(home) as site:
        site.address()
        logs.append(site.output)
        yield site


@contextmanager
def _database(site: Site) -> Iterator[Engine]:
    """Open the database of a site that runs, beside it."""
    settings = Settings(home=site.home, database_url=None, secret_key="for tests only")  # noqa: S106
    engine = open_engine(settings)
    yield engine
    close_engine(engine)


def _add(engine: Engine, role: str, *, is_admin: bool = False) -> UUID:
    name = f"{role.capitalize()} Person"
    return people.add(engine, email_of(role), name, PASSWORD, is_admin=is_admin)[0].id


@pytest.fixture(scope="session")
def deserted_site(
    tmp_path_factory: pytest.TempPathFactory, server_logs: list[Path]
) -> Iterator[str]:
    """Return the address of a site without people."""
    with _ready(tmp_path_factory.mktemp("deserted") / "home", server_logs) as site:
        yield site.address()


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory, server_logs: list[Path]) -> Iterator[str]:
    """Return the address of a site without funds, and with one administrator."""
    home = tmp_path_factory.mktemp("empty") / "home"
    with _ready(home, server_logs) as site, _database(site) as engine:
        _add(engine, "admin", is_admin=True)
        yield site.address()


@pytest.fixture(scope="session")
def funds(tmp_path_factory: pytest.TempPathFactory, server_logs: list[Path]) -> Iterator[Funds]:
    """Return a site with the example fund, and with a real one where its file is there."""
    home = tmp_path_factory.mktemp("site") / "home"
    with _ready(home, server_logs) as site, _database(site) as engine:
        _add(engine, "admin", is_admin=True)
        for role in ROLES:
            _add(engine, role)
        yield Funds(site, engine)


@pytest.fixture(scope="session")
def engine(funds: Funds) -> Engine:
    """Return a way to the database of the site with the funds, past its pages."""
    return funds.engine


@pytest.fixture(scope="session")
def session_of(browsers: Browsers) -> Callable[[str, str], StorageState]:
    """Return a way to the session of a role on a site; each signs in every few minutes.

    An older session would be asked for its password.
    """
    kept: dict[tuple[str, str], tuple[float, StorageState]] = {}

    def session(site: str, role: str) -> StorageState:
        signed_in_at, state = kept.get((site, role), (-math.inf, None))
        if state is None or time.monotonic() - signed_in_at > _SIGN_IN_EVERY:
            state = signed_in(site, role)
            kept[site, role] = time.monotonic(), state
        return state

    def signed_in(site: str, role: str) -> StorageState:
        context = browsers.living().new_context()
        page = context.new_page()
        page.goto(f"{site}sign-in")
        SignInPage(page).sign_in(email_of(role))
        page.wait_for_url("**/funds/")
        state = context.storage_state()
        context.close()
        return state

    return session


@pytest.fixture
def role() -> str:
    """Return the role in which the page is visited; a test asks for another by parametrizing it."""
    return "gp"


@pytest.fixture
def context(
    browser: Browser, funds: Funds, role: str, session_of: Callable[[str, str], StorageState]
) -> BrowserContext:
    """Return a fresh profile, signed in to the site with the funds."""
    return browser.new_context(
        viewport={"width": 1280, "height": 900}, storage_state=session_of(funds.site, role)
    )


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return a page of that profile."""
    return context.new_page()


@pytest.fixture
def phone(page: Page) -> Page:
    """Return the page on a phone; all others are at a desk."""
    page.set_viewport_size(PHONE)
    return page
