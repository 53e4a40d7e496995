"""How companies go: sold in parts and whole, shares handed on, escrow, dividends, write-offs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.domain.money import ONE, ZERO, to_cent
from app.services.demo.entries.model import CONTROLLER, Desk, Entry
from app.services.demo.portfolio.companies import EXITS, SALES, Company, Step


def exit_entries(companies: list[Company], seed: int) -> list[Entry]:
    """Tell what each holding brought in, and what of its escrow was lost."""
    desk = Desk(seed, "exits")
    return [entry for company in companies for entry in _of(company, desk)]


def _of(company: Company, desk: Desk) -> Iterator[Entry]:
    held_back = ZERO
    for step in company.steps:
        if step.what in EXITS:
            held_back = to_cent(company.price_of(step) * step.share)
        if step.what == "escrow" and step.share < ONE:
            yield _lost(company, step, desk)
        payload = _payload(company, step, held_back)
        if payload:
            yield desk.write(
                "PROCEEDS_RECEIVED",
                step.on,
                by=CONTROLLER,
                company=company.name,
                **{"in_kind": False, **payload},
            )


def _lost(company: Company, step: Step, desk: Desk) -> Entry:
    return desk.write(
        "VALUATION_UPDATED",
        step.on,
        company=company.name,
        new_valuation=ZERO,
        method="other",
        note="the rest of the escrow went to the buyer",
    )


def _payload(company: Company, step: Step, held_back: Decimal) -> dict[str, Any]:
    if step.what in SALES:
        return _sale(company, step)
    match step.what:
        case "exit":
            return {
                "kind": "full_exit",
                "amount": company.price_of(step) - held_back,
                "escrow_held": held_back or None,
                "note": f"sold to {step.label}",
            }
        case "write_off":
            return {"kind": "full_exit", "amount": ZERO, "note": "wound up, nothing recovered"}
        case "escrow":
            amount = to_cent(held_back * step.share)
            return {"kind": "escrow", "amount": amount, "note": "escrow released"}
        case "dividend":
            return {"kind": "dividend", "amount": step.amount}
        case _:
            return {}


def _sale(company: Company, step: Step) -> dict[str, Any]:
    in_kind = step.what == "in_kind"
    return {
        "kind": "partial_exit",
        "amount": to_cent(company.price_of(step) * step.share),
        "fraction_sold": step.share,
        "ownership": company.position(step.on).stake,
        "in_kind": in_kind,
        "note": "shares handed on to the partners" if in_kind else f"sold to {step.label}",
    }
