"""A PostgreSQL for tests that break it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.faults.server import Server, server_in


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of the module's own; a test that stops it starts it again."""
    if sys.platform != "linux":
        pytest.skip("looks for processes in /proc")
    folder = tmp_path_factory.mktemp("lone")
    with server_in(folder / "home") as server:
        yield server
