"""Makers for tests: `an_edition(acme)`, `a_plan(acme)`, `gave(item)`.

Times: the plan's first yes is on Monday morning (`foundation.testing.MORNING`, 9 o'clock in
Madrid).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.items import (
    accept_item,
    approve_item,
    complete_item,
    reach_milestone,
    request_item,
    submit_item,
)
from vereda.onboarding.actions.plans import start_plan
from vereda.onboarding.contracts.plans import Submission
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    GateSpec,
    ItemChoice,
    ItemKind,
    ItemSpec,
    MilestoneMeasure,
    Party,
    SetNumber,
)
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.models.templates import Template, TemplateEdition
from vereda.onboarding.queries.items import plan_item
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from conftest import Company
    from vereda.customers.models.accounts import Account

ONE_DAY = timedelta(days=1)


def an_item(key: str, number: int = 1, kind: ItemKind = ItemKind.VALUE, **said: Any) -> ItemSpec:
    """An item of a checklist, titled after its key."""
    title = key.replace("-", " ").capitalize()
    wanted: dict[str, Any] = {"titles": {"en": title}, "lead_days": 3, **said}
    return ItemSpec(key=key, set_number=SetNumber(number), kind=kind, **wanted)


def a_choice(key: str, number: int, *options: str, **said: Any) -> ItemSpec:
    """An item that asks for one of these, each titled after its key."""
    choices = tuple(ItemChoice(key=each, titles={"en": each.capitalize()}) for each in options)
    return an_item(key, number, ItemKind.CHOICE, choices=choices, **said)


SHORT = EditionSpec(
    breadth=Breadth.STANDARD,
    gates=(GateSpec(set_number=SetNumber.NEEDS, labels={"en": "We have what we need"}),),
    items=(
        an_item("customers", 1, ItemKind.VALUE),
        an_item("set-up", 2, ItemKind.TASK, party=Party.US),
        an_item("opening", 3, ItemKind.MEETING, party=Party.US, smile=True, lead_days=0),
    ),
)
"""One item for each of the first three sets."""

LONG = EditionSpec(
    breadth=Breadth.ADVANCED,
    items=(
        an_item("customers", 1, ItemKind.VALUE),
        an_item("size", 1, ItemKind.VALUE),
        an_item("colour", 1, ItemKind.VALUE, required=False),
        an_item("contract", 1, ItemKind.APPROVAL),
        an_item("set-up", 2, ItemKind.TASK, party=Party.US),
        an_item("their-network", 2, ItemKind.TASK, party=Party.THEM, after=("set-up",)),
        an_item("training", 3, ItemKind.TRAINING, party=Party.US),
        an_item("smile", 3, ItemKind.MILESTONE, measure=MilestoneMeasure.SMILE),
        an_item("first-use", 4, ItemKind.MILESTONE, measure=MilestoneMeasure.FIRST_USE),
        an_item("regular", 5, ItemKind.MILESTONE, measure=MilestoneMeasure.REGULAR_USE),
        an_item("benefit", 6, ItemKind.MILESTONE, measure=MilestoneMeasure.BENEFIT_VERIFIED),
    ),
)
"""Six sets with every kind of turn."""


def an_edition(
    company: Company, *, spec: EditionSpec = SHORT, name: str = "Everybody"
) -> TemplateEdition:
    """A template's published edition."""
    number = reserve_numbers(company.workspace, "T")[0]
    template = Template(workspace=company.workspace, name=f"{name} {number}", number=number)
    template.save(force_insert=True)
    edition = TemplateEdition(
        workspace=company.workspace,
        template=template,
        number=1,
        content=msgspec.to_builtins(spec),
        published_at=MORNING,
        published_by=company.owner,
    )
    edition.save(force_insert=True)
    template.current = edition
    template.save()
    return edition


def a_plan(
    company: Company,
    *,
    account: Account | None = None,
    spec: EditionSpec = SHORT,
    edition: TemplateEdition | None = None,
    started_at: datetime | None = MORNING,
    now: datetime = MORNING,
    **said: Any,
) -> Plan:
    """A plan whose customer said yes this morning."""
    wanted: dict[str, Any] = {
        "product": None,
        "lead": company.member,
        "name": "Launch",
        "by": company.member,
        **said,
    }
    return start_plan(
        account or an_account(company),
        edition=edition or an_edition(company, spec=spec),
        started_at=started_at,
        now=now,
        **wanted,
    )


def the_item(plan: Plan, key: str) -> PlanItem:
    """The item of the plan, as it is now."""
    return plan_item(plan, key)


def asked(plan: Plan, key: str, *, now: datetime) -> PlanItem:
    """They were asked for it."""
    item = the_item(plan, key)
    request_item(item, by=None, now=now)
    return item


def gave(plan: Plan, key: str, *, now: datetime, value: str = "Forty-two") -> PlanItem:
    """They gave it, and we have not looked at it."""
    item = the_item(plan, key)
    submit_item(item, said=Submission(value=value, choice=value), by=None, now=now)
    return item


def settled(plan: Plan, key: str, *, now: datetime) -> PlanItem:
    """It is accepted, approved, done or reached, whatever kind it is."""
    item = the_item(plan, key)
    if item.kind is ItemKind.APPROVAL:
        approve_item(item, person=None, now=now)
    elif item.kind is ItemKind.MILESTONE:
        reach_milestone(item, reached_at=now, measured_by="test", now=now)
    elif item.kind in {ItemKind.TASK, ItemKind.MEETING, ItemKind.TRAINING}:
        complete_item(item, by=None, now=now)
    else:
        gave(plan, key, now=now)
        accept_item(item, by=None, now=now)
    item.refresh_from_db()
    return item
