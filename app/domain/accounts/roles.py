"""What a person may do in a fund; each role may do what the lesser ones may."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role in one fund, from the least to the greatest."""

    VIEWER = "viewer"  # reads
    ANALYST = "analyst"  # records, and voids what they recorded
    GP = "gp"  # closes the books, adjusts closed ones, voids what others recorded, says who is in

    def covers(self, needed: Role) -> bool:
        """Return whether this role may do what another may."""
        return _ORDER.index(self) >= _ORDER.index(needed)

    @property
    def label(self) -> str:
        """The role as people write it."""
        return "GP" if self is Role.GP else self.value


_ORDER = tuple(Role)
