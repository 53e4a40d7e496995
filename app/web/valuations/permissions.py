"""What who reads may do with a valuation round, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.auth import route_rules
from app.domain.accounts.roles import Role
from app.services.valuations.drafts import preparers
from app.services.valuations.rounds import RoundOpening
from app.store.valuation_drafts import ValuationDraft
from app.web.shared.formats import short_date


@dataclass(frozen=True)
class RoundPermissions:
    """A round before the eyes of who is signed in."""

    draft: ValuationDraft
    opening: RoundOpening
    need_approval: bool
    others: frozenset[UUID]  # the other GPs of the fund

    @property
    def is_editable(self) -> bool:
        """Whether who reads may type."""
        return self.draft.is_editable and route_rules.may(Role.ANALYST)

    @property
    def is_own(self) -> bool:
        """Whether who reads prepared it, or typed in it."""
        return str(route_rules.reader().id) in preparers(self.draft)

    @property
    def may_record(self) -> bool:
        """Whether who reads may record it as it stands."""
        return self.draft.is_open and not self.hindrance

    @property
    def may_submit(self) -> bool:
        """Whether who reads is to hand it to a GP."""
        return self.is_editable and bool(self.hindrance)

    @property
    def hindrance(self) -> str:
        """Why who reads may not record it, and who may; empty where nothing stands in the way."""
        if not route_rules.may(Role.ANALYST):
            return "Analysts and GPs of the fund record it."
        if not route_rules.may(Role.GP):
            return self._needs_a_gp
        if self.is_own and self.others and self.need_approval:
            return "You prepared it, or typed in it: another GP has to approve it."
        if not self.is_own and self.need_approval and self.draft.is_editable:
            return "It is still being prepared: it can be approved once it is submitted."
        return ""

    @property
    def _needs_a_gp(self) -> str:
        if self.opening.is_closed:
            day = short_date(self.opening.closed_through or self.draft.as_of)
            return f"The books are closed through {day}: a GP has to record it, as an adjustment."
        if self.need_approval:
            return "Valuations of this fund need the approval of a GP."
        return "It is with a GP." if self.draft.status == "submitted" else ""

    @property
    def approves_alone(self) -> bool:
        """Whether a GP approves their own round, because there is no other."""
        return self.need_approval and self.may_record and self.is_own
