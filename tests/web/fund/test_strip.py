"""The strip under the handle, as the server sends it."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.ledgers import called, company, investment, mark, new_fund, raw, record


def _strip(client: FlaskClient, fund: object, query: str = "") -> str:
    html = client.get(f"/funds/{fund}/{query}").text
    return html[html.index('id="strip"') : html.index('id="veil"')]


def test_two_or_three_values_are_named_beside_the_curve(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("7000000"), company(), investment("4000000"), mark("9500000"))
    strip = _strip(client, fund)
    assert re.findall(r">(\$[^<]*)</text>", strip) == ["$5.0M", "$10.0M"]
    assert strip.count("<line ") == 2


def test_the_ticks_tell_what_happened_on_each_day_and_what_was_recorded_later(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), called("500"), mark("600"), mark("700"))
    record(engine, fund, mark("800"), called("20", "2010-01-31"))
    ticks = re.findall(
        r'<path class="([^"]*)" .*?data-one="(.*?)" data-many="(.*?)" data-days="(.*?)"',
        _strip(client, fund, "?as_of=2011-06-30&through=5"),
    )
    told = {kind: days for kind, _, _, days in ticks}
    assert told["valuation"] == "364 2"
    assert told["later valuation"] == "364 1"
    assert told["call"] == "14 1"
    assert told["later call"] == "30 1"
    assert ("valuation", "valuation", "valuations", "364 2") in ticks


def test_closes_in_force_at_the_view_are_chapters_by_name(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company(), called("500"), mark("600"))
    for through in ("2010-06-30", "2011-12-31"):
        record(engine, fund, raw("PERIOD_CLOSED", "2012-01-15", closed_through=through))
    record(engine, fund, raw("PERIOD_REOPENED", "2012-02-15", closed_through="2011-12-31"))
    assert _chapters(_strip(client, fund)) == [("180", "Q2 2010")]
    assert _chapters(_strip(client, fund, "?through=6")) == [("180", "Q2 2010"), ("729", "Q4 2011")]
    assert _chapters(_strip(client, fund, "?through=4")) == []


def _chapters(strip: str) -> list[tuple[str, str]]:
    return re.findall(r'data-step="(\d+)" data-name="([^"]*)"', strip)


def test_of_chapters_too_close_to_be_named_the_later_one_is(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, company())
    for through in ("2015-12-31", "2020-03-31", "2020-06-30"):
        record(engine, fund, raw("PERIOD_CLOSED", "2020-07-15", closed_through=through))
    named = re.findall(r'<text class="nth[^"]*" x="[^"]*" y="16">([^<]*)<', _strip(client, fund))
    assert named == ["Q2 2020", "Q4 2015"]
