"""Ten people use the critical flows."""

from __future__ import annotations

from loadtests.gates.judging import Gate
from loadtests.gates.users import flows
from loadtests.gates.users.measuring import judged_by


class Reader(flows.FlowUser):
    """One of them."""


judged_by(
    Gate("p95", "<", 20, flows.STATE),
    Gate("p95", "<", 20, flows.PAGE),
    Gate("p95", "<", 20, flows.TIMELINE),
    Gate("p95", "<", 50, flows.SNAPSHOT),
    Gate("errors %", "<", 1),
)
