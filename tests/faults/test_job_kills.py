"""The trial of jobs in short: workers are killed, and each job has its effect once."""

from __future__ import annotations

import sys

import pytest

from loadtests.jobs import trial

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.mark.timeout(300)
def test_no_job_is_lost_or_doubled_whichever_workers_are_killed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found = trial(tmp_path_factory.mktemp("jobs") / "home", count=80, seconds=0.2, seed=3)
    assert found["sound"], found
    assert (found["done"], found["retries"]) == (80, 8)
    assert found["kills"] > 0
