"""Promised benefits for programs: which there are, how they stand, and what was measured."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.api import BearerRequest, PageAsked, PageOf, endpoint
from vereda.foundation.api_fields import Body, Named, Text
from vereda.foundation.clock import now
from vereda.foundation.paging import Order, slice_of
from vereda.outcomes.actions.measuring import measure_outcome
from vereda.outcomes.actions.promising import promise_outcome
from vereda.outcomes.contracts import (
    LONGEST_BENEFIT,
    LONGEST_WORDS,
    MOST_TOLERANCE,
    TOLERANCE,
    Direction,
    Origin,
    OutcomeSaid,
    OutcomeState,
    Per,
    Unit,
)
from vereda.outcomes.models.outcomes import Outcome
from vereda.outcomes.queries.outcomes import outcome_with_key, outcomes_in
from vereda.worklist.queries.ranks import today_at

router = Router(tags=["outcomes"])

NEWEST = Order.on("promised", "number", descending=True)
Number = Annotated[Decimal, Field(strict=False, max_digits=15, decimal_places=4)]
Day = Annotated[date, Field(strict=False)]


class OutcomesAsked(PageAsked):
    """Of one account or in one state, if said."""

    account: Text = Field("", max_length=20)
    state: OutcomeState | None = None


class OutcomeOut(Schema):
    """A promised benefit. `state` and `delivered` are derived, as of when it was last looked at.

    Values are decimals in the unit; money is in whole units of its currency.
    """

    key: str
    account: str
    benefit: str
    why: str
    unit: Unit
    unit_words: str
    currency: str
    per: Per
    direction: Direction
    baseline: Decimal | None
    target: Decimal
    out_of_box: Decimal | None
    delivered: Decimal | None
    promised_on: date
    starts_on: date
    due_on: date
    tolerance_percent: int
    origin: Origin
    state: OutcomeState
    state_since_on: date
    ruled_by: str
    why_not: str
    product: str | None
    feature: str | None
    metric: str | None

    @staticmethod
    def resolve_account(row: Outcome) -> str:
        """The account's key."""
        return row.account.key

    @staticmethod
    def resolve_product(row: Outcome) -> str | None:
        """The product's slug."""
        return row.product.slug if row.product else None

    @staticmethod
    def resolve_feature(row: Outcome) -> str | None:
        """The feature's slug."""
        return row.feature.slug if row.feature else None

    @staticmethod
    def resolve_metric(row: Outcome) -> str | None:
        """The metric's slug."""
        return row.metric.slug if row.metric else None


class OutcomeNew(Body):
    """A benefit as it was promised."""

    account: Named = Field(max_length=20)
    benefit: Named = Field(max_length=LONGEST_BENEFIT)
    target: Number
    due_on: Day
    why: Text = Field("", max_length=LONGEST_WORDS)
    unit: Annotated[Unit, Field(strict=False)] = Unit.NUMBER
    unit_words: Text = Field("", max_length=40)
    currency: Text = Field("", max_length=3)
    per: Annotated[Per, Field(strict=False)] = Per.ONCE
    direction: Annotated[Direction, Field(strict=False)] = Direction.MORE
    baseline: Number | None = None
    out_of_box: Number | None = None
    starts_on: Day | None = None
    promised_on: Day | None = None
    tolerance_percent: int = Field(TOLERANCE, ge=0, le=MOST_TOLERANCE)
    origin: Annotated[Origin, Field(strict=False)] = Origin.SALE


class MeasurementNew(Body):
    """What the value was on a day; today unless said."""

    value: Number
    on: Day | None = None
    words: Text = Field("", max_length=LONGEST_WORDS)


@router.get("/outcomes", response=PageOf[OutcomeOut])
@endpoint(may="outcomes.see")
def list_outcomes(request: BearerRequest, asked: Query[OutcomesAsked]) -> dict[str, Any]:
    """Promised benefits, the last one first."""
    workspace = request.member.workspace
    rows = outcomes_in(workspace)
    if asked.account:
        rows = rows.filter(account=account_with_key(workspace, asked.account))
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    part = slice_of(rows, workspace=workspace, order=NEWEST, cursor=asked.cursor, size=asked.limit)
    return {"items": part.rows, "next": part.next or None}


@router.get("/outcomes/{key}", response=OutcomeOut)
@endpoint(may="outcomes.see")
def show_outcome(request: BearerRequest, key: str) -> Outcome:
    """One promised benefit."""
    return outcome_with_key(request.member.workspace, key)


@router.post("/outcomes", response={201: OutcomeOut})
@endpoint(may="outcomes.edit")
def create_outcome(request: BearerRequest, body: OutcomeNew) -> Status[Outcome]:
    """A new promise. 422 when it could not be verified as it is."""
    said = body.said()
    account = account_with_key(request.member.workspace, said.pop("account"))
    promised_on = said.pop("promised_on", None)
    row = promise_outcome(
        account,
        said=OutcomeSaid(**said),
        promised_on=promised_on,
        by=request.member,
        now=now(),
    )
    return Status(201, row)


@router.post("/outcomes/{key}/measure", response={201: OutcomeOut})
@endpoint(may="outcomes.edit")
def measure_one_outcome(request: BearerRequest, key: str, body: MeasurementNew) -> Status[Outcome]:
    """A value of a day, with its evidence; the outcome as it stands then."""
    workspace, moment = request.member.workspace, now()
    row = outcome_with_key(workspace, key)
    on = body.on or today_at(workspace, now=moment)
    measure_outcome(row, value=body.value, on=on, words=body.words, by=request.member, now=moment)
    return Status(201, outcome_with_key(workspace, key))
