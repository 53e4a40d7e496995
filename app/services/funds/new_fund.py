"""Makes a fund: of its terms and commitments, or of a history that is known already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import Connection, Engine
from uuid_utils.compat import uuid7

from app.domain.accounts.roles import Role
from app.domain.admission.rules.approval import Approval
from app.domain.errors import FundNameTakenError, RefusedError, UnknownFundError
from app.domain.events.model import Draft
from app.services.accounts import person_limits
from app.services.accounts.memberships import record_role
from app.services.funds.establish_request import placed, read_opening
from app.services.recording import batches
from app.store import funds
from app.store.accounts import memberships, people
from app.store.admission.batches import Author, Batch
from app.store.funds import Fund

_ASKED = UUID("8d5ab7a4-3c1d-5f0c-9b35-6f1f0f3f2a10")  # the namespace of funds asked for with a key


@dataclass(frozen=True, slots=True)
class Established:
    """A fund with its first events in its log."""

    fund: Fund
    head: int  # the last of the events that established it
    replayed: bool = False  # the same was asked for before under the same key


def establish(  # noqa: PLR0913 (what is asked, who asks, and once)
    engine: Engine,
    name: object,
    terms: object,
    commitments: object,
    author: Author,
    *,
    effective_on: object = None,
    key: str | None = None,
    gp: UUID | None = None,
) -> Established:
    """Make a fund of raw terms and commitments, in one batch; sending `key` again is harmless.

    Whoever sets it up becomes its `gp`; without one only administrators see it.

    Facts without a date are of the day of inception. Raises RefusedError with every fault by the
    path of its field (`terms.carry.rate`, `commitments[1].amount`), FundNameTakenError,
    IdempotencyConflictError and LimitReachedError; nothing is written then.
    """
    opening = read_opening(name, terms, commitments, effective_on)
    fund_id = uuid5(_ASKED, f"{author.recorded_by}\n{key}") if key else uuid7()
    batch = Batch(opening.drafts, author, key=key, about=opening.name)
    with engine.begin() as connection:
        fund = _registered(connection, fund_id, opening.name)
        try:
            appended = batches.append(connection, fund.id, batch)
        except RefusedError as error:
            raise type(error)([placed(fault) for fault in error.faults], error.more) from error
        if gp and not appended.replayed:  # who left the fund since does not come back this way
            memberships.grant(connection, fund.id, gp, Role.GP)
            _record_gp(connection, fund, gp)
            person_limits.check_funds(connection, gp, more=0)
    return Established(fund, appended.last_sequence, appended.replayed)


def establish_from_history(  # noqa: PLR0913 (what is founded, of what, and by whom)
    connection: Connection,
    name: str,
    parts: Iterable[Sequence[Draft]],
    author: Author,
    *,
    gp: UUID | None = None,
    fund_id: UUID | None = None,
) -> Fund:
    """Register a fund and append its history, part by part, in the connection's transaction.

    Whoever sets it up becomes its `gp`; without one only administrators see it.

    Of a history in several parts only one at a time is in memory, and nobody sees the fund before
    the last. Raises FundNameTakenError, and RefusedError for a part that the log does not take.
    """
    fund = funds.register(connection, fund_id or uuid7(), name)
    if gp:
        memberships.grant(connection, fund.id, gp, Role.GP)
    for part in parts:
        history = Batch(part, author, approval=Approval.HISTORY)
        batches.append(connection, fund.id, history)
    if gp:
        _record_gp(connection, fund, gp)
    return fund


def _record_gp(connection: Connection, fund: Fund, gp: UUID) -> None:
    """Record in the audit who became the GP of a fund by setting it up."""
    if person := people.find_person(connection, gp):
        record_role(connection, fund.id, person, None, Role.GP, actor=person)


def _registered(connection: Connection, fund_id: UUID, name: str) -> Fund:
    """Enter the fund, or find the one that the same key made before."""
    try:
        return funds.register(connection, fund_id, name)
    except FundNameTakenError:
        try:
            return funds.find_fund(connection, fund_id)
        except UnknownFundError:
            pass
        raise
