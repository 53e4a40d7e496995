"""A company's own history ends in what the fund holds of it; all of them sum to the fund's."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings

from app.domain.figures.company import company_history
from app.domain.figures.figures import figures_of
from app.domain.money import ZERO
from app.domain.state.fold import in_fold_order, in_force, state_at
from tests.domain.random_logs import PLACES, Log, ledgers, viewpoint_of


@given(ledgers(), PLACES)
@settings(max_examples=200)
def test_companies_are_what_the_fund_holds_and_sum_to_its_figures(
    log: Log, place: tuple[date, float]
) -> None:
    at = viewpoint_of(log, place)
    events = log[0].events
    ordered = in_fold_order(in_force(events, at.through), at.as_of)
    state = state_at(events, at)
    figures = figures_of(state, at.as_of)
    histories = {
        company_id: company_history(
            company_id, [each for each in ordered if each.company_id == company_id], at.as_of
        )
        for company_id in state.holdings
    }
    for company_id, history in histories.items():
        assert history.holding == state.holdings[company_id]
        for part in ("fair_value", "remaining_cost", "realised_gain", "invested", "proceeds"):
            moved = sum((step.change(part) for step in history.steps), ZERO)
            assert moved == getattr(history.holding, part)
    held = [history.holding for history in histories.values()]
    assert sum((each.invested for each in held), ZERO) == figures.invested
    assert sum((each.proceeds for each in held), ZERO) == figures.proceeds
    assert sum((each.fair_value for each in held), ZERO) == figures.total_value
    flows = {day: sum((history.flows.get(day, ZERO) for history in histories.values()), ZERO)
             for day in state.deal_flows}  # fmt: skip
    assert flows == state.deal_flows
    gains = sum((history.gain for history in histories.values()), ZERO)
    assert gains == figures.proceeds + figures.total_value - figures.invested
