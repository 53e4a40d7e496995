"""Charts over a fund's life: what they draw is what the states by quarter are."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.web.charts import layout
from app.web.charts.chart import Column
from tests.ledgers import look, mark, raw, record
from tests.web.charts.charted import charts, column


def test_the_j_curve_shows_each_quarters_flows_and_their_sum(engine: Engine, fund: UUID) -> None:
    [chart, _, _] = charts(engine, fund, "2010-12-31").charts
    assert [str(each) for each in chart.labels] == [
        "2010-03-31",
        "2010-06-30",
        "2010-09-30",
        "2010-12-31",
    ]
    assert list(column(chart, "Paid-in").values()) == [-1000, 0, 0, 0]
    assert list(column(chart, "Distributed").values()) == [0, 0, 0, 60]
    assert list(column(chart, "Net cash flow to date").values()) == [-1000, -1000, -1000, -940]
    assert chart.words.sentence == (
        "By 31 Dec 2010 $1k was paid in and $60 distributed: −$940 net. "
        "The lowest point was −$1k on 31 Mar 2010."
    )


def test_multiples_are_those_of_the_state_on_each_day(engine: Engine, fund: UUID) -> None:
    chart = charts(engine, fund, "2010-12-31").charts[1]
    for day in ("2010-06-30", "2010-12-31"):
        figures = look(engine, fund, day).figures
        dpi, rvpi, tvpi = (column(chart, name)[day] for name in ("DPI", "RVPI", "TVPI"))
        assert (dpi, rvpi) == (round(figures.dpi or 0, 6), round(figures.rvpi or 0, 6))
        assert tvpi == round(figures.tvpi or 0, 6)
        assert dpi is not None
        assert rvpi is not None
        assert dpi + rvpi == tvpi
    assert set(column(chart, "Net IRR").values()) == {None}, "under one year it says nothing"
    assert chart.words.sentence.endswith("Net IRR was n/m.")


def test_the_charts_go_on_to_the_end_of_the_slider(engine: Engine, fund: UUID) -> None:
    early = charts(engine, fund, "2010-06-30").charts[0]
    assert str(early.labels[-1]) == "2010-12-31", "the cursor stands on the day of the view"
    assert early.figure["layout"]["xaxis"]["range"] == ["2009-12-31", "2010-12-31"]


def test_nav_known_at_the_view_stands_beside_nav_known_now(engine: Engine, fund: UUID) -> None:
    head = look(engine, fund).head.sequence
    record(engine, fund, mark("700", "2010-06-30"))
    chart = charts(engine, fund, "2010-06-30", through=str(head)).charts[2]
    day = "2010-06-30"
    assert (
        column(chart, "Known at the view")[day]
        == look(engine, fund, day, through=str(head)).figures.nav
    )
    assert column(chart, "Known now")[day] == look(engine, fund, day).figures.nav
    assert column(chart, "Gap")[day] == -200
    assert chart.words.sentence.endswith("now: gap −$200.")
    [named] = chart.figure["layout"]["annotations"]
    assert (named["x"], named["text"]) == (day, "Gap −$200")


def test_where_all_is_known_there_is_no_gap(engine: Engine, fund: UUID) -> None:
    chart = charts(engine, fund, "2010-06-30").charts[2]
    assert [each.name for each in chart.columns] == ["Known at the view"]
    assert "annotations" not in chart.figure["layout"]


def test_what_is_not_known_at_the_view_is_not_drawn(engine: Engine, fund: UUID) -> None:
    chart = charts(engine, fund, "2010-06-30", through="4").charts[2]
    known = column(chart, "Known at the view")
    assert [known[day] is None for day in ("2010-03-31", "2010-09-30")] == [False, True]


@pytest.mark.parametrize(("compares", "columns"), [(False, 1), (True, 3)])
def test_a_report_is_seen_without_hindsight_unless_it_is_compared(
    engine: Engine, fund: UUID, *, compares: bool, columns: int
) -> None:
    closed = record(
        engine, fund, raw("PERIOD_CLOSED", "2011-01-15", closed_through="2010-06-30")
    ).last_sequence
    record(engine, fund, mark("700", "2010-06-30", adjustment=True))
    at = {"through": str(closed), "compares": compares}
    assert len(charts(engine, fund, "2010-06-30", **at).charts[2].columns) == columns


def test_the_words_are_of_the_day_of_the_view(engine: Engine, fund: UUID) -> None:
    j_curve, multiples, nav = charts(engine, fund, "2010-06-30").charts
    assert j_curve.words.sentence.startswith("By 30 Jun 2010 $1k was paid in and $0 distributed")
    assert multiples.words.sentence.startswith("On 30 Jun 2010 TVPI was ")
    assert nav.words.sentence == "On 30 Jun 2010 NAV before carry was $2k."


@pytest.mark.parametrize(
    ("amount", "marks"),
    [
        ("1500", ["$0", "$500", "$1,000", "$1,500"]),
        ("-41000000", ["−$50.0M", "−$40.0M", "−$30.0M", "−$20.0M", "−$10.0M", "$0"]),
        ("2300000000", ["$0", "$500.0M", "$1.00B", "$1.50B", "$2.00B", "$2.50B"]),
        ("0", ["$0"]),
    ],
)
def test_an_axis_of_money_is_marked_as_pages_write_money(amount: str, marks: list[str]) -> None:
    axis = layout.axis([Column.of("Net", "money", [Decimal(amount), None])], "USD")
    assert axis["ticktext"] == marks
