"""The trial of kills in short: what was acknowledged stays, whatever is killed."""

from __future__ import annotations

import sys

import pytest

from loadtests.crashes import trial

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.mark.timeout(300)
def test_what_was_acknowledged_outlives_the_death_of_all_parts(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found = trial(tmp_path_factory.mktemp("crashes") / "home", kills=4, seed=5, patient=False)
    assert found["sound"], found
    assert sum(row["kills"] for row in found["targets"]) == 4
    assert set(found["durability"].values()) == {"on"}
