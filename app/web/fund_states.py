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
from app.services.viewpoints import Head
from app.store.registry import Fund
from app.web import fund_view
from app.web.fund_address import FundAddress

_KEPT = 4_000  # parts of pages, of some 5 kB each


def partial(engine: Engine, fund: Fund, address: FundAddress, at: Viewpoint, head: Head) -> str:
    """Give the part of a fund's page that is seen from a settled viewpoint.

    It is the same for everybody: nothing in it may depend on who reads it.
    """
    root = request.script_root  # links lead there
    return zlib.decompress(_written(engine, fund, address, at, head, root)).decode()


@lru_cache(maxsize=_KEPT)
def _written(
    engine: Engine,
    fund: Fund,
    address: FundAddress,
    at: Viewpoint,
    head: Head,
    _root: str,
) -> bytes:
    seen = fund_view.look(engine, address, at, head)
    text = render_template("funds/_fund_state.html", fund=fund, at=seen)
    return zlib.compress(text.encode(), level=1)
