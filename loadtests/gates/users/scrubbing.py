"""Fifty GPs drag the handle of a fund's page: half in one fund, half in others."""

from __future__ import annotations

from loadtests.gates.judging import ALL, Gate
from loadtests.gates.users import dragging_gp
from loadtests.gates.users.measuring import judged_by


class GP(dragging_gp.DraggingGP):
    """One of them."""


judged_by(
    Gate("a second", "≥", 500),
    Gate("p95", "<", 50, dragging_gp.FRAME),
    Gate("errors %", "≤", 0, ALL),
)
