"""Which company a fact is about, and which names are free."""

from __future__ import annotations

from itertools import islice

from uuid_utils.compat import uuid7

from app.domain.admission.log_index import LogIndex
from app.domain.admission.rules.proposal import Proposal
from app.domain.errors import MOST_FAULTS, RefusedError
from app.domain.events.catalogue import CompanyAdded, CompanyPayload, CompanyUpdated, EventType
from app.domain.events.event_json import JsonObject, stored_payload
from app.domain.fields import name_key
from app.domain.suggestions import closest

# Names, each of which takes some thirty microseconds to compare; of more, those that begin alike.
_ALL_COMPARED, _MOST_COMPARED = 500, 100


def settled_company(proposal: Proposal) -> tuple[JsonObject, str | None]:
    """Return the payload with its company's own id, and the folded name it brings into use.

    Whatever name a fact uses, it is stored with the one under which the company was added, so
    that equal facts stay equal when a company is renamed.
    """
    payload = proposal.draft.payload
    if not isinstance(payload, CompanyPayload):
        return stored_payload(payload), None
    if proposal.draft.event_type is EventType.COMPANY_ADDED:
        assert isinstance(payload, CompanyAdded)
        return _added(proposal, payload)
    company_id = _company(proposal, payload)
    name = proposal.index.added_as(company_id)
    assert name is not None  # a company in force has its COMPANY_ADDED in the index
    stored = stored_payload(payload, company_id=company_id, company=name)
    if isinstance(payload, CompanyUpdated) and payload.new_name:
        return stored, _free_name(proposal, "new_name", payload.new_name, owner=company_id)
    return stored, None


def closest_names(name: str, index: LogIndex) -> list[str]:
    """Find the up to three names in force that read most like `name`.

    None once many were sought in one batch: each takes a look at many names of the fund.
    """
    index.names_sought += 1
    if index.names_sought > MOST_FAULTS:
        return []
    key = name_key(name)
    near = closest(key, _compared(key, index), 3, 0.5)
    entries = [index.entries[min(index.by_name[key])] for key in near]
    shown = [entry.payload.get("new_name") or entry.payload["company"] for entry in entries]
    return list(dict.fromkeys(shown))


def _compared(key: str, index: LogIndex) -> list[str]:
    if len(index.by_name) <= _ALL_COMPARED:
        return index.names_in_force()
    alike = (each for each in index.by_name if each[:1] == key[:1] and index.company_named(each))
    return list(islice(alike, _MOST_COMPARED))


def _added(proposal: Proposal, payload: CompanyAdded) -> tuple[JsonObject, str]:
    key = _free_name(proposal, "company", payload.company, owner=None)
    company_id = str(payload.company_id or uuid7())
    if company_id in proposal.index.by_company:
        raise proposal.refused("company_id", company_id, "is taken: leave it out")
    return stored_payload(payload, company_id=company_id), key


def _company(proposal: Proposal, payload: CompanyPayload) -> str:
    index = proposal.index
    if payload.company_id is not None:
        if index.added_as(str(payload.company_id)) is None:
            raise _unknown(proposal, "company_id", str(payload.company_id))
        return str(payload.company_id)
    named = index.company_named(name_key(payload.company))
    if named is None and index.added_as(payload.company.lower()) is not None:
        return payload.company.lower()  # it was named by its id
    if named is None:
        raise _unknown(proposal, "company", payload.company)
    return named


def _unknown(proposal: Proposal, field: str, value: str) -> RefusedError:
    near = closest_names(value, proposal.index)
    mend = f"did you mean {', '.join(near)}?" if near else "record its COMPANY_ADDED first"
    return proposal.refused(field, value, f"is no company of this fund: {mend}", "unknown_company")


def _free_name(proposal: Proposal, field: str, value: str, owner: str | None) -> str:
    key = name_key(value)
    bearer = proposal.index.company_named(key)
    if bearer is not None and bearer != owner:
        name = proposal.index.added_as(bearer)
        raise proposal.refused(field, value, f"is taken by {name}: choose another name")
    return key
