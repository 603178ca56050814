"""Reports about money for programs, exchange rates, and the register of wins.

Amounts are integers of minor units of the workspace's currency; rates are shares of one.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.queries.accounts import account_with_key, accounts_with_ids
from vereda.foundation.api import (
    BearerRequest,
    PageAsked,
    PageOf,
    endpoint,
    stale_is_412,
    version_expected,
)
from vereda.foundation.api_fields import MOST_ROWS, Asked, Body, Day, Named, Text
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.intervals import Interval
from vereda.foundation.paging import Order, slice_of
from vereda.revenue.actions.headlines import day_of
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.actions.wins import correct_win, note_win
from vereda.revenue.contracts import ArrMovement, RateIn, WinKind, WinReason
from vereda.revenue.models import Win
from vereda.revenue.queries.exchange import exchange_rates
from vereda.revenue.queries.forecast import MONTHS_BACK, expected_renewals, past_renewals
from vereda.revenue.queries.groups import Chosen, dimensions_of
from vereda.revenue.queries.movements import (
    account_movements,
    movements_between,
    retained_of_span,
)
from vereda.revenue.queries.renewals import renewals_between
from vereda.revenue.queries.wins import all_wins, win_with_key
from vereda.revenue.rules.movements import Span
from vereda.revenue.rules.retention import months_earlier, months_later

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

router = Router(tags=["money"])
LAST_WIN = Order.on("happened", "happened_on", descending=True)
NEWEST_RATE = Order.on("on", "on", descending=True)
MOST_ROWS_TOLD = 1_000

Start = Annotated[int, Field(ge=0, le=10_000_000, description="How many rows to pass over")]
Rows = Annotated[int, Field(ge=1, le=MOST_ROWS_TOLD)]


class SpanAsked(Asked):
    """Which days are compared (the last 12 months if nothing is said), and whose money."""

    since: Day | None = None
    until: Day | None = None
    plan: Text = Field("", max_length=100)
    owner: Text = Field("", max_length=40, description="The id of a member, or none")
    cohort: Text = Field("", pattern=r"^(\d{4}-Q[1-4])?$", description="As 2026-Q1")


class MovedAsked(SpanAsked):
    """Which movements, and which rows of them."""

    kind: ArrMovement | None = None
    start: Start = 0
    limit: Rows = 100


class RetainedAsked(SpanAsked):
    """By what accounts are grouped: plan, owner, cohort, industry, country, custom.<field>."""

    by: Text = Field("plan", max_length=60)


class RenewalsAsked(Asked):
    """Which days (the next six months if nothing is said), and which rows."""

    since: Day | None = None
    until: Day | None = None
    start: Start = 0
    limit: Rows = 100


class MovementsOut(Schema):
    """ARR between two days: opening + exchange + the kinds = closing.

    `unrated`: by currency without an exchange rate, what was paid on both days in that currency.
    """

    since: date
    until: date
    currency: str
    opening: int
    exchange: int
    new: int
    reactivation: int
    expansion: int
    contraction: int
    churn: int
    closing: int
    accounts: dict[str, int]
    unrated: dict[str, tuple[int, int]]


class MovedOut(Schema):
    """What became of one account."""

    account: str | None
    kind: ArrMovement | None
    opening: int
    exchange: int
    movement: int
    closing: int


class ShareOut(Schema):
    """A share of one with its 95 % interval; null of nothing."""

    share: float | None
    low: float | None
    high: float | None


class RetainedOut(Schema):
    """What became of the accounts of one group that paid on the first day."""

    group: str
    accounts: int
    stayed: int
    grown: int
    before: int
    kept: int
    now: int
    nrr: float | None
    grr: float | None
    logos: ShareOut
    expansion: ShareOut


class RenewalOut(Schema):
    """A renewal, and what is expected of it; null where nothing can be told."""

    account: str | None
    subscription: str
    plan: str
    day: date
    arr_minor: int | None
    auto_renew: bool
    cancelled_on: date | None
    renewal_rate: float | None
    expected_minor: int | None


class RenewalRateOut(Schema):
    """How past renewals of a plan went."""

    plan: str
    renewed: int
    due: int
    rate: ShareOut


class RateRow(Body):
    """From `on`, one unit of `currency` is worth `rate` units of the workspace's currency."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    on: Day
    rate: Annotated[str, Field(pattern=r"^\d{1,6}(\.\d{1,9})?$", description="As 0.9245")]
    source: Text = Field("", max_length=100)


class RateRows(Body):
    """Up to 500 rates; one of the same currency and day is replaced."""

    rows: list[RateRow] = Field(min_length=1, max_length=MOST_ROWS)


