"""A fund with something for each chart."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.ledgers import called, company, investment, mark, new_fund, raw


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(
        engine,
        called("1000", "2010-01-15"),
        company(),
        company("Bolt"),
        investment("400"),
        investment("200", "2010-05-01", "Bolt"),
        raw("RESERVE_ALLOCATED", "2010-05-02", company="Acme", amount="100"),
        mark("900", "2010-06-30"),
        mark("50", "2010-09-30", "Bolt"),
        raw("PROCEEDS_RECEIVED", "2010-11-01", company="Acme", kind="dividend", amount="80"),
        raw("DISTRIBUTION_MADE", "2010-11-15", amount="60"),
    )
