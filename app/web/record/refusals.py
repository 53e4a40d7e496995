"""What the log refuses, as sentences for the person who typed it."""

from __future__ import annotations

from app.domain.errors import Fault
from app.web.record import wording

_LONGEST = 60  # of a value that is shown again beside the field in which it stands
# A reason that goes on from what it is about.
_GOES_ON = (
    "is ", "must ", "has ", "lies ", "names ", "reads ", "sum ", "was ", "holds ", "repays ",
    "returns ", "gives ", "claws ", "settles ", "says ",
)  # fmt: skip


def refusal(fault: Fault, typed: str = "") -> str:
    """Say what is wrong with what; `typed` is how the value stands in the form."""
    reason = wording.in_words(fault.reason).partition(": record its")[0]
    if typed.endswith("%") or "%" in wording.field_label(fault.field):
        reason = reason.replace("at most 1", "at most 100%")
    if not reason.startswith(_GOES_ON):
        return _sentence(f"{reason[:1].upper()}{reason[1:]}")
    value = _shortened(typed or fault.value)
    subject = f"“{value}”" if fault.value else wording.field_label(fault.field)
    return _sentence(f"{subject} {reason}")


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:20]}…"


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text.rstrip('.')}."
