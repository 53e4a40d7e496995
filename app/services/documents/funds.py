"""Funds, states and events as the JSON documents that the API answers and the CLI prints."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.domain.events.event_json import as_json
from app.domain.events.model import Event
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS, Figures
from app.domain.money import fraction_text, money_text, plain_text
from app.domain.state.company_metrics import Metric
from app.domain.state.state import FundState, Holding
from app.services.reads.viewpoints import View
from app.store.funds import Fund

Document = dict[str, Any]


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC with microseconds, as RFC 3339."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def fund_document(fund: Fund) -> Document:
    """Name a fund."""
    return {"id": str(fund.id), "name": fund.name}


def state_document(view: View) -> Document:
    """Return a state with its viewpoint; money as text, ratios as fractions or None."""
    state = view.state
    return {
        "as_of": view.at.as_of.isoformat(),
        "through": view.at.through,
        "head": view.head.sequence,
        "total_committed": money_text(state.committed),
        "total_invested": money_text(state.invested),
        "total_value": money_text(view.figures.total_value),
        "portfolio_companies": [_holding(holding) for holding in state.holdings.values()],
        "reserves": {
            "allocated": _total(state, "reserve_allocated"),
            "deployed": _total(state, "reserve_deployed"),
            "left": _total(state, "reserve_left"),
        },
        "forecasts": [_metric(metric) for metric in state.forecasts],
        "actuals": [_metric(metric) for metric in state.actuals],
        "terms": as_json(state.terms) if state.terms else None,
        "figures": figures_document(view.figures),
        "reasons": view.figures.reasons,
    }


def figures_document(figures: Figures) -> Document:
    """Return the figures flat, each by its name."""
    document: Document = {}
    for entry in fields(figures):
        value = getattr(figures, entry.name)
        if entry.name in AMOUNTS:
            document[entry.name] = money_text(value)
        elif entry.name in (*RATIOS, *RATES):
            document[entry.name] = fraction_text(value)
    return document


def event_document(event: Event) -> Document:
    """Return an event with its envelope."""
    return {
        "sequence": event.sequence,
        "id": str(event.id),
        "event_type": event.event_type.value,
        "effective_on": event.effective_on.isoformat(),
        "recorded_at": instant_text(event.recorded_at),
        "recorded_by": event.recorded_by,
        "source": event.source,
        "correlation_id": str(event.correlation_id) if event.correlation_id else None,
        "causation_id": str(event.causation_id) if event.causation_id else None,
        "loaded_at": instant_text(event.loaded_at) if event.loaded_at else None,
        "payload": event.payload,
    }


def _holding(holding: Holding) -> Document:
    return {
        "id": holding.company_id,
        "name": holding.name,
        "sector": holding.sector,
        "stage": holding.stage,
        "country": holding.country,
        "total_investment": money_text(holding.invested),
        "current_valuation": money_text(holding.fair_value),
        "remaining_cost": money_text(holding.remaining_cost),
        "realised_gain": money_text(holding.realised_gain),
        "unrealised_gain": money_text(holding.unrealised_gain),
        "income": money_text(holding.income),
        "proceeds": money_text(holding.proceeds),
        "ownership": _optional(holding.ownership),
        "security": holding.security,
        "marked_on": holding.marked_on.isoformat() if holding.marked_on else None,
        "method": holding.method,
        "fair_value_level": holding.fair_value_level,
        "exited_on": holding.exited_on.isoformat() if holding.exited_on else None,
        "residual_estimated": holding.residual_estimated,
        "reserve_allocated": money_text(holding.reserve_allocated),
        "reserve_deployed": money_text(holding.reserve_deployed),
        "reserve_left": money_text(holding.reserve_left),
    }


def _metric(metric: Metric) -> Document:
    document: Document = {
        "company_id": metric.company_id,
        "metric_type": metric.metric_type,
        "period_end": metric.period_end.isoformat(),
        "period_months": metric.period_months,
        "value": plain_text(metric.value),
        "effective_on": metric.effective_on.isoformat(),
        "sequence": metric.sequence,
    }
    return document | ({"scenario": metric.scenario} if metric.scenario else {})


def _optional(value: Decimal | None) -> str | None:
    return None if value is None else plain_text(value)


def _total(state: FundState, part: str) -> str:
    return money_text(
        sum((getattr(holding, part) for holding in state.holdings.values()), Decimal(0))
    )
