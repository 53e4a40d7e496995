"""A running site on which one may be slow for a second only."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from tests.http_server.clients import ask
from tests.running_site import Site, poll, running

_IMPATIENT = {"ASOF_REQUEST_SECONDS": "1", "ASOF_UPLOAD_MB": "2"}


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("serving") / "home"
    with running(home, settings=_IMPATIENT) as site:
        address = site.address()
        poll(lambda: ask(address, "/readyz") == HTTPStatus.OK, 30, "its worker is there too")
        yield site


@pytest.fixture
def address(site: Site) -> str:
    return site.address()
