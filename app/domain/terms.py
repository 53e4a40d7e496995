"""A fund's terms as data: what FUND_ESTABLISHED and TERMS_AMENDED carry, and their bounds."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.fields import (
    WHOLE,
    Day,
    Exact,
    Flag,
    Name,
    Positive,
    Record,
    Share,
    bounded,
    distinct_names,
    written,
)
from app.domain.money import ONE, ZERO

FeeRate = Annotated[Exact, BeforeValidator(bounded(ZERO, Decimal("0.05"))), written(0, "0.05")]
CarryRate = Annotated[Exact, BeforeValidator(bounded(ZERO, Decimal("0.50"))), written(0, "0.50")]
HurdleRate = Annotated[
    Exact,
    BeforeValidator(bounded(ZERO, Decimal("0.20"), open_low=True)),
    written(0, "0.20", open_low=True),
]
CatchUp = Share
ReserveRatio = Annotated[
    Exact,
    BeforeValidator(bounded(ZERO, Decimal(2), open_low=True)),
    written(0, "2", open_low=True),
]
PaceShare = Share
# How the hurdle's growth adds to the balance that it accrues on: day by day, so that a year of 365
# days gives the hurdle; once a year; or never.
Compounding = Literal["daily", "annual", "simple"]
FeeBasis = Literal["committed", "called", "invested_cost", "nav"]
OLDEST_VINTAGE = 1970


class StepDown(Record):
    """The fee after the investment period."""

    rate: FeeRate
    basis: FeeBasis


class ManagementFee(Record):
    """The yearly fee as a rate on a basis."""

    rate: FeeRate = Decimal("0.02")
    basis: FeeBasis = "committed"
    step_down: StepDown | None = None


class Carry(Record):
    """The general partner's share of profit."""

    rate: CarryRate = Decimal("0.20")
    hurdle: HurdleRate | None = None
    catch_up: CatchUp | None = None
    compounding: Compounding = "daily"
    cumulative: Flag = False  # whether the balance that the hurdle accrues on may go below 0
    waterfall: Literal["whole_fund"] = "whole_fund"

    @model_validator(mode="after")
    def _all_needs_a_hurdle(self) -> Self:
        for field, usual in (("compounding", "daily"), ("cumulative", False)):
            if self.hurdle is None and getattr(self, field) != usual:
                raise PydanticCustomError(
                    field,
                    "{field} needs a hurdle: give carry.hurdle or leave {field} out",
                    {"field": field},
                )
        if self.catch_up and self.hurdle is None:
            raise PydanticCustomError(
                "catch_up", "catch_up needs a hurdle: give carry.hurdle or leave catch_up out"
            )
        if self.catch_up and self.catch_up < self.rate:
            raise PydanticCustomError(
                "catch_up", "catch_up must be 0 or between the carry rate and 1"
            )
        return self


class Deployment(Record):
    """How fast the fund means to invest; `shares` are fractions of size per year."""

    pacing: Literal["linear", "front_loaded", "back_loaded", "custom"] = "linear"
    shares: tuple[PaceShare, ...] | None = None

    @model_validator(mode="after")
    def _custom_shares_sum_to_one(self) -> Self:
        if (self.pacing == "custom") != (self.shares is not None):
            raise PydanticCustomError(
                "shares", "shares belong to custom pacing: give both or neither"
            )
        if self.shares is not None and sum(self.shares) != ONE:
            raise PydanticCustomError("shares", "shares must sum to exactly 1")
        return self


class Reserves(Record):
    """What the fund sets aside for follow-ons, as a ratio of each initial cheque."""

    policy: Literal["none", "ratio", "by_stage"] = "none"
    ratio: ReserveRatio | None = None
    by_stage: Annotated[dict[Name, ReserveRatio] | None, BeforeValidator(distinct_names)] = None

    @model_validator(mode="after")
    def _the_policy_has_what_it_needs(self) -> Self:
        if (self.policy == "ratio") != (self.ratio is not None):
            raise PydanticCustomError("ratio", "ratio belongs to the policy ratio: give both")
        if (self.policy == "by_stage") != bool(self.by_stage):
            raise PydanticCustomError(
                "by_stage", "by_stage belongs to the policy by_stage: give both"
            )
        return self


class Terms(Record):
    """The whole terms of a fund; rates are fractions (0.20 is 20%), money in `currency`."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    size: Positive
    vintage_year: Annotated[int, WHOLE]
    inception_on: Day
    term_years: Annotated[int, Field(ge=1, le=20), WHOLE] = 10
    investment_period_years: Annotated[int, Field(ge=1, le=20), WHOLE] = 5
    evergreen: Flag = False
    management_fee: ManagementFee = ManagementFee()
    carry: Carry = Carry()
    deployment: Deployment = Deployment()
    reserves: Reserves = Reserves()

    @model_validator(mode="after")
    def _years_are_in_bounds(self) -> Self:
        newest = datetime.now(UTC).year + 1
        if not OLDEST_VINTAGE <= self.vintage_year <= newest:
            raise PydanticCustomError(
                "vintage_year",
                "vintage_year must lie between {oldest} and {newest}",
                {"oldest": OLDEST_VINTAGE, "newest": newest},
            )
        if self.investment_period_years > self.term_years:
            raise PydanticCustomError(
                "investment_period_years",
                "investment_period_years must not exceed term_years",
            )
        return self
