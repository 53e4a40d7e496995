"""The forms of snapshots: to have one taken, to have all checked, and to page through the list."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from wtforms import Form, HiddenField

from app.domain.errors import BeyondKnowledgeError
from app.web.shared import wording
from app.web.shared.filters import FilterField, FilterForm
from app.web.shared.form_fields import KeyField, TextField


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


class TakeForm(Form):
    """Of which day to take a snapshot, and why."""

    as_of = TextField(label="As of the close of", id="taken-as-of", default=_today)
    description = TextField(
        label="Description, up to 200 characters",
        default="",
        render_kw={"placeholder": "Q4 report to the LPs"},
    )
    key = KeyField()  # tells a second press from a new wish

    def refuse(self, error: BeyondKnowledgeError) -> None:
        """Put a refusal beside the field that it is about."""
        self[error.field].errors = [wording.refusal(error)]


class CheckForm(Form):
    """Which check was the last that a person had seen when asking for another."""

    seen = HiddenField()


class SnapshotFilters(FilterForm):
    """From where on the list is shown."""

    before = FilterField(
        UUID, mend="must be the id of a snapshot: take the links at the end of the list"
    )
