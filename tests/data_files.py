"""Where the real funds and worked examples lie that tests compare with published figures."""

from __future__ import annotations

from app.config import PROJECT

DATA = PROJECT / "tests" / "data"
