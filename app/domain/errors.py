"""Every way in which Asof refuses a request, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar, Literal

MOST_FAULTS = 100  # that are told; of the others only how many there are
FaultCode = Literal["invalid", "unknown_company", "twin", "closed_period", "role"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one event of a batch, in words that a person can act on."""

    field: str
    value: str
    reason: str  # what is wrong and how to mend it
    position: int = 0  # place in the batch, from 0
    code: FaultCode = "invalid"
    sequence: int | None = None  # the event in the log that stands in the way, if one does
    beside: bool = False  # the field stands beside the event's payload, not in it

    def __str__(self) -> str:
        """Name field, value and mend on one line."""
        shown = f" {self.value!r}" if self.value else ""
        return f"{self.field}{shown}: {self.reason}"


class AsofError(Exception):
    """A refusal whose text may be shown to the person who asked.

    Each kind of refusal sets the HTTP status that answers it; one without counts as a fault of
    Asof's own, whose text no visitor sees.
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR


class InternalError(AsofError):
    """What no request can mend; its text is for whoever runs the site."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


class RefusedError(AsofError):
    """A batch of events that the log does not take; nothing of it was written."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: list[Fault], more: int = 0) -> None:
        """Keep the first faults: a person wants them at once, not one per attempt.

        `more` is how many there are besides, which nobody needs to read.
        """
        self.faults = faults[:MOST_FAULTS]
        self.more = more + len(faults) - len(self.faults)
        message = "; ".join(str(fault) for fault in self.faults)
        super().__init__(f"{message}; and {self.more:,} more" if self.more else message)


class NotAllowedError(RefusedError):
    """A batch that holds what the writer's role does not allow; nothing of it was written."""

    status = HTTPStatus.FORBIDDEN


class FaultList:
    """The faults of many events: the first are kept, the others counted."""

    def __init__(self) -> None:
        """Begin without any."""
        self.kept: list[Fault] = []
        self.more = 0

    def __bool__(self) -> bool:
        """Return whether anything was found."""
        return bool(self.kept)

    def extend(self, faults: Iterable[Fault], more: int = 0) -> None:
        """Take faults, and note how many there are besides."""
        self.more += more
        for fault in faults:
            if len(self.kept) < MOST_FAULTS:
                self.kept.append(fault)
            else:
                self.more += 1

    def add(self, error: RefusedError) -> None:
        """Take the faults of a refusal."""
        self.extend(error.faults, error.more)

    def refusal(self) -> RefusedError:
        """Make the refusal that bears them."""
        return RefusedError(self.kept, self.more)


class UnknownFundError(AsofError):
    """No fund has this id or name."""

    status = HTTPStatus.NOT_FOUND


class UnknownJobError(AsofError):
    """The fund has no job of this id."""

    status = HTTPStatus.NOT_FOUND


class UnknownCloseError(AsofError):
    """The fund's books were not closed, or not reopened, by this event."""

    status = HTTPStatus.NOT_FOUND


class UnknownSnapshotError(AsofError):
    """The fund has no snapshot of this id."""

    status = HTTPStatus.NOT_FOUND


class UnknownCompanyError(AsofError):
    """The fund has no company of this id."""

    status = HTTPStatus.NOT_FOUND


class UnknownExportError(AsofError):
    """The fund has no file of this id, or has it no more."""

    status = HTTPStatus.NOT_FOUND


class ExportFailedError(AsofError):
    """A file that was asked for and could not be made."""

    status = HTTPStatus.CONFLICT


class UnknownImportError(AsofError):
    """The person has no import of this id under way."""

    status = HTTPStatus.NOT_FOUND


class ImportStepError(AsofError):
    """A step of an import that cannot be taken."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, field: str, value: str, reason: str) -> None:
        """Name the field at fault, its value and the mend."""
        shown = f" {value!r}" if value else ""
        super().__init__(f"{field}{shown}: {reason}")
        self.field, self.value, self.reason = field, value, reason


class UnknownDraftError(AsofError):
    """The person has no draft of a fund of this id."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, draft_id: object) -> None:
        """Say where the drafts are that there are."""
        super().__init__(
            f"no draft of yours has the id {draft_id}: it may be deleted, or somebody else's. "
            "The list of funds shows what you are setting up."
        )


class FundNameTakenError(AsofError):
    """Another fund bears this name already."""

    status = HTTPStatus.CONFLICT

    def __init__(self, name: str) -> None:
        """Name what is taken."""
        super().__init__(f"name {name!r}: another fund has this name: choose another")
        self.name = name


class StaleHeadError(AsofError):
    """The log has moved on since the head that the writer expected."""

    status = HTTPStatus.PRECONDITION_FAILED

    def __init__(self, expected: int, head: int) -> None:
        """Tell both heads, so that the writer can read what came between."""
        missed = f"read events {expected + 1} to {head} and " if expected < head else ""
        super().__init__(
            f"expected head {expected}, but the log is at {head}: {missed}send the batch again "
            f'with If-Match: "{head}"'
        )
        self.head = head


class IdempotencyConflictError(AsofError):
    """An idempotency key that was used for another request."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class BeyondKnowledgeError(AsofError):
    """A viewpoint later than anything the log can vouch for."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, field: str, value: str, reason: str) -> None:
        """Name the field that asks too much, and the latest value that does not."""
        super().__init__(f"{field} {value!r}: {reason}")
        self.field, self.value, self.reason = field, value, reason


class NotSignedInError(AsofError):
    """Nobody is signed in, and what was asked for is not for everybody."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, reason: str = "sign in, or send a token", *, token: bool = False) -> None:
        """Say what to send; `token` tells of a token that is not good."""
        super().__init__(reason)
        self.token = token


class UnconfirmedError(AsofError):
    """Whoever is signed in has to give the password again before they do what they ask for."""

    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(AsofError):
    """A person is signed in who may not do what they ask for; the text says who may."""

    status = HTTPStatus.FORBIDDEN


class TokenScopeError(ForbiddenError):
    """A token that does not reach so far as what is asked for; the text says what would."""

    def __init__(self, value: str, reason: str) -> None:
        """Name what the token is good for, and the mend."""
        super().__init__(f"The token's {value} {reason}")
        self.value, self.reason = value, reason


class PeopleError(AsofError):
    """A change of people, roles or passwords that cannot be made."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, field: str, value: str, reason: str) -> None:
        """Name the field at fault, its value and the mend."""
        shown = f" {value!r}" if value else ""
        super().__init__(f"{field}{shown}: {reason}")
        self.field, self.value, self.reason = field, value, reason


class ValuationRoundError(AsofError):
    """A step of a valuation round that cannot be taken as things stand; the text says what can."""

    status = HTTPStatus.CONFLICT


class LimitReachedError(AsofError):
    """As much as one person may ask of the site; the text says what to do."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, field: str, value: str, reason: str, seconds: int) -> None:
        """Name what is too much, how much there is, and in how many seconds to ask again."""
        super().__init__(reason)
        self.field, self.value, self.reason, self.seconds = field, value, reason, seconds


class TooManyAttemptsError(AsofError):
    """Too many failures to sign in, and how long to wait."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, seconds: int) -> None:
        """Keep the seconds until it may be tried again."""
        minutes = -(-seconds // 60)
        wait = f"{minutes} minutes" if seconds > 60 else f"{seconds} seconds"  # noqa: PLR2004
        wait = wait if seconds > 1 else "a second"
        super().__init__(f"too many failed attempts to sign in: try again in {wait}")
        self.seconds, self.wait = seconds, wait
