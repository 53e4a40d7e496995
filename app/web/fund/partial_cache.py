"""What follows the handle of a fund's page: written once for each place at which it stops.

A viewpoint's answer never changes, and people drag over the same days again and again, many of
them at a time.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from flask import render_template, request
from sqlalchemy import Engine

from app.domain.viewpoint import Viewpoint
from app.services.reads.viewpoints import Head
from app.store.funds import Fund
from app.web.fund import page
from app.web.fund.address import FundAddress

_KEPT = 4_000  # parts of pages, of some 5 kB each


class _Entry:
    """Where a part of a page is kept, once it was written."""

    packed: bytes | None = None


def partial(engine: Engine, fund: Fund, address: FundAddress, at: Viewpoint, head: Head) -> str:
    """Return the part of a fund's page that is seen from a settled viewpoint.

    It is the same for everybody: nothing in it may depend on who reads it.
    """
    entry = _entry(engine, fund, address, at, head, request.script_root)  # links lead there
    if entry.packed is not None:
        return zlib.decompress(entry.packed).decode()
    seen = page.load_fund_page(engine, address, at, head, whole=False)
    text = render_template("fund/_fund_state.html", fund=fund, page=seen)
    entry.packed = zlib.compress(text.encode(), level=1)
    return text


@lru_cache(maxsize=_KEPT)
def _entry(*_: object) -> _Entry:
    """Return the place that belongs to all that decides what is written, and to nothing else."""
    return _Entry()
