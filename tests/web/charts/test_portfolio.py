"""Charts of the companies of a view: their parts add up to the state."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from app.domain.state.state import Holding
from app.web.charts import portfolio
from tests.ledgers import look
from tests.web.charts.charted import column, total
from tests.web.charts.charted import portfolio as portfolio_page


def _held(name: str, invested: str = "100", fair_value: str = "0", **more: object) -> Holding:
    holding = Holding(name, name, invested=Decimal(invested), fair_value=Decimal(fair_value))
    for field, value in more.items():
        setattr(holding, field, value)
    return holding


def test_value_by_company_is_that_of_the_state(engine: Engine, fund: UUID) -> None:
    chart, state = portfolio_page(engine, fund, "2010-12-31").charts[0], look(engine, fund).state
    assert [str(each) for each in chart.labels] == ["Acme", "Bolt"]
    assert total(chart, "Cost") == state.invested
    assert total(chart, "Proceeds") == state.proceeds
    assert total(chart, "Fair value") == state.total_value


def test_companies_are_of_the_day_of_the_view(engine: Engine, fund: UUID) -> None:
    chart = portfolio_page(engine, fund, "2010-03-31").charts[0]
    assert column(chart, "Fair value") == {"Acme": 400}


def test_beyond_twenty_companies_the_others_share_a_bar() -> None:
    held = [_held(f"Company {index:02}", fair_value=str(100 - index)) for index in range(23)]
    chart = portfolio.by_company(held, "USD")
    assert len(chart.labels) == 21
    assert column(chart, "Fair value")["3 others"] == 80 + 79 + 78
    assert total(chart, "Cost") == 2300


def test_groups_add_up_and_years_stand_in_their_order() -> None:
    held = [
        _held("A", fair_value="50", sector="Health"),
        _held("B", fair_value="90"),
        _held("C", fair_value="70", sector="Health"),
    ]
    chart = portfolio.by_group(held, "sector", "USD")
    assert column(chart, "Fair value") == {"Health": 120, "Not stated": 90}
    assert chart.words.sentence.startswith("Worth most: Health.")


def test_loss_is_what_went_into_companies_below_cost() -> None:
    held = [_held("A", "100", "99"), _held("B", "300", "300"), _held("C", proceeds=Decimal(250))]
    assert portfolio.loss_ratio(held) == Decimal(100) / 500
    assert portfolio.loss_ratio([]) is None


def test_concentration_is_of_fair_value() -> None:
    held = [_held(name, "10", value) for name, value in zip("ABCDEFG", "9876543", strict=True)]
    share = column(portfolio.concentration(held, "USD"), "Share")
    assert share["Largest 1"] == round(Decimal(9) / 42, 6)
    assert share["Largest 5"] == round(Decimal(35) / 42, 6)
    assert (share["Largest 10"], share["Loss ratio"]) == (1, 1)


def test_reserves_are_those_of_the_state(engine: Engine, fund: UUID) -> None:
    chart = portfolio_page(engine, fund, "2010-12-31").charts[2]
    assert column(chart, "Allocated") == {"Acme": 100}
    assert column(chart, "Deployed") == {"Acme": 0}
    assert column(chart, "Left") == {"Acme": 100}


def test_a_name_is_no_markup_for_plotly() -> None:
    chart = portfolio.by_company([_held('<b>&"x"')], "USD")
    assert chart.figure["data"][0]["y"] == ["&lt;b&gt;&amp;&quot;x&quot;"]
    assert chart.labels == ['<b>&"x"']
