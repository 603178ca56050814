"""Health for programs: scores, their history, opinions."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.contracts import HealthBand
from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.api import BearerRequest, PageAsked, PageOf, endpoint
from vereda.foundation.api_fields import Body, Text
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.paging import Order, slice_of
from vereda.health.actions.pulses import give_opinion
from vereda.health.contracts import Doubt, FactorState
from vereda.health.models.pulses import Pulse
from vereda.health.models.scores import Score, ScoreDay
from vereda.health.queries.backtests import proven_versions
from vereda.health.queries.scores import all_scores, pulses_of, score_days, score_of

router = Router(tags=["health"])
BY_ACCOUNT = Order.on("account", "account_id")
NEWEST = Order.on("given", "at", descending=True)
LONGEST = 800


class FactorOut(Schema):
    """What one factor contributed. `share` is what its value earns, 0 to 1; it counts if fresh."""

    name: str
    input: str
    state: FactorState
    weight: int
    value: float | None
    as_of: date | None
    share: float | None
    earned: float | None


class ScoreOut(Schema):
    """An account's score. `value` is None when nothing is known; the colour is grey for people
    until it is `proven`."""

    account: str
    value: int | None
    band: HealthBand
    proven: bool
    coverage: float
    least: int
    doubt: Doubt | None
    since_on: date
    scorecard: str
    version: int
    factors: list[FactorOut]


class ScoreDayOut(Schema):
    """What a score became on a day; days without a row are as the one before."""

    on: date
    value: int | None
    band: HealthBand
    coverage: float
    scorecard: str
    version: int


class HistoryAsked(Schema):
    """How far back."""

    days: Annotated[int, Field(ge=1, le=LONGEST)] = 91


class OpinionNew(Body):
    """What the token's member thinks of the account, 1 (worried) to 5 (delighted)."""

    value: Annotated[int, Field(ge=1, le=5)]
    comment: Text = Field("", max_length=1_000)


class OpinionOut(Schema):
    """An opinion; it counts for 90 days, or until the next."""

    value: int
    comment: str
    at: datetime
    by: str

    @staticmethod
    def resolve_by(row: Pulse) -> str:
        """Who gave it."""
        return row.member.name if row.member else ""


@router.get("/health/scores", response=PageOf[ScoreOut])
@endpoint(may="health.see")
def list_scores(request: BearerRequest, asked: Query[PageAsked]) -> dict[str, Any]:
    """The scores of all accounts, each with its factors."""
    workspace = request.member.workspace
    rows = all_scores(workspace)
    part = slice_of(
        rows, workspace=workspace, order=BY_ACCOUNT, cursor=asked.cursor, size=asked.limit
    )
    proven = proven_versions(workspace, {row.version_id for row in part.rows})
    items = [score_told(row, proven=row.version_id in proven) for row in part.rows]
    return {"items": items, "next": part.next or None}


@router.get("/accounts/{key}/health", response=ScoreOut)
@endpoint(may="health.see")
def read_score(request: BearerRequest, key: str) -> dict[str, Any]:
    """Why the account's score is what it is. Without a scorecard for it: 404."""
    score = score_of(account_with_key(request.member.workspace, key))
    if score is None:
        raise Missing(key)
    proven = proven_versions(request.member.workspace, [score.version_id])
    return score_told(score, proven=bool(proven))


@router.get("/accounts/{key}/health/days", response=list[ScoreDayOut])
@endpoint(may="health.see")
def list_score_days(
    request: BearerRequest, key: str, asked: Query[HistoryAsked]
) -> list[dict[str, Any]]:
    """The days on which the account's score became another, the oldest first."""
    account = account_with_key(request.member.workspace, key)
    since = now().date() - timedelta(days=asked.days)
    return [day_told(row) for row in score_days(account, since=since)]


@router.get("/accounts/{key}/opinions", response=PageOf[OpinionOut])
@endpoint(may="health.see")
def list_opinions(request: BearerRequest, key: str, asked: Query[PageAsked]) -> dict[str, Any]:
    """What members thought of the account, the latest first."""
    workspace = request.member.workspace
    rows = pulses_of(account_with_key(workspace, key))
    part = slice_of(rows, workspace=workspace, order=NEWEST, cursor=asked.cursor, size=asked.limit)
    return {"items": part.rows, "next": part.next or None}


@router.post("/accounts/{key}/opinions", response={201: OpinionOut})
@endpoint(may="health.give_opinion")
def create_opinion(request: BearerRequest, key: str, body: OpinionNew) -> Status[Pulse]:
    """Say what you think of the account."""
    account = account_with_key(request.member.workspace, key)
    pulse = give_opinion(
        account, value=body.value, comment=body.comment, by=request.member, now=now()
    )
    return Status(201, pulse)


def score_told(row: Score, *, proven: bool) -> dict[str, Any]:
    """A score as the API shows it."""
    inputs = {factor.name: factor.input for factor in row.version.ruled.factors}
    return {
        "account": row.account.key,
        "value": row.value,
        "band": HealthBand(row.band),
        "proven": proven,
        "coverage": row.coverage,
        "least": row.least,
        "doubt": Doubt(row.doubt) if row.doubt else None,
        "since_on": row.since_on,
        "scorecard": row.version.scorecard.key,
        "version": row.version.number,
        "factors": [
            {
                "name": each.name,
                "input": inputs.get(each.name, ""),
                "state": each.state,
                "weight": each.weight,
                "value": each.value,
                "as_of": each.as_of,
                "share": each.share,
                "earned": each.earned,
            }
            for each in row.told_factors
        ],
    }


def day_told(row: ScoreDay) -> dict[str, Any]:
    """A day as the API shows it."""
    return {
        "on": row.on,
        "value": row.value,
        "band": HealthBand(row.band),
        "coverage": row.coverage,
        "scorecard": row.version.scorecard.key,
        "version": row.version.number,
    }
