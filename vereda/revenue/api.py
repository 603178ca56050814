"""Money for programs: subscriptions and goodbyes.

Amounts are integers of minor units, in the currency beside them: 100000 EUR is 1,000.00 €.
"""

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.contracts import UNSET
from vereda.customers.queries.accounts import account_with_key, accounts_by_key
from vereda.foundation.api import (
    BearerRequest,
    PageAsked,
    PageOf,
    endpoint,
    stale_is_412,
    version_expected,
)
from vereda.foundation.api_fields import MOST_ROWS, Body, Day, Named, Text
from vereda.foundation.api_rows import RowsOut, numbers_in, rows_shown
from vereda.foundation.clock import now
from vereda.foundation.paging import Order, slice_of
from vereda.revenue.actions.churn import record_churn
from vereda.revenue.actions.subscriptions import (
    change_subscription,
    correct_subscription,
    end_subscription,
    start_subscription,
)
from vereda.revenue.actions.upserts import upsert_subscriptions
from vereda.revenue.contracts import BillingPeriod, ChurnReason, SubscriptionIn
from vereda.revenue.models import ChurnEvent, Subscription
from vereda.revenue.queries.subscriptions import (
    all_churn,
    all_subscriptions,
    keys_of_subscriptions,
    subscription_with_key,
)
from vereda.workspaces.actions.turns import hold_upserts

router = Router(tags=["money"])
NEWEST = Order.on("started", "started_on", descending=True)
LAST = Order.on("churned", "churned_on", descending=True)

