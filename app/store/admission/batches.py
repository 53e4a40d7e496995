"""What is asked of a log, by whom, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from app.domain.admission.rules.approval import Approval
from app.domain.events.event_json import canonical_json, stored_payload
from app.domain.events.model import Draft
from app.store.admission.head_cache import CachedHead


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, by what way, and whether they may write into closed periods."""

    recorded_by: str
    source: str
    may_adjust: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts that enter the log together or not at all.

    `key` makes sending it again harmless, `expected_head` refuses it where the log has moved on,
    `allow_duplicate` says of every duplicate that it is a second fact of the same kind. Drafts
    carry `recorded_at` in histories only (see `backdating`). `about` is what else was asked for
    under the key, such as the name of the fund that the batch establishes.
    """

    drafts: Sequence[Draft]
    author: Author
    key: str | None = None
    expected_head: int | None = None
    allow_duplicate: bool = False
    about: str = ""
    approval: Approval = Approval.NONE  # of its marks

    def request_hash(self) -> bytes:
        """Identify what was asked, apart from its key."""
        asked = [
            [draft.event_type, draft.effective_on, stored_payload(draft.payload)]
            for draft in self.drafts
        ]
        about = [self.about] if self.about else []
        return sha256(canonical_json([asked, self.allow_duplicate, *about])).digest()


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a batch stands in the log."""

    first_sequence: int
    last_sequence: int
    recorded_at: datetime  # of the last event
    replayed: bool = False  # the batch had been recorded before under the same key
    # What the next append of this process may begin with, once this one is committed.
    end: CachedHead | None = field(default=None, compare=False, repr=False)
