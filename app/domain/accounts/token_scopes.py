"""What a token lets a program do: never more than its person may, and often less."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain.accounts.roles import Role


class Scope(StrEnum):
    """What a token is good for, from the least to the most; each covers the lesser ones."""

    READ = "read"
    RECORD = "record"  # also what an analyst may
    ALL = "all"  # also what a GP or an administrator may, and new funds

    def covers(self, needed: Scope) -> bool:
        """Return whether this scope is enough."""
        return _ORDER.index(self) >= _ORDER.index(needed)


_ORDER = tuple(Scope)
_NEEDED = {Role.VIEWER: Scope.READ, Role.ANALYST: Scope.RECORD, Role.GP: Scope.ALL}


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """What a token keeps its bearer from."""

    scope: Scope = Scope.ALL
    fund_ids: frozenset[UUID] | None = None  # None: all funds of its person

    def allow(self, needed: Role) -> bool:
        """Return whether its scope is enough for what a role may."""
        return self.scope.covers(scope_for(needed))

    def reach(self, fund_id: UUID) -> bool:
        """Return whether it is for a fund."""
        return self.fund_ids is None or fund_id in self.fund_ids


def scope_for(role: Role) -> Scope:
    """Return the least scope with which a program may do what a role may."""
    return _NEEDED[role]
