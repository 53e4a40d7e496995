"""What the next page says of what was just done, with a way back where there is one."""

from __future__ import annotations

from flask import flash


def flash_message(text: str, undo: str | None = None, **fields: str) -> None:
    """Say it on the next page; `undo` is the address that takes the fields to take it back."""
    flash({"text": text, "undo": undo, "fields": fields})  # type: ignore[arg-type] # kept as JSON
