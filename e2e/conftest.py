"""A site of the run's own, a browser, and a page that lets no trouble pass unseen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    StorageState,
    sync_playwright,
)
from sqlalchemy import Engine

from app.config import PROJECT, Settings
from app.store import sessions
from e2e.browser import find_browser
from e2e.sign_in_page import PASSWORD, ROLES, SignInPage, email_of
from tests.running_site import Site, processes, running

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EXAMPLE = PROJECT / "app" / "static" / "example-fund.csv"
_USV = PROJECT.parent / "shared" / "data" / "usv-2004.csv"


@dataclass(frozen=True)
class Funds:
    """Addresses of the site and of the funds on it."""

    site: str
    example: str
    usv: str | None
    served: Site

    def api(self, fund: str) -> str:
        """Give the address of a fund's state over the API."""
        return f"{self.site}api/funds/{fund.rstrip('/').rsplit('/', 1)[1]}/state"

    def import_example(self, name: str) -> str:
        """Give the address of a fund of a test's own, with the example's history."""
        return f"{self.site}funds/{_import(self.served.home, EXAMPLE, name)}/"

    def import_file(self, file: Path, name: str) -> str:
        """Give the address of a fund of a test's own, with the history in a file."""
        return f"{self.site}funds/{_import(self.served.home, file, name)}/"

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


@dataclass
class Troubles:
    """What went wrong on a page, in the order in which it did."""

    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note what the console, the page and the server complain of."""
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.seen.append(f"page error: {error}"))
        page.on("response", self._note_response)

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.seen.append(f"console {kind}: {text}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.seen.append(f"{response.status} {response.url}")

    def expect(self, text: str) -> None:
        """Take out what a test brought about on purpose; it must be there."""
        expected = [each for each in self.seen if text in each]
        assert expected, f"nothing with {text!r} in {self.seen}"
        self.seen = [each for each in self.seen if each not in expected]


def _flask(home: Path, *words: str | Path, typed: str = "") -> str:
    """Run a command on a site, and give the last word that it prints."""
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=PROJECT,
        env={**kept, "ASOF_HOME": str(home)},
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()[-1]


def _add(home: Path, role: str, *more: str) -> None:
    name = ("--name", f"{role.capitalize()} Person")
    words = ("user", "create", email_of(role), *name, "--password-stdin", *more)
    _flask(home, *words, typed=f"{PASSWORD}\n")


@pytest.fixture(scope="session")
def deserted_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a site without people."""
    with running(tmp_path_factory.mktemp("deserted") / "home") as site:
        yield site.address()


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a site without funds, and with one administrator."""
    home = tmp_path_factory.mktemp("empty") / "home"
    with running(home) as site:
        address = site.address()
        _add(home, "admin", "--admin")
        yield address


@pytest.fixture(scope="session")
def funds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Funds]:
    """Give a site with the example fund, and with a real one where its file is there."""
    home = tmp_path_factory.mktemp("site") / "home"
    with running(home) as site:
        address = site.address()
        _add(home, "admin", "--admin")
        for role in ROLES:
            _add(home, role)
        example = _import(home, EXAMPLE, "Larch Street Ventures I")
        usv = _import(home, _USV, "Union Square Ventures 2004") if _USV.exists() else None
        yield Funds(
            address,
            f"{address}funds/{example}/",
            f"{address}funds/{usv}/" if usv else None,
            site,
        )


def _import(home: Path, file: Path, name: str) -> str:
    """Bring a fund in, as the GP; the others get their roles in it."""
    fund = _flask(home, "fund", "import", file, "--name", name, "--as", email_of("gp"))
    for role in ("analyst", "viewer"):
        _flask(home, "user", "grant", email_of(role), fund, role)
    return fund


@pytest.fixture(scope="session")
def engine(funds: Funds) -> Iterator[Engine]:
    """Give a way to the database of the site with the funds, past its pages."""
    settings = Settings(home=funds.served.home, database_url=None, secret_key="-")  # noqa: S106
    engine = sessions.open_engine(settings)
    yield engine
    sessions.close_engine(engine)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the browser of the run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def session_of(browser: Browser) -> Callable[[str, str], StorageState]:
    """Give a way to the session of a role on a site; each signs in once in the run."""

    @cache
    def session(site: str, role: str) -> StorageState:
        context = browser.new_context()
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
    """Give the role in which the page is visited; a test asks for another by parametrizing it."""
    return "gp"


@pytest.fixture
def context(
    browser: Browser, funds: Funds, role: str, session_of: Callable[[str, str], StorageState]
) -> Iterator[BrowserContext]:
    """Give a fresh profile, signed in to the site with the funds."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, storage_state=session_of(funds.site, role)
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def troubles() -> Troubles:
    """Give the list of what went wrong."""
    return Troubles()


@pytest.fixture
def page(context: BrowserContext, troubles: Troubles) -> Iterator[Page]:
    """Give a page; any trouble on it fails the test."""
    page = context.new_page()
    troubles.watch(page)
    yield page
    assert not troubles.seen, troubles.seen
