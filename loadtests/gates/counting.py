"""Counts afterwards what users were told, in the log itself: all of it is there, and once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.services.verification import verify_log
from loadtests.gates.judging import Verdict
from loadtests.gates.run import Ground
from loadtests.proofs import prove_log

_IMPORT_WITHIN = 120  # seconds, for what takes ten on a machine without load
_OF_ROUNDS = "valuation rounds"
# Each round with its marks that are in the log, and its marks that were recorded with another.
_ROUNDS = """
    SELECT draft.as_of::text, draft.last_sequence - draft.first_sequence + 1, count(event),
        count(event) FILTER (
            WHERE event.sequence BETWEEN draft.first_sequence AND draft.last_sequence)
    FROM valuation_draft AS draft LEFT JOIN event ON event.fund_id = draft.fund_id
        AND event.event_type = 'VALUATION_UPDATED' AND event.effective_on = draft.as_of
    WHERE draft.fund_id = %(fund)s AND draft.status = 'recorded'
    GROUP BY draft.fund_id, draft.id
"""


def rounds(ground: Ground, told: list[Any]) -> list[Verdict]:
    """See that each valuation round of which an analyst was told is in the log once."""
    told_of = {(each["fund"], each["as_of"]) for each in told}
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    doubled = 0
    for fund in {part.fund for part in ground.cast["Analyst"]}:
        with ground.engine.connect() as connection:
            rows = connection.exec_driver_sql(_ROUNDS, {"fund": UUID(fund)}).all()
        for as_of, *counts in rows:
            doubled += (fund, as_of) in found
            found[fund, as_of] = (counts[0], counts[1], counts[2])
    torn = sum(len(set(counts)) > 1 for counts in found.values())
    everybody = len(ground.cast["Analyst"])
    return [
        Verdict(_OF_ROUNDS, "recorded", len(found), "≥", everybody),
        Verdict(
            _OF_ROUNDS, "told of as recorded and not there", len(told_of - found.keys()), "≤", 0
        ),
        Verdict(_OF_ROUNDS, "recorded twice", doubled, "≤", 0),
        Verdict(_OF_ROUNDS, "with marks missing or doubled", torn, "≤", 0),
    ]


def imported(rows: int, ground: Ground, told: list[Any]) -> list[Verdict]:
    """See that the file became a fund whose log is whole, with an event for each row."""
    reports = [verify_log.verify(ground.engine, UUID(each["fund"])) for each in told]
    events = sum(report.events for report in reports)
    broken = sum(report.broken is not None for report in reports)
    return [
        Verdict("import", "imports that ended", len(told), "≥", 1),
        Verdict("import", "rows more or less than events", abs(rows - events), "≤", 0),
        Verdict("import", "logs that are not whole", broken, "≤", 0),
        *[Verdict("import", "seconds", each["seconds"], "<", _IMPORT_WITHIN) for each in told],
    ]


def recorded(ground: Ground, told: list[Any]) -> list[Verdict]:
    """See that each event that was acknowledged is in the log, once and in its place."""
    [fund] = {part.fund for part in ground.cast["Recorder"]}
    acknowledged = {each["reference"]: each["sequence"] for each in told}
    proof = prove_log(ground.engine, UUID(fund), acknowledged)
    return [
        Verdict("events", "acknowledged", len(acknowledged), "≥", 1),
        Verdict("events", "acknowledged and lost", proof.lost, "≤", 0),
        Verdict("events", "recorded twice", proof.doubled, "≤", 0),
        Verdict("events", "gaps in their sequence", proof.gaps, "≤", 0),
        Verdict("events", "logs that are not whole", int(bool(proof.broken)), "≤", 0),
    ]