Amount = Annotated[int, Field(ge=0, le=10**13, description="In minor units, such as cents")]
Seats = Annotated[int, Field(ge=0, le=10_000_000)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Period = Annotated[BillingPeriod, Field(strict=False)]


class Terms(Body):
    """Terms of a subscription. What is left out stays as it is, or takes its default."""

    product: Text = Field("", max_length=100)
    plan: Text = Field("", max_length=100)
    seats: Seats | None = None
    amount_minor: Amount = 0
    period: Period = BillingPeriod.MONTHLY
    currency: Currency = "EUR"
    ends_on: Day | None = Field(None, description="The first day without it")
    renews_on: Day | None = None
    cancelled_on: Day | None = None
    trial: bool = False
    auto_renew: bool = True


class SubscriptionNew(Terms):
    """A subscription that starts, without `currency` in that of the workspace."""

    account: Named = Field(max_length=20, description="The account's key, as A-12")
    started_on: Day
    external_id: Text = Field("", max_length=200)


class SubscriptionCorrection(Terms):
    """What was noted wrongly, put right from the first day on."""

    started_on: Day | None = None


class SubscriptionChange(Terms):
    """The terms that are new from a day on."""

    from_on: Day


class SubscriptionEnd(Body):
    """The end of a subscription."""

    ends_on: Day = Field(description="The first day without it")


class SubscriptionRow(Terms):
    """One subscription of many, known by its external id; a new one needs account and start."""

    external_id: Named = Field(max_length=200)
    account: Named = Field("", max_length=20)
    started_on: Day | None = None


class SubscriptionRows(Body):
    """Up to 500 subscriptions."""

    rows: list[SubscriptionRow] = Field(min_length=1, max_length=MOST_ROWS)


class ChurnNew(Body):
    """A goodbye: what still runs ends that day, and so does the account's active status."""

    account: Named = Field(max_length=20)
    churned_on: Day
    reason: Annotated[ChurnReason, Field(strict=False)] = ChurnReason.UNKNOWN
    comment: Text = Field("", max_length=5_000)
    refund_minor: Amount | None = None


class OfAccount(PageAsked):
    """Those of one account, or of all."""

    account: Text = Field("", max_length=20)


class SubscriptionOut(Schema):
    """One stretch of unchanged terms; `continues` is the one before a change."""

    key: str
    account: str
    external_id: str
    product: str
    plan: str
    seats: int | None
    amount_minor: int
    currency: str
    period: BillingPeriod
    started_on: date
    ends_on: date | None
    renews_on: date | None
    cancelled_on: date | None
    trial: bool
    auto_renew: bool
    continues: str | None
    version: int

    @staticmethod
    def resolve_account(row: Subscription) -> str:
        """The account's key."""
        return row.account.key

    @staticmethod
    def resolve_continues(row: Subscription) -> str | None:
        """The key of the stretch before."""
        return row.continues.key if row.continues else None


class ChurnOut(Schema):
    """A goodbye."""

    account: str
    external_id: str
    churned_on: date
    reason: ChurnReason
    comment: str
    refund_minor: int | None
    lost_arr_minor: int | None
    currency: str
    reactivation: bool

    @staticmethod
    def resolve_account(row: ChurnEvent) -> str:
        """The account's key."""
        return row.account.key


@router.get("/subscriptions", response=PageOf[SubscriptionOut])
@endpoint(may="revenue.see")
def list_subscriptions(request: BearerRequest, asked: Query[OfAccount]) -> dict[str, Any]:
    """Subscriptions of one account or of all, past ones too, the newest first."""
    workspace = request.member.workspace
    rows = all_subscriptions(workspace)
    if asked.account:
        rows = rows.filter(account=account_with_key(workspace, asked.account))
    part = slice_of(rows, workspace=workspace, order=NEWEST, cursor=asked.cursor, size=asked.limit)
    return {"items": part.rows, "next": part.next or None}


@router.post("/subscriptions", response={201: SubscriptionOut})
@endpoint(may="revenue.edit_subscription")
def create_subscription(request: BearerRequest, body: SubscriptionNew) -> Status[Subscription]:
    """A new subscription. With an external id that is taken: 409."""
    said = body.said()
    account = account_with_key(request.member.workspace, said.pop("account"))
    return Status(201, start_subscription(account, by=request.member, now=now(), **said))


@router.post("/subscriptions/bulk", response=RowsOut)
@endpoint(may="revenue.import_subscriptions")
def upsert_many_subscriptions(request: BearerRequest, body: SubscriptionRows) -> RowsOut:
    """Add or change up to 500 subscriptions; a row that cannot be stored is a result."""
    workspace = request.member.workspace
    hold_upserts(workspace)
    known = accounts_by_key(workspace, numbers_in((row.account for row in body.rows), prefix="A"))
    results = upsert_subscriptions(
        workspace,
        [_row_in(row, known=known) for row in body.rows],
        by=request.member,
        now=now(),
    )
    ids = {row.object_id for row in results if row.object_id}
    return rows_shown(results, keys=keys_of_subscriptions(workspace, ids))


def _row_in(row: SubscriptionRow, *, known: dict[int, Any]) -> SubscriptionIn:
    said = row.said()
    name = said.pop("account", "")
    if name:
        number = next(iter(numbers_in([name], prefix="A")), 0)
        said["account_id"] = known.get(number)
    if said.get("started_on", UNSET) is None:
        del said["started_on"]
    return SubscriptionIn(**said)


@router.get("/subscriptions/{key}", response=SubscriptionOut)
@endpoint(may="revenue.see")
def show_subscription(request: BearerRequest, response: HttpResponse, key: str) -> Subscription:
    """One subscription; its ETag is its version. If-Match refuses what somebody changed since."""
    subscription = subscription_with_key(request.member.workspace, key)
    response.headers["ETag"] = f'"{subscription.version}"'
    return subscription


@router.patch("/subscriptions/{key}", response=SubscriptionOut)
@endpoint(may="revenue.edit_subscription")
def correct_one_subscription(
    request: BearerRequest, key: str, body: SubscriptionCorrection
) -> Subscription:
    """The same subscription with what was noted wrongly put right, from its first day on."""
    subscription = subscription_with_key(request.member.workspace, key)
    version = version_expected(request, said=None)
    with stale_is_412(request):
        return correct_subscription(
            subscription, by=request.member, now=now(), version=version, **body.said()
        )


@router.post("/subscriptions/{key}/change", response={201: SubscriptionOut})
@endpoint(may="revenue.edit_subscription")
def change_terms(
    request: BearerRequest, key: str, body: SubscriptionChange
) -> Status[Subscription]:
    """The stretch with the new terms: it begins on `from_on`, and the one before it ends there."""
    subscription = subscription_with_key(request.member.workspace, key)
    version = version_expected(request, said=None)
    with stale_is_412(request):
        changed = change_subscription(
            subscription, by=request.member, now=now(), version=version, **body.said()
        )
    return Status(201, changed)


@router.post("/subscriptions/{key}/end", response=SubscriptionOut)
@endpoint(may="revenue.edit_subscription")
def end_one_subscription(request: BearerRequest, key: str, body: SubscriptionEnd) -> Subscription:
    """The subscription with a last day."""
    subscription = subscription_with_key(request.member.workspace, key)
    version = version_expected(request, said=None)
    with stale_is_412(request):
        return end_subscription(
            subscription, ends_on=body.ends_on, by=request.member, now=now(), version=version
        )


@router.get("/churn", response=PageOf[ChurnOut])
@endpoint(may="revenue.see")
def list_churn(request: BearerRequest, asked: Query[OfAccount]) -> dict[str, Any]:
    """Goodbyes of one account or of all, the last first."""
    workspace = request.member.workspace
    rows = all_churn(workspace)
    if asked.account:
        rows = rows.filter(account=account_with_key(workspace, asked.account))
    part = slice_of(rows, workspace=workspace, order=LAST, cursor=asked.cursor, size=asked.limit)
    return {"items": part.rows, "next": part.next or None}


@router.post("/churn", response={201: ChurnOut})
@endpoint(may="revenue.edit_subscription")
def create_churn(request: BearerRequest, body: ChurnNew) -> Status[ChurnEvent]:
    """An account left: what runs ends, its status is churned, what is lost is kept."""
    said = body.said()
    account = account_with_key(request.member.workspace, said.pop("account"))
    wanted = {"reason": body.reason, **said}
    return Status(201, record_churn(account, by=request.member, now=now(), **wanted))