class RateOut(Schema):
    """One dated rate."""

    currency: str
    on: date
    rate: str
    source: str

    @staticmethod
    def resolve_rate(row: Any) -> str:
        """The rate as it was told, exactly."""
        return format(Decimal(row.rate).normalize(), "f")


class RatesStored(Schema):
    """How many rates differ from what was known."""

    changed: int


class WinSaidIn(Body):
    """What is told of a win, win-back or loss. What is left out stays as it is."""

    kind: Annotated[WinKind, Field(strict=False)] = WinKind.WIN
    happened_on: Day = date.min
    reason: Annotated[WinReason, Field(strict=False)] = WinReason.UNKNOWN
    story: Text = Field("", max_length=20_000, description="Markdown")
    competitor: Text = Field("", max_length=100)
    public: bool = Field(default=False, description="May it be told outside?")


class WinNew(WinSaidIn):
    """A win, win-back or loss of an account."""

    account: Named = Field(max_length=20, description="The account's key, as A-12")
    kind: Annotated[WinKind, Field(strict=False)]
    happened_on: Day


class WinOut(Schema):
    """What was won, won back or lost."""

    key: str
    account: str
    kind: WinKind
    happened_on: date
    reason: WinReason
    story: str
    competitor: str
    public: bool
    version: int

    @staticmethod
    def resolve_account(row: Win) -> str:
        """The account's key."""
        return row.account.key


@router.get("/revenue/movements", response=MovementsOut)
@endpoint(may="revenue.see")
def show_movements(request: BearerRequest, asked: Query[SpanAsked]) -> dict[str, Any]:
    """How ARR moved between two days."""
    workspace = request.member.workspace
    span = _span(workspace, asked)
    totals = movements_between(workspace, span=span, chosen=_chosen(asked))
    return {
        "since": span.opened_on,
        "until": span.closed_on,
        "currency": workspace.currency,
        "opening": totals.opening,
        "exchange": totals.exchange,
        "closing": totals.closing,
        **{str(kind): totals.amounts[kind] for kind in ArrMovement},
        "accounts": {
            "opening": totals.opening_accounts,
            "closing": totals.closing_accounts,
            **{str(kind): totals.counts[kind] for kind in ArrMovement},
        },
        "unrated": totals.unrated,
    }


@router.get("/revenue/movements/accounts", response=list[MovedOut])
@endpoint(may="revenue.see")
def list_moved_accounts(request: BearerRequest, asked: Query[MovedAsked]) -> list[dict[str, Any]]:
    """The accounts that moved, the largest movements first."""
    workspace = request.member.workspace
    span = _span(workspace, asked)
    lines = account_movements(workspace, span=span, chosen=_chosen(asked), kind=asked.kind)
    part = lines[asked.start : asked.start + asked.limit]
    accounts = accounts_with_ids(workspace, [line.account_id for line in part])
    return [
        {
            "account": account.key if (account := accounts.get(line.account_id)) else None,
            "kind": line.kind,
            "opening": line.opening,
            "exchange": line.exchange,
            "movement": line.movement,
            "closing": line.closing,
        }
        for line in part
    ]


@router.get("/revenue/retention", response=list[RetainedOut])
@endpoint(may="revenue.see")
def list_retention(request: BearerRequest, asked: Query[RetainedAsked]) -> list[dict[str, Any]]:
    """NRR, GRR, accounts kept and grown, by group; the group that paid most first."""
    workspace = request.member.workspace
    if asked.by not in dimensions_of(workspace):
        raise Refused(f"Accounts are not grouped by {asked.by}.")
    groups = retained_of_span(
        workspace, span=_span(workspace, asked), dimension=asked.by, chosen=_chosen(asked)
    )
    return [
        {
            "group": name,
            **{
                each: getattr(told, each)
                for each in ("accounts", "stayed", "grown", "before", "kept", "now")
            },
            "nrr": told.net,
            "grr": told.gross,
            "logos": _share(told.logos, told.logos_interval),
            "expansion": _share(told.expansion, told.expansion_interval),
        }
        for name, told in sorted(groups.items(), key=lambda each: (-each[1].before, each[0]))
    ]


