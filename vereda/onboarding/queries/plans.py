"""Asking for plans, and for what is to be done in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.customers.queries.people import memberships_of_people
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found
from vereda.onboarding.contracts.plans import ItemState
from vereda.onboarding.contracts.templates import ItemKind, ItemSpec, Party
from vereda.onboarding.models.items import PlanItem, PlanItemRows
from vereda.onboarding.models.plans import Plan, PlanRows
from vereda.onboarding.queries.calendars import calendars_with
from vereda.onboarding.rules.promises import day_at

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

THEIR_TURN = (ItemState.ASKED, ItemState.RETURNED, ItemState.STARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Something that a person at the customer can do now.

    mine: it was given to them by name, else to anybody at the account. late_days: so many days
    ago it was due.
    """

    plan: Plan
    item: PlanItem
    asks: ItemSpec
    due_on: date | None
    late_days: int
    mine: bool


def plans_in(workspace: Workspace | UUID) -> PlanRows:
    """Every plan with what a list says of it: account, lead, product, edition."""
    rows = Plan.objects.of(workspace)
    related = ("workspace", "account", "lead__user", "product", "edition__template__product")
    return rows.select_related(*related)


def plan_with_key(workspace: Workspace | UUID, key: str) -> Plan:
    """The plan that people call OB-3, or `Missing`."""
    return found(plans_in(workspace).filter(number=number_in(key, "OB")))


def plan_with_id(workspace: Workspace | UUID, plan_id: UUID) -> Plan:
    """The plan with that id, or `Missing`."""
    return found(plans_in(workspace).filter(pk=plan_id))


def plans_of(account: Account) -> list[Plan]:
    """The account's plans, those that go on first, then the newest."""
    rows = plans_in(account.workspace_id).filter(account=account)
    return sorted(rows.order_by("-number"), key=lambda plan: plan.ended_at is not None)


def plans_on_board(
    workspace: Workspace | UUID,
    *,
    lead_id: UUID | None = None,
    product_id: UUID | None = None,
    template_id: UUID | None = None,
    held_by: Party | None = None,
    late_on: date | None = None,
    ended: bool | None = False,
) -> PlanRows:
    """The plans that go on (or those that ended; None: both), narrowed; what is owed first stands
    first.

    late_on: only those of which something is overdue on that day.
    """
    rows = plans_in(workspace)
    narrowing = {
        "ended_at__isnull": None if ended is None else not ended,
        "lead_id": lead_id,
        "product_id": product_id,
        "edition__template_id": template_id,
        "held_by": held_by,
        "due_on__lt": late_on,
    }
    rows = rows.filter(**{name: value for name, value in narrowing.items() if value is not None})
    return rows.order_by("-ended_at", "due_on", "number")


def late_plans(workspace: Workspace | UUID, *, today: date) -> PlanRows:
    """The plans that go on and of which something is overdue, the most overdue first."""
    return plans_on_board(workspace, late_on=today)


def waiting_on(plan: Plan) -> list[PlanItem]:
    """The items about which somebody can do something now, each with who (`held_by`)."""
    return list(_open_items(plan.workspace_id).filter(plan=plan).in_order())


def _open_items(workspace: Workspace | UUID) -> PlanItemRows:
    """Items in play: their gates are open, and they are not settled."""
    rows = PlanItem.objects.of(workspace).exclude(held_by="").filter(plan__ended_at=None)
    return rows.select_related("person", "member__user")


def next_steps_of(
    person: Person, *, now: datetime, account_ids: Collection[UUID] | None = None
) -> tuple[NextStep, ...]:
    """What the person can do now in all plans of the accounts they are in, what is due first.

    Those that were given to them by name come before those that anybody there may do. Five queries.
    account_ids: the accounts, where the caller knows them.
    """
    if account_ids is None:
        held = memberships_of_people(person.workspace_id, [person.pk])[person.pk]
        account_ids = [each.account_id for each in held]
    rows = _open_items(person.workspace_id).filter(
        Q(person=person) | Q(person=None),
        plan__account__in=account_ids,
        state__in=THEIR_TURN,
    )
    rows = rows.select_related(
        "plan__workspace", "plan__account", "plan__lead__user", "person", "member__user"
    )
    items = [row for row in rows.in_order() if row.line.party is not Party.US]
    items = [row for row in items if not is_with_us(row)]
    if not items:
        return ()
    calendars = calendars_with(items[0].plan.workspace, {row.plan.account_id for row in items})
    steps = [
        _step(row, person=person, today=day_at(now, calendars[row.plan.account_id].theirs))
        for row in items
    ]
    return tuple(sorted(steps, key=_urgency))


def is_with_us(row: PlanItem) -> bool:
    """An approval that they declined waits for us to change something."""
    return row.state == ItemState.RETURNED and row.kind is ItemKind.APPROVAL


def _step(row: PlanItem, *, person: Person, today: date) -> NextStep:
    return NextStep(
        plan=row.plan,
        item=row,
        asks=row.asks,
        due_on=row.due_on,
        late_days=max((today - row.due_on).days, 0) if row.due_on is not None else 0,
        mine=row.person_id == person.pk,
    )


def _urgency(step: NextStep) -> tuple[bool, date, int, int]:
    return (
        not step.mine,
        step.due_on or date.max,
        step.plan.number,
        step.item.position,
    )
