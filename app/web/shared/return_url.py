"""Where to go on to after signing in: pages of this site, and of no other."""

from __future__ import annotations

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from app.http.split_url import split_address
from app.web.shared.responses import comes_from_page


def own_path(address: str) -> str:
    r"""Give an address if it is a path on this site; else that of the funds.

    Browsers read `//` and `/\` as the beginning of another site's address, and leave out what is
    not printed.
    """
    elsewhere = not address.startswith("/") or address.startswith("//") or "\\" in address
    if elsewhere or not address.isprintable() or " " in address:
        return url_for("funds.index")
    return address


def asked_for() -> str:
    """Return the path of the page that somebody was at who has to sign in before they go on."""
    if comes_from_page():
        return _path_of(request.headers.get("HX-Current-URL", ""))
    if request.method in {"GET", "HEAD"}:
        return own_path(request.full_path.rstrip("?"))
    return _path_of(request.referrer or "")


def _path_of(address: str) -> str:
    """Return the path of a page of ours by its whole address."""
    parts = split_address(address)
    if parts.netloc != request.host or not _is_page(parts.path):
        return url_for("funds.index")
    return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        adapter.match(path, method="GET")
    except HTTPException:
        return False
    return True
