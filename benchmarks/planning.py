"""Running plans for `pages`: told deed by deed, through the actions that members use.

How far a plan has come is where its journey is cut, so that plans stand in every column of the
board; everything that a page says of them was computed from their entries. Telling is slow, so the
first ones are told, and what happened in them happens to the other customers too: their plans are
the same rows again, down to the entries.
"""

import io
import random
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Final
from uuid import UUID

from django.db.models.base import ModelState

from vereda.customers.actions.files import add_file
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Membership, Person
from vereda.foundation.clock import now
from vereda.foundation.ids import new_id
from vereda.onboarding.actions.past import PastDeed, tell_past
from vereda.onboarding.actions.plans import put_in_plan, start_plan
from vereda.onboarding.actions.promises import promise_date
from vereda.onboarding.actions.templates import take_template_preset
from vereda.onboarding.contracts.plans import EntryKind, Submission
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.models.promises import PlanPromise
from vereda.sample.rules.onboardings import WAY, Journey, Leg
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.models import Member, Workspace

MOST_PLANS: Final = 2_000
TOLD: Final = 200
NOT_YET_SOLD: Final = 0.1
LONGEST_WAIT: Final = 20
"""Days since the last thing that happened in a plan."""

ALL_LEGS: Final = tuple(sorted(WAY[Journey.ONBOARDED], key=lambda leg: leg.day))
GIVEN: Final = Submission(value="An hour each morning", choice="google")
CUSTOMERS: Final = b"number;name\n1042;Sol\n"


def add_plans(member: Member, accounts: Sequence[Account], dice: random.Random) -> None:
    """A running plan for each of the accounts, two thousand at most."""
    tell_plans(member, accounts[:TOLD], dice)
    repeat_plans(member, accounts[TOLD:MOST_PLANS])


def tell_plans(member: Member, accounts: Sequence[Account], dice: random.Random) -> None:
    """Plans of these accounts, each with a past of its own."""
    template = take_template_preset(
        member.workspace, "b2b-saas", language="en", by=member, now=now()
    )
    edition = template.current
    if edition is None:
        raise TypeError("the owner of the workspace publishes")
    people = people_in(member.workspace)
    for account in accounts:
        agreed = dice.random() >= NOT_YET_SOLD
        legs = ALL_LEGS[: dice.randrange(len(ALL_LEGS) - 1)] if agreed else ()
        days = (legs[-1].day if legs else 0) + dice.uniform(0.1, LONGEST_WAIT)
        began = now() - timedelta(days=days)
        plan = start_plan(
            account,
            edition=edition,
            product=None,
            lead=account.owner,
            name="Launch",
            started_at=began if agreed else None,
            by=member,
            now=began,
        )
        for person in people.get(account.pk, []):
            put_in_plan(plan, person, part="Answers", purpose="Ends on time", by=member)
        if agreed and plan.number % 2:
            promise_date(plan, what="You work with it", work_days=15, by=member, now=began)
        tell_past(plan, deeds(plan, legs, began=began, by=member), by=member, now=now())


def repeat_plans(member: Member, accounts: Sequence[Account]) -> None:
    """The told plans once more for these accounts in turn, with all that belongs to them."""
    if not accounts:
        return
    home = member.workspace
    numbers = reserve_numbers(home, "OB", count=len(accounts))
    told = zip(accounts, numbers, cycle(Plan.objects.of(home).order_by("number")), strict=False)
    chosen = [(plan, again(plan, account=row, lead=row.owner, number=n)) for row, n, plan in told]
    Plan.objects.of(home).bulk_create([new for _plan, new in chosen])
    items = by_plan(PlanItem.objects.of(home))
    twins = {
        (new.pk, item.pk): again(item, plan=new) for plan, new in chosen for item in items[plan.pk]
    }
    PlanItem.objects.of(home).bulk_create(list(twins.values()))
    for model in (PlanEntry, PlanPromise):
        rows = by_plan(model.objects.of(home))
        model.objects.of(home).bulk_create(
            again(row, plan=new, item=twins[new.pk, row.item_id] if row.item_id else None)
            for plan, new in chosen
            for row in rows.get(plan.pk, [])
        )


def by_plan(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    """The same rows, each with its plan."""
    held: dict[UUID, list[Any]] = {}
    for row in rows:
        held.setdefault(row.plan_id, []).append(row)
    return held


def again(row: Any, **own: Any) -> Any:
    """The same row once more, not stored yet, with columns of its own."""
    twin = copy(row)
    twin._state = ModelState()
    twin.pk = new_id()
    for name, value in own.items():
        setattr(twin, name, value)
    return twin


def people_in(workspace: Workspace) -> dict[UUID, list[Person]]:
    """Whoever is at each account."""
    rows = Membership.objects.of(workspace).select_related("person")
    held: dict[UUID, list[Person]] = {}
    for row in rows.order_by("person__number"):
        held.setdefault(row.account_id, []).append(row.person)
    return held


def deeds(plan: Plan, legs: Sequence[Leg], *, began: datetime, by: Member) -> Iterator[PastDeed]:
    """What happened, each a minute after the one before at the earliest."""
    last = began
    for leg in legs:
        last = max(last + timedelta(minutes=1), began + timedelta(days=leg.day))
        kind = EntryKind(leg.kind)
        gave_file = kind is EntryKind.SUBMITTED and leg.item == "customer-list"
        yield PastDeed(
            kind=kind,
            at=last,
            item=leg.item,
            member=by,
            given=GIVEN if kind is EntryKind.SUBMITTED else None,
            file=add_file(
                plan.account, name="customers.csv", content=io.BytesIO(CUSTOMERS), by=by, now=last
            )
            if gave_file
            else None,
            because="They said so" if kind is EntryKind.HANDED_OVER else "",
            to=Party.THIRD_PARTY if kind is EntryKind.HANDED_OVER else None,
            score=5 if kind is EntryKind.SMILED else None,
            measured_by="bench" if kind is EntryKind.REACHED else "",
        )
