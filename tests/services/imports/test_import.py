"""Import files: what is taken, and every fault by line, column and reason."""

from __future__ import annotations

import json
from datetime import date

import orjson
import pytest
from sqlalchemy import Engine

from app.domain.accounts.roles import Role
from app.domain.errors import FundNameTakenError
from app.services.accounts import memberships
from app.services.funds import funds
from app.services.import_files.faults import ImportFaultsError
from app.services.imports import write_fund
from app.services.imports.write_fund import import_fund, plan_import
from app.services.reads import timeline
from app.store.funds import Fund
from app.store.log import stored_events
from tests.data_files import DATA
from tests.ledgers import look
from tests.people import somebody

HEADER = "effective_on,event_type,company,investor,amount,new_valuation,kind,voids,reason"
ROWS = """
2010-01-01,COMMITMENT_MADE,,Alma LP,1000,,,,
2010-01-15,CAPITAL_CALLED,,,500,,,,
2010-02-01,COMPANY_ADDED,Acme,,,,,,
2010-02-01,INVESTMENT_MADE,acme,,400,,,,
2010-12-31,VALUATION_UPDATED,Acme,,,600,,,
""".strip()

BEGUN = {"inception_on": "2010-01-01"}


def csv(rows: str = ROWS, header: str = HEADER) -> bytes:
    return f"{header}\n{rows}\n".encode()


def faults(content: bytes, terms: dict[str, object] | None = None) -> list[tuple[int, str]]:
    with pytest.raises(ImportFaultsError) as refused:
        plan_import(content, terms)
    return [(fault.row, fault.column) for fault in refused.value.faults]


def imported(engine: Engine, content: bytes, name: str) -> Fund:
    return import_fund(engine, name, plan_import(content), somebody(engine).id)


def test_a_file_becomes_a_fund_on_terms_that_its_rows_imply(engine: Engine) -> None:
    importer = somebody(engine)
    fund = import_fund(engine, "Rows alone", plan_import(csv()), importer.id)
    view = look(engine, fund.id, "2010-12-31")
    assert view.state.terms is not None
    assert view.state.terms.inception_on == date(2010, 1, 1)
    assert view.state.terms.vintage_year == 2010
    assert str(view.figures.nav) == "700"
    [event, *_] = timeline.between(engine, fund.id, 1, 9)
    assert (event.event_type, event.source, event.recorded_by) == (
        "FUND_ESTABLISHED",
        "import",
        str(importer.id),
    )
    [member] = memberships.members(engine, fund.id)
    assert (member.person, member.role) == (importer, Role.GP)
    assert event.loaded_at is None
    with engine.connect() as connection:
        assert stored_events.verify(connection, fund.id) is None


def test_a_byte_order_mark_and_blank_rows_do_no_harm() -> None:
    assert len(plan_import(b"\xef\xbb\xbf" + csv(ROWS.replace("\n", "\n,,,,,,,,\n\n"))).drafts) == 6


def test_history_keeps_when_it_was_recorded_and_says_when_it_was_loaded(engine: Engine) -> None:
    header = f"recorded_at,{HEADER}"
    rows = "\n".join(f"2011-0{i + 1}-01T12:00:00Z,{row}" for i, row in enumerate(ROWS.split("\n")))
    fund = imported(engine, csv(rows, header), "History")
    events = timeline.between(engine, fund.id, 1, 9)
    assert [event.recorded_at.month for event in events] == [1, 1, 2, 3, 4, 5]
    assert all(event.loaded_at and event.loaded_at.year > 2011 for event in events)
    view = look(engine, fund.id, "2010-12-31", known_at="2011-04-30")
    assert view.at.through == 5
    assert str(view.figures.total_value) == "400"


def test_a_history_is_written_in_parts_and_what_is_new_in_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_fund, "_PART", 4)
    told: list[tuple[int, int]] = []
    rows = "\n".join(f"2011-01-01T12:00:00Z,{row}" for row in ROWS.split("\n"))
    plan = plan_import(csv(rows, f"recorded_at,{HEADER}"))
    fund = import_fund(
        engine, "In parts", plan, somebody(engine).id, lambda *step: told.append(step)
    )
    assert told == [(0, 6), (4, 6), (6, 6)]
    with engine.connect() as connection:
        assert stored_events.head_of(connection, fund.id).sequence == 6
        assert stored_events.verify(connection, fund.id) is None
    fresh = timeline.between(engine, imported(engine, csv(), "In one").id, 1, 9)
    assert len({event.recorded_at for event in fresh}) == 1


