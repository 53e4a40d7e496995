"""Tells that a request failed because a ledger was changed behind the application's back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from werkzeug.exceptions import HTTPException, InternalServerError

from app import database
from app.services.verification import verify_log

TITLE = "The ledger of this fund cannot be read"


@dataclass(frozen=True, slots=True)
class Damage:
    """The first event of a fund's ledger that is not as it was written."""

    fund: UUID
    sequence: int

    @property
    def message(self) -> str:
        """Say what is wrong, and what to do about it."""
        return (
            f"Event #{self.sequence} is not as it was written: the database was changed behind "
            "Asof's back. No figure that rests on it can be trusted, so none is shown. Whoever "
            f"runs this site can check it by “flask --app app ledger verify {self.fund}”, and "
            "bring the ledger back from a backup."
        )


def damage_behind(error: HTTPException) -> Damage | None:
    """Find the damage for which the request in hand failed; None where that has another cause."""
    fund: UUID | None = (request.view_args or {}).get("fund_id")
    if fund is None or not isinstance(error, InternalServerError):
        return None
    sequence = verify_log.first_damage(database.engine(), fund, error.original_exception)
    return Damage(fund, sequence) if sequence else None
