"""Onboarding plans for programs: read them, start one, hand in what was asked, accept it."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.contracts import LARGEST_FILE
from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.api import BearerRequest, endpoint
from vereda.foundation.api_fields import Asked, Body, Instant, Named, Text
from vereda.foundation.api_files import file_sent, takes_file
from vereda.foundation.clock import now
from vereda.onboarding.actions.items import accept_item, submit_file, submit_item
from vereda.onboarding.actions.plans import start_plan
from vereda.onboarding.contracts.plans import (
    ItemState,
    PlanPhase,
    Submission,
    WrongPlan,
    WrongSubmission,
)
from vereda.onboarding.contracts.templates import ItemKind, Party
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.queries.items import plan_item
from vereda.onboarding.queries.plans import plan_with_key, plans_in, plans_of
from vereda.onboarding.queries.templates import edition_of, template_with_key
from vereda.onboarding.queries.whole import ItemView, PlanView, whole_plan
from vereda.onboarding.wording.templates import item_title
from vereda.product.queries import product_with_slug

router = Router(tags=["onboarding"])

MOST_LISTED = 500


class PlanStart(Body):
    """A new plan. `started_at`: the customer's first yes; null before the sale."""

    account: Named = Field(max_length=20)
    template: Named = Field(max_length=20)
    name: Named = Field(max_length=160)
    product: str | None = Field(None, max_length=60)
    started_at: Instant | None = None
    why_needed: Text = Field("", max_length=2_000)


class ItemGiven(Body):
    """What was given for an item: a value, or one of its choices; and words beside it."""

    value: Text = Field("", max_length=2_000)
    choice: Text = Field("", max_length=60)
    words: Text = Field("", max_length=5_000)


class FileGiven(Asked):
    """What a file that is given is called, and words beside it."""

    name: Text = Field("", max_length=200)
    words: Text = Field("", max_length=5_000)


class PlansListed(Asked):
    """Whose plans: of the account with that key; the newest of all without."""

    account: Text = Field("", max_length=20)


class PlanOut(Schema):
    """A plan as lists tell it. `due_on`: the first day by which anybody owes anything."""

    key: str
    name: str
    account: str
    product: str | None
    phase: PlanPhase
    agreed_at: datetime | None
    set_now: int
    held_by: Party | None
    due_on: date | None
    promised_on: date | None
    sold_at: datetime | None
    onboarded_at: datetime | None
    asked_twice: int


class PlanItemOut(Schema):
    """An item and how it stands. `verbs`: what can happen to it now."""

    key: str
    set_number: int
    kind: ItemKind
    title: str
    required: bool
    state: ItemState
    held_by: Party | None
    due_on: date | None
    late_days: int
    verbs: list[str]


class ClocksOut(Schema):
    """Whose the time was, in seconds: the first is the sum of the others."""

    remembered: float
    work: float
    us: float
    them: float
    third_party: float
    calendar: float


class WholePlanOut(PlanOut):
    """A plan, its items, and whose its time was until it was in their hands."""

    items: list[PlanItemOut]
    clocks: ClocksOut


@router.get("/onboarding-plans", response=list[PlanOut])
@endpoint(may="onboarding.see")
def list_onboarding_plans(
    request: BearerRequest, asked: Query[PlansListed]
) -> list[dict[str, Any]]:
    """The newest plans, or an account's."""
    workspace = request.member.workspace
    if asked.account:
        return [plan_told(row) for row in plans_of(account_with_key(workspace, asked.account))]
    return [plan_told(row) for row in plans_in(workspace).order_by("-number")[:MOST_LISTED]]


@router.get("/onboarding-plans/{key}", response=WholePlanOut)
@endpoint(may="onboarding.see")
def read_onboarding_plan(request: BearerRequest, key: str) -> dict[str, Any]:
    """One plan, whole."""
    plan = plan_with_key(request.member.workspace, key)
    return whole_plan_told(whole_plan(plan, now=now()))