def test_voids_follow_the_files_own_numbering(engine: Engine) -> None:
    rows = f"{ROWS}\n,EVENT_VOIDED,,,,,,5,a typing error"
    fund = imported(engine, csv(rows), "Voids by place")
    assert str(look(engine, fund.id, "2010-12-31").figures.total_value) == "400"
    numbered = [f"{(i + 1) * 10},{row}" for i, row in enumerate(ROWS.split("\n"))]
    rows = "\n".join([*numbered, "60,,EVENT_VOIDED,,,,,,50,a typing error"])
    fund = imported(engine, csv(rows, f"sequence,{HEADER}"), "Voids by sequence")
    assert str(look(engine, fund.id, "2010-12-31").figures.total_value) == "400"


def test_an_adjustment_of_closed_books_is_marked_as_spreadsheets_write_it(engine: Engine) -> None:
    header = f"{HEADER},adjustment,closed_through"
    rows = [f"{row},FALSE," for row in ROWS.split("\n")]
    rows += [
        "2010-12-31,PERIOD_CLOSED,,,,,,,,,2010-12-31",
        "2010-12-31,VALUATION_UPDATED,Acme,,,550,,,,TRUE,",
    ]
    fund = imported(engine, csv("\n".join(rows), header), "Adjusted")
    [*_, event] = timeline.between(engine, fund.id, 1, 9)
    assert event.payload["adjustment"] is True
    assert str(look(engine, fund.id, "2010-12-31").figures.total_value) == "550"
    assert faults(csv("\n".join([*rows[:-1], rows[-1].replace("TRUE", "perhaps")]), header)) == [
        (8, "adjustment")
    ]


def test_text_cells_may_wear_the_apostrophe_of_spreadsheets() -> None:
    plan = plan_import(csv("2010-01-01,COMMITMENT_MADE,,'=Alma,1000,,,,"))
    assert plan.drafts[1].payload.model_dump()["investor"] == "=Alma"


def test_ten_different_faults_are_all_named(engine: Engine) -> None:
    rows = """
2010-01-01,COMMITMENT_MADE,,Alma LP,1000,,,,
2010-02-01,COMPANY_ADDED,Acme,,,,,,
2010-13-01,CAPITAL_CALLED,,,100,,,,
2010-01-01,CAPITAL_CALLD,,,100,,,,
2010-02-02,INVESTMENT_MADE,Acmee,,100,,,,
2010-02-02,INVESTMENT_MADE,Acme,,-5,,,,
2010-02-02,INVESTMENT_MADE,Acme,,1e5,,,,
2010-02-02,INVESTMENT_MADE,Acme,,,,,,
2010-02-02,PROCEEDS_RECEIVED,Acme,,10,,all,,
2999-01-02,VALUATION_UPDATED,Acme,,,10,,,
,EVENT_VOIDED,,,,,,99,oops
2010-02-03,INVESTMENT_MADE,Acme,,10,,,,
2010-02-03,INVESTMENT_MADE,Acme,,10,,,,
2010-02-03,DISTRIBUTION_MADE,Acme,,10,,,,
""".strip()
    before = len(funds.all_funds(engine))
    assert faults(csv(rows)) == [
        (4, "effective_on"),
        (5, "event_type"),
        (6, "company"),
        (7, "amount"),
        (8, "amount"),
        (9, "amount"),
        (10, "kind"),
        (11, "effective_on"),
        (12, "voids"),
        (14, "event_type"),
        (15, "company"),
    ]
    assert len(funds.all_funds(engine)) == before


def test_the_header_and_the_rows_are_judged_together() -> None:
    header = HEADER.replace("amount", "ammount").replace("reason", "mood")
    rows = ROWS.replace("2010-01-15", "2010-13-15").replace("500", "5oo")
    assert faults(csv(rows, header)) == [
        (1, "ammount"),
        (1, "mood"),
        (3, "effective_on"),
        (3, "amount"),
    ]


