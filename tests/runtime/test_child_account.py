"""An account without rights is tried out before the site's processes run as it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.runtime import child_account

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts another account")


@pytest.fixture
def slow_python() -> Iterator[Path]:
    """Return a program that anybody may run, and that takes its time."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        program = Path(folder) / "python"
        program.write_text("#!/bin/sh\nexec sleep 60\n")
        program.chmod(0o755)
        yield program


def test_a_trial_that_takes_too_long_is_given_up_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slow_python: Path
) -> None:
    account = child_account.child_account(tmp_path)
    assert account
    monkeypatch.setattr(sys, "executable", str(slow_python))
    monkeypatch.setattr(child_account, "_TRIED_WITHIN", 0.5)
    with pytest.raises(child_account.ChildAccountError, match=r"it took more than \d+ s to start"):
        child_account.check(account, dict(os.environ))
