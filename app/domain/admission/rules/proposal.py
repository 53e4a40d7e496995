"""A fact that asks to enter the log, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.admission.log_index import LogIndex
from app.domain.errors import Fault, FaultCode, RefusedError
from app.domain.events.model import Draft
from app.domain.events.parse import ENVELOPE_FIELDS


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact at its place in a batch, before the log as it stands."""

    draft: Draft
    position: int
    index: LogIndex

    def refused(
        self,
        field: str,
        value: object,
        reason: str,
        code: FaultCode = "invalid",
        sequence: int | None = None,
    ) -> RefusedError:
        """Make the refusal that names field, value and mend."""
        return RefusedError([self.fault(field, value, reason, code, sequence)])

    def fault(
        self,
        field: str,
        value: object,
        reason: str,
        code: FaultCode = "invalid",
        sequence: int | None = None,
    ) -> Fault:
        """Say what is wrong: field, value and mend."""
        beside = field in ENVELOPE_FIELDS
        return Fault(field, str(value), reason, self.position, code, sequence, beside)