def test_a_column_that_is_missing_is_named_once_and_not_for_every_row() -> None:
    header = HEADER.replace("effective_on", "note")
    assert faults(csv(header=header)) == [(1, "effective_on")]
    rows = ROWS.replace("500", "5oo")
    assert faults(csv(rows, header)) == [(1, "effective_on"), (3, "amount")]
    assert faults(csv(header=HEADER.replace("event_type", "note"))) == [(1, "event_type")]


def test_a_number_that_is_none_does_not_put_the_blame_on_what_it_voids() -> None:
    rows = ["²,2010-01-01,COMMITMENT_MADE,,Alma LP,1000,,,,", ",,EVENT_VOIDED,,,,,,7,oops"]
    assert faults(csv("\n".join(rows), f"sequence,{HEADER}")) == [(2, "sequence")]


def test_blanks_around_cells_and_the_case_of_headings_do_no_harm() -> None:
    rows = ROWS.replace("CAPITAL_CALLED", " CAPITAL_CALLED ").replace("500", " 500 ")
    assert len(plan_import(csv(rows, HEADER.replace("amount", " Amount").title())).drafts) == 6


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "row 1: the file is empty: begin with a header"),
        (csv(header=HEADER.replace("amount", "Ammount")), "Ammount .E.: .* did you mean amount?"),
        (
            csv(header=HEADER.replace("amount", "xyz")),
            "xyz .E.: .* use any of effective_on, ",
        ),
        (
            csv(ROWS.split("\n")[1]),
            r"^terms: size: is not known: no row is a Commitment \(COMMITMENT_MADE\) with",
        ),
        (
            csv("2010-12-31,VALUATION_UPDATED,,,,600,,,"),
            "row 2, column company .C.: is required for “Valuation”: add it",
        ),
        (
            csv("2010-12-31,VALUATION_UPDATD,Acme,,,600,,,"),
            r"is not a type of event: did you mean Valuation \(VALUATION_UPDATED\)\?",
        ),
        (
            csv("2010-12-31,%,Acme,,,600,,,"),
            r"is not a type of event: use one of Fund established \(FUND_ESTABLISHED\), Terms",
        ),
        (
            csv("2999-12-31,Valuation,Acme,,,600,,,"),
            "lies in the future: the latest date for “Valuation” is",
        ),
        (
            csv(""),
            "^row 1: the file has a header and no rows: add a row below it for each event",
        ),
    ],
)
def test_a_fault_is_told_with_its_mend(content: bytes, told: str) -> None:
    with pytest.raises(ImportFaultsError, match=told):
        plan_import(content)


def test_a_size_is_not_asked_for_where_the_commitment_is_in_a_row_at_fault() -> None:
    assert faults(csv(ROWS.replace(",1000,", ",1ooo,"))) == [(2, "amount")]


def test_the_terms_of_a_row_are_told_with_their_field() -> None:
    terms = '"{""currency"": ""USD"", ""carry"": {""rate"": ""0.9""}}"'
    rows = f"2010-01-01,FUND_ESTABLISHED,{terms}"
    with pytest.raises(ImportFaultsError) as refused:
        plan_import(csv(rows, "effective_on,event_type,terms"))
    told = [str(fault) for fault in refused.value.faults]
    assert "row 2, column terms (C) '0.9': carry.rate must be at most 0.50" in told


def test_a_void_of_terms_that_the_gp_commitment_needs_is_a_fault_of_its_row() -> None:
    header = "effective_on,event_type,terms,investor,partner,amount,voids,reason"
    terms = '"{""currency"": ""USD"", ""size"": ""%s"", ""vintage_year"": 2010, '
    terms += '""inception_on"": ""2010-01-01""}"'
    rows = [
        f"2010-01-01,FUND_ESTABLISHED,{terms % 1000},,,,,",
        f"2010-01-02,TERMS_AMENDED,{terms % 2000},,,,,",
        "2010-01-03,COMMITMENT_MADE,,Larch Street,gp,1500,,",
        ",EVENT_VOIDED,,,,,2,oops",
    ]
    with pytest.raises(
        ImportFaultsError, match=r"row 5, column voids .G. '2': the fund's size wou"
    ):
        plan_import(csv("\n".join(rows), header))
    assert faults(csv("\n".join([*rows, "2010-13-01"]), header)) == [
        (6, "effective_on"),
        (6, "event_type"),
    ]
    mended = [*rows, f"2010-01-02,TERMS_AMENDED,{terms % 1500},,,,,"]
    assert len(plan_import(csv("\n".join(mended), header)).drafts) == 5


