"""What is told to whoever asks for something while the database is out, and when to ask again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app.store.database.outages import Outage

_READS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class OutageMessage:
    """What is wrong, what became of what was sent, and in how many seconds to ask again."""

    title: str
    wrong: str
    sent: str
    seconds: int

    @property
    def detail(self) -> str:
        """Say all of it; who only reads has sent nothing."""
        return self.wrong if request.method in _READS else f"{self.wrong} {self.sent}"


MESSAGES = {
    Outage.AWAY: OutageMessage(
        "The database does not answer",
        "It may be starting anew: try again in a few seconds.",
        "What you sent may have been recorded or not, so send it again: nothing is recorded twice.",
        5,
    ),
    Outage.BUSY: OutageMessage(
        "The database is busy",
        "It has no connection free: try again in a few seconds.",
        "Nothing of what you sent was recorded.",
        2,
    ),
    Outage.FULL: OutageMessage(
        "The database's disk is full",
        "What is recorded is safe, and can be read. Whoever runs this site has to make room.",
        "Nothing of what you sent was recorded: send it again when there is room.",
        60,
    ),
}