@router.get("/revenue/renewals", response=list[RenewalOut])
@endpoint(may="revenue.see")
def list_renewals(request: BearerRequest, asked: Query[RenewalsAsked]) -> list[dict[str, Any]]:
    """What renews, by day, with what is expected by the renewals of the last two years."""
    workspace = request.member.workspace
    today = day_of(workspace, now=now())
    since = asked.since or today
    until = asked.until or months_later(since.replace(day=1), 7)
    past = past_renewals(workspace, since=months_earlier(today, MONTHS_BACK), until=today)
    told = renewals_between(workspace, since=since, until=until)
    part = expected_renewals(told[asked.start : asked.start + asked.limit], past=past)
    accounts = accounts_with_ids(workspace, [each.renewal.account_id for each in part])
    return [
        {
            "account": account.key if (account := accounts.get(each.renewal.account_id)) else None,
            "subscription": each.renewal.subscription_key,
            "plan": each.renewal.plan,
            "day": each.renewal.day,
            "arr_minor": each.renewal.arr_minor,
            "auto_renew": each.renewal.auto_renew,
            "cancelled_on": each.renewal.notice,
            "renewal_rate": each.share,
            "expected_minor": each.expected_minor,
        }
        for each in part
    ]


@router.get("/revenue/renewal-rates", response=list[RenewalRateOut])
@endpoint(may="revenue.see")
def list_renewal_rates(request: BearerRequest, asked: Query[SpanAsked]) -> list[dict[str, Any]]:
    """How the renewals of a span went, by plan; those that are still to come are not among them."""
    workspace = request.member.workspace
    span = _span(workspace, asked)
    until = min(span.closed_on, day_of(workspace, now=now()))
    past = past_renewals(workspace, since=span.opened_on, until=until, chosen=_chosen(asked))
    return [
        {
            "plan": plan,
            "renewed": rate.renewed,
            "due": rate.due,
            "rate": _share(rate.share, rate.interval),
        }
        for plan, rate in sorted(past.by_plan.items())
    ]


@router.get("/exchange-rates", response=PageOf[RateOut])
@endpoint(may="revenue.see")
def list_exchange_rates(request: BearerRequest, asked: Query[PageAsked]) -> dict[str, Any]:
    """The rates into the workspace's currency, the newest first."""
    workspace = request.member.workspace
    part = slice_of(
        exchange_rates(workspace),
        workspace=workspace,
        order=NEWEST_RATE,
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": part.rows, "next": part.next or None}


@router.put("/exchange-rates", response=RatesStored)
@endpoint(may="revenue.configure")
def enter_exchange_rates(request: BearerRequest, body: RateRows) -> dict[str, int]:
    """Enter up to 500 rates, all or none."""
    told = [
        RateIn(currency=row.currency, on=row.on, rate=Decimal(row.rate), source=row.source)
        for row in body.rows
    ]
    return {"changed": put_exchange_rates(request.member.workspace, told, by=request.member)}


@router.get("/wins", response=PageOf[WinOut])
@endpoint(may="revenue.see")
def list_wins(request: BearerRequest, asked: Query[PageAsked]) -> dict[str, Any]:
    """What was won, won back and lost, the last first."""
    workspace = request.member.workspace
    part = slice_of(
        all_wins(workspace),
        workspace=workspace,
        order=LAST_WIN,
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": part.rows, "next": part.next or None}


@router.post("/wins", response={201: WinOut})
@endpoint(may="revenue.edit_subscription")
def create_win(request: BearerRequest, body: WinNew) -> Status[Win]:
    """A win, win-back or loss of an account."""
    said = body.said()
    account = account_with_key(request.member.workspace, said.pop("account"))
    return Status(201, note_win(account, by=request.member, **said))


@router.get("/wins/{key}", response=WinOut)
@endpoint(may="revenue.see")
def show_win(request: BearerRequest, response: HttpResponse, key: str) -> Win:
    """One win; its ETag is its version."""
    win = win_with_key(request.member.workspace, key)
    response.headers["ETag"] = f'"{win.version}"'
    return win


@router.patch("/wins/{key}", response=WinOut)
@endpoint(may="revenue.edit_subscription")
def correct_one_win(request: BearerRequest, key: str, body: WinSaidIn) -> Win:
    """The same win with what is said put right. If-Match refuses what somebody changed since."""
    win = win_with_key(request.member.workspace, key)
    version = version_expected(request, said=None)
    with stale_is_412(request):
        return correct_win(win, by=request.member, version=version, **body.said())


def _span(workspace: "Workspace", asked: SpanAsked) -> Span:
    until = asked.until or day_of(workspace, now=now())
    since = asked.since or months_earlier(until, 12)
    return Span(min(since, until), max(since, until))


def _chosen(asked: SpanAsked) -> Chosen:
    return Chosen(plan=asked.plan, owner=asked.owner, cohort=asked.cohort)


def _share(share: float | None, interval: Interval | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"share": share, "low": low, "high": high}
