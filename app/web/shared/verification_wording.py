"""Verifications in the words of people."""

from __future__ import annotations

from app.store.log.verifications import Finding, Verification
from app.web.shared.formats import counted

_PARTS = {"log": "The log", "horizon": "The horizon of the log", "snapshots": "A snapshot"}


def verification_result(verification: Verification) -> str:
    """Say what was found, in a sentence."""
    looked_at = (
        f"{counted(verification.sequence, 'event')} and "
        f"{counted(verification.snapshots, 'snapshot')}"
    )
    if not verification.findings:
        return f"{looked_at}, all as they were written"
    number = len(verification.findings)
    return (
        f"{counted(number, 'thing')} in {looked_at} {'is' if number == 1 else 'are'} not as written"
    )


def finding_words(finding: Finding) -> str:
    """Say where something is wrong, and what."""
    return f"{_PARTS[finding.part]}, {finding.place}: {finding.reason}"


FILTERS = (verification_result, finding_words)