def test_a_company_whose_row_is_at_fault_brings_no_further_faults() -> None:
    rows = ROWS.replace("2010-02-01,COMPANY_ADDED,Acme", "2010-02-31,COMPANY_ADDED,Acme")
    assert faults(csv(rows)) == [(4, "effective_on")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(1, "-")]),
        (b"\xef\xbb\xbf \n", [(1, "-")]),
        (csv(""), [(1, "-")]),
        (csv(header=HEADER.replace("amount", "ammount")), [(1, "ammount")]),
        (csv(header=HEADER.replace("reason", "amount")), [(1, "amount")]),
        (csv(header=HEADER.replace("reason", "Amount")), [(1, "Amount")]),
        (csv().replace(b"Alma", b"Alm\xe9"), [(2, "-")]),
        (csv(ROWS.replace("acme,", '"acme,')), [(5, "-")]),
        (csv(ROWS.replace("400,,,,", "400,,,,,surplus")), [(5, "-")]),
        (csv("2010-01-15,CAPITAL_CALLED,,,500,,,,"), [(0, "size")]),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    content: bytes, found: list[tuple[int, str]]
) -> None:
    assert [(line, column.partition(".")[0]) for line, column in faults(content)] == found


@pytest.mark.parametrize("year", ["0215", "0020", "1900", "1899", "1949"])
def test_a_year_of_long_ago_is_refused_unless_the_fund_is_that_old(year: str) -> None:
    old = csv(ROWS.replace("2010-01-15", f"{year}-01-15"))
    assert faults(old) == [(3, "effective_on")]
    terms: dict[str, object] = {"inception_on": f"{year}-01-01", "vintage_year": 2010}
    if int(year) < 1900:
        assert (0, "inception_on") in faults(old, terms)
    else:
        assert len(plan_import(old, terms).drafts) == 6


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        ("2010-12-31T23:00:00Z,2010-12-31,EXPENSE_PAID,,,1,,other", True),
        ("2010-12-31T11:00:00Z,2011-01-01,EXPENSE_PAID,,,1,,other", True),  # in Samoa it is
        ("2010-12-31T09:00:00Z,2011-01-01,EXPENSE_PAID,,,1,,other", False),
        ("2010-04-15T09:00:00Z,2014-03-31,VALUATION_UPDATED,Acme,,,99,", False),
        ("2010-04-15T09:00:00Z,2010-12-31,INVESTMENT_MADE,Acme,,10,,", False),
        ("2010-04-15T09:00:00Z,2011-03-31,CAPITAL_CALLED,,,10,,", True),  # announced
        ("2010-04-15T09:00:00Z,2011-04-30,CAPITAL_CALLED,,,10,,", False),
    ],
)
def test_no_fact_of_a_history_is_known_before_it_happens(row: str, *, taken: bool) -> None:
    begun = "2010-01-05T00:00:00Z,2010-01-04,COMPANY_ADDED,Acme,,,,"
    content = csv(
        f"{begun}\n{row}",
        "recorded_at,effective_on,event_type,company,investor,amount,new_valuation,category",
    )
    terms = {"size": "1000"}
    if taken:
        assert len(plan_import(content, terms).drafts) == 3
        return
    with pytest.raises(ImportFaultsError, match=r"column effective_on.*when it was recorded"):
        plan_import(content, terms)


