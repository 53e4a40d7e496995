"""Splits addresses that browsers and programs send, which may be no addresses at all."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_NOWHERE = SplitResult("", "", "", "", "")


def split_address(text: str) -> SplitResult:
    """Split an address into its parts; they are empty where it is none."""
    try:
        return urlsplit(text)
    except ValueError:  # such as of a bracket that nothing closes
        return _NOWHERE
