"""An account without rights is tried out before the site's processes run as it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.runtime import child_account

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts another account")


def test_a_trial_that_takes_too_long_is_given_up_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = child_account.child_account(tmp_path)
    assert account
    monkeypatch.setattr(child_account, "_TRIED_WITHIN", 0.001)
    with pytest.raises(child_account.ChildAccountError, match="it took more than 0 s to start"):
        child_account.check(account, dict(os.environ))