def test_recorded_at_stands_on_every_row_or_on_none_in_order_and_in_the_past() -> None:
    header = f"recorded_at,{HEADER}"
    moments = ["2011-01-01T00:00:00Z"] * 5

    def rows() -> bytes:
        return csv(
            "\n".join(
                f"{moment},{row}" for moment, row in zip(moments, ROWS.split("\n"), strict=True)
            ),
            header,
        )

    assert len(plan_import(rows()).drafts) == 6
    moments[2] = ""
    assert faults(rows()) == [(4, "recorded_at")]
    moments[2] = "2010-12-31T00:00:00Z"
    assert faults(rows()) == [(4, "recorded_at")]
    moments[2] = "0001-01-01T00:00:00+14:00"
    assert faults(rows()) == [(4, "recorded_at")]
    moments[2:] = ["2999-12-31T00:00:00Z"] * 3
    assert faults(rows()) == [(4, "recorded_at"), (5, "recorded_at"), (6, "recorded_at")]
    moments[2:] = ["2011-02-01"] * 3
    assert faults(rows())[0] == (4, "recorded_at")


def test_what_money_has_locked_is_told_by_the_row_that_moved_it() -> None:
    terms = json.dumps({"currency": "EUR", "size": "1000", "vintage_year": 2010, **BEGUN})
    cell = terms.replace('"', '""')
    rows = "\n".join(f"{row}," for row in ROWS.split("\n"))
    amended = f'{rows}\n2011-01-01,TERMS_AMENDED,,,,,,,,"{cell}"'
    with pytest.raises(ImportFaultsError) as refused:
        plan_import(csv(amended, f"{HEADER},terms"), BEGUN)
    [fault] = refused.value.faults
    assert (fault.row, fault.column) == (7, "terms")
    assert "money has moved (row 3)" in fault.reason
    assert "says the same" not in fault.reason


def test_bad_terms_are_told_with_their_field() -> None:
    with pytest.raises(ImportFaultsError, match=r"^terms: carry.rate.*must be at most 0.50"):
        plan_import(csv(), {"carry": {"rate": "0.9"}})


def test_two_funds_cannot_bear_one_name(engine: Engine) -> None:
    imported(engine, csv(), "Alma Ventures I")
    before = len(funds.all_funds(engine))
    with pytest.raises(FundNameTakenError, match="choose another"):
        imported(engine, csv(), "ALMA ventures i")
    with pytest.raises(FundNameTakenError, match="choose another"):
        write_fund.check_name(engine, "ALMA ventures i")
    assert len(funds.all_funds(engine)) == before


def test_progress_is_told_on_both_ways_through_the_rows() -> None:
    told: list[tuple[int, int]] = []
    write_fund.plan_import(csv(), None, lambda done, total: told.append((done, total)))
    assert told == [(i // 2, 5) for i in range(1, 11)]


@pytest.mark.parametrize(
    ("file", "committed", "paid_in", "distributed", "dpi"),
    [
        ("usv-2004.csv", "125000000", "111500000", "1537000000", "13.784753"),
        ("khosla-iii.csv", "1000000000", "1000000000", "1814230595", "1.814231"),
    ],
)
def test_real_funds_tie_to_what_was_reported(
    engine: Engine, file: str, committed: str, paid_in: str, distributed: str, dpi: str
) -> None:
    fund = imported(engine, (DATA / file).read_bytes(), file)
    figures = look(engine, fund.id).figures
    assert f"{figures.committed:f}" == committed
    assert f"{figures.paid_in.normalize():f}" == paid_in
    assert f"{figures.distributed.normalize():f}" == distributed
    assert f"{figures.total_value.normalize():f}" == "0"
    assert f"{figures.dpi:.6f}" == dpi


@pytest.mark.parametrize(
    ("known_at", "through", "total_value", "net_irr", "accrued_carry"),
    [
        ("", 284, "255383957.77", "0.586259", "40006444.92"),
        ("2011-01-15T00:00:00Z", 182, "211670114.14", "0.510678", "31263676.19"),
    ],
)
def test_a_restatement_shows_in_hindsight_only(
    engine: Engine, known_at: str, through: int, total_value: str, net_irr: str, accrued_carry: str
) -> None:
    terms = orjson.loads((DATA / "terms-8-100.json").read_bytes())
    plan = plan_import((DATA / "usv-2004.csv").read_bytes(), terms)
    fund = import_fund(engine, f"USV 2004 {known_at}", plan, somebody(engine).id)
    view = look(engine, fund.id, "2010-12-31", known_at=known_at)
    assert view.at.through == through
    assert str(view.figures.total_value) == total_value
    assert f"{view.figures.net_irr:.6f}" == net_irr
    assert str(view.figures.accrued_carry) == accrued_carry
