"""Exports: what they hold, and that a fund made of its own export is the same fund."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.services import demo
from app.services.accounts import memberships
from app.services.documents.state import State
from app.services.exports.export import ExportRequest, What, export
from app.services.imports.write_fund import import_fund, plan_import
from app.services.reads import timeline, viewpoints
from app.services.reads.viewpoints import View, ViewpointRequest
from app.services.sheets import FORMATS, Format, Number, read_rows
from app.store.log import stored_events
from tests.data_files import DATA
from tests.ledgers import Raw, called, company, investment, look, mark, new_fund, raw, record, void
from tests.people import somebody

VIEWPOINTS = 50


def exported(
    engine: Engine, fund: UUID, what: What = "events", to: Format = "csv", **asked: str
) -> bytes:
    file = io.BytesIO()
    export(engine, fund, ExportRequest(what, to, ViewpointRequest(**asked)), file)
    return file.getvalue()


def table(content: bytes) -> list[dict[str, str]]:
    header, *rows = (row.cells for row in read_rows(content))
    return [dict(zip(header, row, strict=False)) for row in rows]


def without_ids(view: View) -> dict[str, Any]:
    """Name companies where the document has their ids, which each fund gives anew."""
    document = State.model_validate(view).model_dump(mode="json")
    names = {each["id"]: each["name"] for each in document["portfolio_companies"]}
    document["portfolio_companies"] = sorted(
        ({**each, "id": each["name"]} for each in document["portfolio_companies"]),
        key=lambda each: each["name"],
    )
    for part in ("forecasts", "actuals"):
        document[part] = sorted(
            ({**each, "company_id": names[each["company_id"]]} for each in document[part]),
            key=lambda each: each["sequence"],
        )
    return document


def assert_same_at_random_viewpoints(engine: Engine, one: UUID, other: UUID) -> None:
    events = timeline.between(engine, one, 1, 10**9)
    assert len(timeline.between(engine, other, 1, 10**9)) == len(events)
    first = min(event.effective_on for event in events)
    last = max(event.effective_on for event in events)
    chance = Random(len(events))
    for _ in range(VIEWPOINTS):
        day = first + timedelta(chance.randint(-1, (last - first).days + 1))
        asked = ViewpointRequest(str(day), through=str(chance.randint(1, len(events))))
        seen = []
        for fund in (one, other):
            at, head = viewpoints.resolve(engine, fund, asked)
            seen.append(without_ids(viewpoints.load_view(engine, fund, at, head)))
        assert seen[0] == seen[1], asked


def brought_back(engine: Engine, content: bytes, name: str) -> UUID:
    fund = import_fund(engine, name, plan_import(content), somebody(engine).id)
    with engine.connect() as connection:
        assert stored_events.verify(connection, fund.id) is None
    return fund.id


@pytest.mark.parametrize("to", FORMATS)
def test_the_demo_fund_made_of_its_export_is_the_same_at_every_viewpoint(
    engine: Engine, to: Format
) -> None:
    fund = demo.load(engine, f"Demo for {to}").id
    content = exported(engine, fund, to=to)
    copy = brought_back(engine, content, f"Demo from {to}")
    assert_same_at_random_viewpoints(engine, fund, copy)
    pairs = zip(
        timeline.between(engine, fund, 1, 10**9),
        timeline.between(engine, copy, 1, 10**9),
        strict=True,
    )
    [importer] = memberships.members(engine, copy)
    for event, duplicate in pairs:
        assert duplicate.payload["attributed_to"] == event.recorded_by
        assert (duplicate.recorded_by, duplicate.source) == (str(importer.person.id), "import")
        assert duplicate.recorded_at == event.recorded_at
        assert duplicate.correlation_id == event.correlation_id
    assert table(exported(engine, copy)) == table(exported(engine, fund))


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("file", ["usv-2004.csv", "khosla-iii.csv"])
def test_a_real_fund_made_of_its_export_is_the_same_at_every_viewpoint(
    engine: Engine, file: str, to: Format
) -> None:
    fund = brought_back(engine, (DATA / file).read_bytes(), f"{file} for {to}")
    copy = brought_back(engine, exported(engine, fund, to=to), f"{file} from {to}")
    assert_same_at_random_viewpoints(engine, fund, copy)


def odd_events() -> Iterator[Raw]:
    yield company('=cmd|"A1", Ltd')
    yield company("'s-Gravenhage\u2019s")
    yield company("2012")
    yield investment("123456789012345678.123456", name="2012", note="two\nlines\tand 'more'")
    yield investment("1.234", name="'s-Gravenhage\u2019s", reference="'=1+1", in_voided="")
    yield mark("0.000001", name="2012", ownership="0.123456789012")
    for name in ("@Alma", "-Birch"):
        yield raw("COMMITMENT_MADE", "2010-01-01", investor=name, amount="100")
    yield called("100", allocations={"@Alma": "60", "-Birch": "40"}, noticed_on="2010-01-02")
    yield raw(
        "ACTUAL_RECORDED", "2011-01-01", company="2012", metric_type="ebitda", value="-1.234",
        period_end="2010-12-31", period_months=12,
    )  # fmt: skip


@pytest.mark.parametrize("to", FORMATS)
def test_odd_names_long_numbers_voids_and_duplicates_come_back(engine: Engine, to: Format) -> None:
    events = list(odd_events())
    del events[4]["payload"]["in_voided"]
    fund = new_fund(engine, *events)
    record(engine, fund, void(5), investment("7", name="2012"))
    record(engine, fund, events[3])  # a duplicate of what was voided is its second occurrence
    record(engine, fund, raw("COMPANY_UPDATED", "2011-02-01", company="2012", new_name="2013"))
    record(engine, fund, raw("PERIOD_CLOSED", "2011-02-01", closed_through="2010-12-31"))
    record(engine, fund, called("5", "2010-12-01", adjustment=True))
    copy = brought_back(engine, exported(engine, fund, to=to), f"Odd from {to}")
    assert_same_at_random_viewpoints(engine, fund, copy)
    duplicates = timeline.between(engine, fund, 1, 99), timeline.between(engine, copy, 1, 99)
    for event, duplicate in zip(*duplicates, strict=True):
        apart = {"company_id": "", "attributed_to": ""}
        assert event.payload | apart == duplicate.payload | apart
        assert event.correlation_id == duplicate.correlation_id
    assert table(exported(engine, fund)) == table(exported(engine, copy))


def test_an_import_with_a_void_is_no_correction_of_all_its_rows(engine: Engine) -> None:
    fund = new_fund(engine, called("100"), called("7", "2010-02-01"))
    record(engine, fund, void(2))
    copy = brought_back(engine, exported(engine, fund), "Void among rows")
    assert {event.correlation_id for event in timeline.between(engine, copy, 1, 9)} == {None}


def test_events_are_those_that_were_known_and_true_at_a_viewpoint(engine: Engine) -> None:
    soon = str(date.today() + timedelta(30))  # noqa: DTZ011 - any day ahead
    fund = new_fund(engine, called("100"), called("7", "2011-02-01"), called("9", soon))
    assert [row["amount"] for row in table(exported(engine, fund))] == ["", "100", "7", "9"]
    assert len(table(exported(engine, fund, as_of="2010-12-31"))) == 2
    assert len(table(exported(engine, fund, through="3"))) == 3


@pytest.mark.parametrize("to", FORMATS)
def test_figures_and_holdings_are_those_of_the_viewpoint(engine: Engine, to: Format) -> None:
    fund = new_fund(engine, called("500"), company("=Acme"), investment("400", name="=Acme"),
                    mark("600.5", name="=Acme"), mark("1", "2011-03-31", name="=Acme"))  # fmt: skip
    figures = look(engine, fund, "2010-12-31").figures
    rows = {
        row["figure"]: row for row in table(exported(engine, fund, "state", to, as_of="2010-12-31"))
    }
    assert rows["as_of"]["value"] == "2010-12-31"
    assert rows["currency"]["value"] == "USD"
    assert rows["nav"]["value"] == str(figures.nav) == "700.5"
    assert rows["tvpi"]["value"] == f"{figures.tvpi:.4f}" == "1.3208"
    assert rows["gross_irr"]["value"] == f"{figures.gross_irr:.6f}".rstrip("0")
    assert rows["pic"]["value"] == ""
    assert rows["pic"]["reason"] == "no_commitments"
    [holding] = table(exported(engine, fund, "holdings", to, as_of="2010-12-31"))
    assert holding["company"] == "'=Acme"
    assert holding["current_valuation"] == "600.5"
    assert isinstance(holding["current_valuation"], Number) == (to == "xlsx")
    assert holding["marked_on"] == "2010-12-31"
    assert holding["residual_estimated"] == "false"
