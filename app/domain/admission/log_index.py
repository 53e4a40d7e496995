"""What admission knows of a fund's log: its names, companies, voids, terms and closed periods."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from app.domain.admission.balance_moves import Balance, move_of, sums_by_day
from app.domain.events.catalogue import CASH_EVENTS, PERIOD_EVENTS, EventType
from app.domain.events.event_json import JsonObject
from app.domain.events.model import Fact
from app.domain.fields import name_key
from app.domain.money import ZERO
from app.domain.period_closes import is_reopened
from app.domain.state.state import Flows


class Entry(NamedTuple):
    """What admission needs to know of an event that is in the log already."""

    sequence: int
    event_type: EventType
    effective_on: date
    payload: JsonObject
    payload_hash: bytes
    name_key: str | None

    @property
    def fact(self) -> Fact:
        """The event as a fold needs it."""
        return Fact(self.sequence, self.event_type, self.effective_on, self.payload)


class Partner(NamedTuple):
    """An investor, and as what they committed: lp, gp or both."""

    name: str
    kinds: frozenset[str]


@dataclass(slots=True)
class LogIndex:
    """The part of a fund's log that bears on the facts at hand.

    It may be partial: it must hold the terms, the period closes, the events that name the same
    companies, the targets of voids with the events of their companies, the voids of all of these,
    and for every fact with an equal hash the events of its type, date and company.
    """

    head: int = 0
    entries: dict[int, Entry] = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)
    by_name: dict[str, set[int]] = field(default_factory=dict)
    by_hash: dict[tuple[EventType, bytes], int] = field(default_factory=dict)
    by_peer: dict[tuple[EventType, date, str | None], list[int]] = field(default_factory=dict)
    by_company: dict[str, set[int]] = field(default_factory=dict)
    added: dict[str, list[int]] = field(default_factory=dict)  # companies, by their ids
    terms: list[int] = field(default_factory=list)
    closes: list[tuple[date, str | None]] = field(default_factory=list)
    names_sought: int = 0  # how often the names nearest to an unknown one were
    approvals: dict[int, bool] = field(default_factory=dict)  # whether required, by sequence
    cash_events: set[int] = field(default_factory=set)  # those in force
    promises: dict[int, JsonObject] = field(default_factory=dict)  # commitments in force
    gp_promise: Decimal = ZERO  # what those of the general partner sum to

    def add(self, entry: Entry) -> None:
        """Take note of an event; of those not noted yet, in the order of their sequences."""
        if entry.sequence in self.entries:
            return
        self.entries[entry.sequence] = entry
        self.head = max(self.head, entry.sequence)
        self.by_hash[entry.event_type, entry.payload_hash] = entry.sequence
        company = entry.payload.get("company_id")
        self.by_peer.setdefault((entry.event_type, entry.effective_on, company), []).append(
            entry.sequence
        )
        if company:
            self.by_company.setdefault(company, set()).add(entry.sequence)
            if entry.event_type is EventType.COMPANY_ADDED:
                self.added.setdefault(company, []).append(entry.sequence)
        if entry.name_key:
            self.by_name.setdefault(entry.name_key, set()).add(entry.sequence)
        if "terms" in entry.payload:
            self.terms.append(entry.sequence)
        if "voids" in entry.payload:
            self._take_back(entry.payload["voids"])
        if entry.sequence not in self.voided:
            self._note_money(entry)
        if entry.event_type in PERIOD_EVENTS:
            self._turn_period(entry)
        if entry.event_type is EventType.APPROVAL_CHANGED:
            self.approvals[entry.sequence] = entry.payload["required"]

    def company_named(self, key: str) -> str | None:
        """Find the company that bears, or has borne, a name; None where there is none in force."""
        for sequence in self.by_name.get(key, ()):
            if sequence not in self.voided:
                return str(self.entries[sequence].payload["company_id"])
        return None

    def same_fact(self, event_type: EventType, fingerprint: bytes) -> int | None:
        """Find the event that states the same fact, voided or not."""
        return self.by_hash.get((event_type, fingerprint))

    def names_in_force(self) -> list[str]:
        """Return the folded names of all companies in force."""
        return [key for key in self.by_name if self.company_named(key)]

    def added_as(self, company_id: str) -> str | None:
        """Return the name under which a company was added: how payloads name it for ever."""
        for sequence in self.added.get(company_id, ()):
            if sequence not in self.voided:
                return str(self.entries[sequence].payload["company"])
        return None

    def first_cash(self) -> int | None:
        """Find the first event in force that moved cash."""
        return min(self.cash_events, default=None)

    def commitments(self) -> list[JsonObject]:
        """Return the payloads of the commitments in force."""
        return list(self.promises.values())

    def promised_by_gp(self) -> Decimal:
        """Add up the commitments in force of the general partner."""
        return self.gp_promise

    def partners(self) -> dict[str, Partner]:
        """Return who committed, by the folded name."""
        found: dict[str, Partner] = {}
        for each in self.commitments():
            key = name_key(each["investor"])
            before = found.get(key, Partner(each["investor"], frozenset()))
            found[key] = before._replace(kinds=before.kinds | {each["partner"]})
        return found

    def events_of(self, company_id: str) -> list[Fact]:
        """Return the events in force of a company."""
        sequences = self.by_company.get(company_id, set()) - self.voided
        return [self.entries[sequence].fact for sequence in sorted(sequences)]

    def moved_through(self, sequence: int, balance: Balance) -> Flows:
        """Add up what the log through a sequence did to a balance, by day."""
        known = [entry for entry in self.entries.values() if entry.sequence <= sequence]
        voided = {entry.payload.get("voids") for entry in known}
        moves = (
            move_of(entry.event_type, entry.effective_on, entry.payload)
            for entry in known
            if entry.sequence not in voided
        )
        return sums_by_day(moves, balance)

    def approval_required(self) -> bool:
        """Return whether marks need the approval of a second person."""
        return bool(self.approvals) and self.approvals[max(self.approvals)]

    @property
    def terms_in_force(self) -> JsonObject | None:
        """The terms recorded last, None before there are any."""
        for sequence in reversed(self.terms):
            if sequence not in self.voided:
                terms: JsonObject = self.entries[sequence].payload["terms"]
                return terms
        return None

    @property
    def inception_on(self) -> date | None:
        """The first day of the fund by the terms recorded last, None before there are any."""
        terms = self.terms_in_force
        return date.fromisoformat(terms["inception_on"]) if terms else None

    @property
    def closed_through(self) -> date | None:
        """The last day of the closed books, None while all are open."""
        return max(self.closes, key=itemgetter(0))[0] if self.closes else None

    def _note_money(self, entry: Entry) -> None:
        if entry.event_type in CASH_EVENTS:
            self.cash_events.add(entry.sequence)
        elif entry.event_type is EventType.COMMITMENT_MADE:
            self.promises[entry.sequence] = entry.payload
            self.gp_promise += _promised_by_gp(entry.payload)

    def _take_back(self, sequence: int) -> None:
        self.voided.add(sequence)
        self.cash_events.discard(sequence)
        self.gp_promise -= _promised_by_gp(self.promises.pop(sequence, None))

    def _turn_period(self, entry: Entry) -> None:
        day = date.fromisoformat(entry.payload["closed_through"])
        if entry.event_type is EventType.PERIOD_CLOSED:
            self.closes.append((day, entry.payload.get("label")))
        else:
            self.closes = [close for close in self.closes if not is_reopened(close[0], day)]


def _promised_by_gp(commitment: JsonObject | None) -> Decimal:
    return Decimal(commitment["amount"]) if commitment and commitment["partner"] == "gp" else ZERO
