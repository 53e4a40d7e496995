"""Comparisons and explanations of a real fund, and of what its snapshots serve."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import orjson
import pytest
from sqlalchemy import Engine

from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.money import ZERO
from app.domain.viewpoint import Viewpoint
from app.services.imports.write_fund import import_fund, plan_import
from app.services.reads import comparisons, explanations, viewpoints
from app.services.reads.explanations import BYS, Asked
from app.services.reads.viewpoints import ViewpointRequest
from app.services.snapshots.builder import build_missing
from tests.data_files import DATA
from tests.people import somebody


@pytest.fixture(scope="module")
def usv(engine: Engine) -> UUID:
    """Return USV 2004, as it is in public records."""
    terms = orjson.loads((DATA / "terms-8-100.json").read_bytes())
    plan = plan_import((DATA / "usv-2004.csv").read_bytes(), terms)
    return import_fund(engine, "USV 2004, compared", plan, somebody(engine).id).id


def test_each_mark_that_became_known_late_is_named_with_what_it_did(
    engine: Engine, usv: UUID
) -> None:
    asked = ViewpointRequest("2010-12-31", "2011-01-15")
    before, head = viewpoints.resolve(engine, usv, asked)
    after = Viewpoint(before.as_of, head.sequence)
    found = comparisons.load_comparison(engine, usv, before, after)
    assert found.of("total_value").new_knowledge == Decimal("43713843.63")
    assert found.of("total_value").new_facts == ZERO
    restated = comparisons.load_restatement(engine, usv, before, head.sequence)
    told = {each.event.payload["company"]: each.effect.amount for each in restated.news}
    assert told == {
        "Twitter": Decimal("27060298.46"),
        "Tumblr": Decimal("13748475.20"),
        "MongoDB Inc.": Decimal("1291761.89"),
        "AdaptiveBlue": Decimal("973388.62"),
        "Zemanta": Decimal("639919.46"),
    }
    assert {step.name: step.total for step in found.companies} == told


@pytest.mark.parametrize("figure", FUND_AMOUNTS)
@pytest.mark.parametrize("limit", [1, 7, 500])
def test_pages_of_contributions_lead_back_to_the_beginning_and_sum_to_the_figure(
    engine: Engine, usv: UUID, figure: str, limit: int
) -> None:
    build_missing(engine, usv)
    asked = Asked(usv, Viewpoint(date(2012, 6, 30), 284), figure)
    value = explanations.load_explanation(engine, asked).explanation.value
    until, total, seen = None, ZERO, 0
    while True:
        page = explanations.load_contributions(engine, asked, limit, until)
        total += sum((each.contribution.amount for each in page.entries), ZERO)
        seen += len(page.entries)
        assert total + page.earlier == value
        if page.before is None:
            break
        assert len(page.entries) >= limit
        until = page.before
    assert total == value
    assert seen == len(explanations.load_all(engine, asked))
    for by in BYS:
        groups = explanations.load_groups(engine, asked, by)
        assert sum((each.amount for each in groups), ZERO) == value
        assert sum(each.number for each in groups) == seen
