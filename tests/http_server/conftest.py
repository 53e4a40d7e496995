"""A running site on which one may be slow for a second only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running_site import Site, running

_IMPATIENT = {"ASOF_REQUEST_SECONDS": "1", "ASOF_UPLOAD_MB": "2"}


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("serving") / "home"
    with running(home, settings=_IMPATIENT) as site:
        site.address()
        yield site


@pytest.fixture
def address(site: Site) -> str:
    return site.address()
