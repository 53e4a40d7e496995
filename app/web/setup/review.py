"""Every answer in words, for the last look before a fund is made."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.currencies import COMMON
from app.domain.terms import Carry, Deployment, ManagementFee, Reserves, Terms
from app.web.setup.answers import SetUp
from app.web.setup.commitments_form import TIMINGS, CommitmentsForm
from app.web.setup.deployment_form import PACINGS
from app.web.setup.reserves_form import POLICIES
from app.web.setup.step_form import BASES, COMPOUNDINGS
from app.web.shared.formats import counted, exact_percent, full_money, short_date

Answer = tuple[str, str, str]  # the field's name, its label, and the answer


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one step."""

    step: str
    title: str
    answers: list[Answer]


def sections(set_up: SetUp) -> list[Section]:
    """Put every answer of a finished draft in words."""
    terms, commitments = set_up.terms, set_up.commitments
    assert terms
    assert commitments
    named: list[Answer] = [("name", "Name", set_up.proposed().name)]
    answers = {**terms_in_words(terms), "commitments": _commitments(commitments, terms.currency)}
    answers["fund"] = named + answers["fund"]
    return [Section(each.name, each.title, answers[each.name]) for each in set_up.steps]


def terms_in_words(terms: Terms) -> dict[str, list[Answer]]:
    """Put terms in words, by step."""
    return {
        "fund": _fund(terms),
        "fees": _fees(terms.management_fee),
        "carry": _carry(terms.carry),
        "deployment": _deployment(terms.deployment),
        "reserves": _reserves(terms.reserves),
    }


def _fund(terms: Terms) -> list[Answer]:
    currency, known = terms.currency, COMMON.get(terms.currency)
    return [
        ("currency", "Currency", f"{currency}, {known.name}" if known else currency),
        ("size", "Size", full_money(terms.size, currency)),
        ("vintage_year", "Vintage year", str(terms.vintage_year)),
        ("inception_on", "Inception date", short_date(terms.inception_on)),
        ("term_years", "Term", counted(terms.term_years, "year")),
        (
            "investment_period_years",
            "Investment period",
            counted(terms.investment_period_years, "year"),
        ),
        ("evergreen", "Evergreen", "Yes" if terms.evergreen else "No"),
    ]


def _commitments(form: CommitmentsForm, currency: str) -> list[Answer]:
    gp = form.gp_amount.data
    assert gp is not None
    answers = [
        ("gp_amount", (form.gp_investor.data or "").strip(), f"{full_money(gp, currency)} (GP)"),
        ("gp_timing", "GP contribution", TIMINGS[form.gp_timing.data]),
    ]
    for number, (investor, amount) in enumerate(form.limited_partners()):
        answers.append((f"lps-{number}", investor, full_money(amount, currency)))
    return [*answers, ("total", "In total", full_money(form.total(), currency))]


def _fees(fee: ManagementFee) -> list[Answer]:
    answers = [
        ("fee_rate", "Management fee", exact_percent(fee.rate)),
        ("fee_basis", "Fee basis", BASES[fee.basis]),
    ]
    later = fee.step_down
    if later is None:
        return [*answers, ("steps_down", "Fee steps down", "No")]
    return [
        *answers,
        ("later_rate", "Management fee after investment period", exact_percent(later.rate)),
        ("later_basis", "Fee basis after investment period", BASES[later.basis]),
    ]


def _carry(carry: Carry) -> list[Answer]:
    answers = [
        ("carry_rate", "Carried interest", exact_percent(carry.rate)),
        ("lp_share", "LP share", exact_percent(1 - carry.rate)),
        ("hurdle", "Preferred return", exact_percent(carry.hurdle) if carry.hurdle else "None"),
    ]
    if carry.hurdle:
        catch_up = exact_percent(carry.catch_up) if carry.catch_up else "None"
        answers.append(("catch_up", "GP catch-up", catch_up))
        answers.append(
            ("compounding", "Compounding of the preferred return", COMPOUNDINGS[carry.compounding])
        )
        early = (
            "Count against the preferred return"
            if carry.cumulative
            else "Do not lower the preferred return"
        )
        answers.append(("cumulative", "Early distributions", early))
    return answers


def _deployment(deployment: Deployment) -> list[Answer]:
    answers = [("pacing", "Pace", PACINGS[deployment.pacing])]
    for year, share in enumerate(deployment.shares or ()):
        answers.append((f"shares-{year}", f"Year {year + 1}", exact_percent(share)))
    return answers


def _reserves(reserves: Reserves) -> list[Answer]:
    answers = [("reserve_policy", "Policy", POLICIES[reserves.policy])]
    if reserves.ratio:
        answers.append(("reserve_ratio", "Ratio", exact_percent(reserves.ratio)))
    for number, (stage, ratio) in enumerate((reserves.by_stage or {}).items()):
        answers.append((f"rules-{number}", stage, exact_percent(ratio)))
    return answers