@router.post("/onboarding-plans", response={201: WholePlanOut})
@endpoint(may="onboarding.act")
def start_onboarding_plan(request: BearerRequest, body: PlanStart) -> Status[dict[str, Any]]:
    """A plan by the template's edition in force. 422 where it has none."""
    workspace = request.member.workspace
    edition = edition_of(template_with_key(workspace, body.template))
    if edition is None:
        raise WrongPlan(_("This template was never published."))
    plan = start_plan(
        account_with_key(workspace, body.account),
        edition=edition,
        product=None if body.product is None else product_with_slug(workspace, body.product),
        lead=request.member,
        name=body.name,
        started_at=body.started_at,
        why_needed=body.why_needed,
        by=request.member,
        now=now(),
    )
    shown = plan_with_key(workspace, plan.key)
    return Status(201, whole_plan_told(whole_plan(shown, now=now())))


@router.post("/onboarding-plans/{key}/items/{slug}/submit", response=PlanItemOut)
@endpoint(may="onboarding.act")
def submit_onboarding_item(
    request: BearerRequest, key: str, slug: str, body: ItemGiven
) -> dict[str, Any]:
    """Hand in what the customer gave. 422 while a gate before it is shut; it still has to be
    accepted."""
    plan = plan_with_key(request.member.workspace, key)
    said = Submission(value=body.value, choice=body.choice, words=body.words)
    submit_item(plan_item(plan, slug), said=said, by=request.member, now=now())
    return shown_item(plan, slug)


@router.post(
    "/onboarding-plans/{key}/items/{slug}/file",
    response=PlanItemOut,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
)
@takes_file(at_most=LARGEST_FILE)
@endpoint(may="onboarding.act")
def submit_onboarding_file(
    request: BearerRequest, key: str, slug: str, given: Query[FileGiven]
) -> dict[str, Any]:
    """Hand in the file that the customer gave: the body is the file as it is, up to 25 MB.

    What it is, is told from its bytes, as in the portal; pictures are drawn anew. 422 for a file
    that is not kept, or of a kind that was not asked for; it still has to be accepted.
    """
    plan = plan_with_key(request.member.workspace, key)
    item = plan_item(plan, slug)
    content = file_sent(request)
    if not content.read(1):
        raise WrongSubmission(_("Add the file."))
    submit_file(
        item,
        name=given.name or item.key,
        content=content,
        words=given.words,
        by=request.member,
        now=now(),
    )
    return shown_item(plan, slug)


@router.post("/onboarding-plans/{key}/items/{slug}/accept", response=PlanItemOut)
@endpoint(may="onboarding.act")
def accept_onboarding_item(request: BearerRequest, key: str, slug: str) -> dict[str, Any]:
    """It is what was wanted. 409 where nothing was given."""
    plan = plan_with_key(request.member.workspace, key)
    accept_item(plan_item(plan, slug), by=request.member, now=now())
    return shown_item(plan, slug)


def shown_item(plan: Plan, key: str) -> dict[str, Any]:
    """The item as it stands now."""
    view = whole_plan(plan_with_key(plan.workspace, plan.key), now=now())
    items = (item for each in view.sets for item in each.items)
    return next(item_told(item) for item in items if item.row.key == key)


def plan_told(row: Plan) -> dict[str, Any]:
    """A plan as lists tell it."""
    columns = "key name phase agreed_at set_now due_on promised_on sold_at onboarded_at asked_twice"
    return {
        **{name: getattr(row, name) for name in columns.split()},
        "account": row.account.key,
        "product": row.product.slug if row.product else None,
        "held_by": row.held_by or None,
    }


def whole_plan_told(view: PlanView) -> dict[str, Any]:
    """A plan with its items and clocks."""
    clocks = view.clocks
    names = ("remembered", "work", "us", "them", "third_party", "calendar")
    return {
        **plan_told(view.plan),
        "items": [item_told(item) for each in view.sets for item in each.items],
        "clocks": {name: getattr(clocks, name).total_seconds() for name in names},
    }


def item_told(item: ItemView) -> dict[str, Any]:
    """An item and how it stands."""
    return {
        "key": item.row.key,
        "set_number": item.row.set_number,
        "kind": item.asks.kind,
        "title": item_title(item.asks),
        "required": item.row.required,
        "state": item.standing.state,
        "held_by": item.held_by,
        "due_on": item.due_on,
        "late_days": item.late_days,
        "verbs": sorted(item.verbs),
    }
