"""Starting plans, agreeing, stopping, and what is said of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.onboarding.actions.follow_ups import hand_over_follow_ups
from vereda.onboarding.actions.rebuilding import rebuild_plan
from vereda.onboarding.actions.telling import (
    held_plan,
    ids_of_plan,
    refuse,
    refuse_stranger,
    tell_in_story,
    tell_of_plan,
)
from vereda.onboarding.contracts.facts import AskedTwice, PlanAgreed, PlanStarted, PlanStopped
from vereda.onboarding.contracts.plans import EntryKind, ExitAnswer, ToolKind, ToolResult, WrongPlan
from vereda.onboarding.contracts.templates import ItemSpec, Party
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.models.plans import (
    Plan,
    PlanOutcome,
    PlanPerson,
    PreSaleTool,
    ToolFeedback,
)
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.rules.objections import objection_to_adding
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.onboarding.models.templates import TemplateEdition
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.product.models import Product
    from vereda.workspaces.models import Member

LONGEST_NAME = 160
LONGEST_KEY = 60
MOST_ITEMS = 300


@transaction.atomic
def start_plan(
    account: Account,
    *,
    edition: TemplateEdition,
    product: Product | None,
    lead: Member | None,
    name: str,
    started_at: datetime | None,
    by: Member | None,
    now: datetime,
    why_needed: str = "",
) -> Plan:
    """A plan for the customer by a template's edition, which it keeps whatever is published later.

    started_at: their first yes, from which they count the days; None before the sale. why_needed:
    why they need what they were promised.
    """
    refuse_foreign_parts(account, edition=edition, product=product, lead=lead)
    if not name.strip() or len(name) > LONGEST_NAME:
        raise WrongPlan(_("A plan has a name of up to 160 characters."))
    if started_at is not None and started_at > now:
        raise WrongPlan(_("Their yes has been said: it is not still to come."))
    spec = edition.spec
    plan = Plan(
        workspace_id=account.workspace_id,
        number=reserve_numbers(account.workspace_id, "OB")[0],
        account=account,
        product=product,
        edition=edition,
        lead=lead,
        name=name.strip(),
        why_needed=why_needed,
        last_set=spec.breadth.sets[-1],
    )
    plan.save(force_insert=True)
    rows = [
        _new_item(plan, item, position=position, extra=False)
        for position, item in enumerate(spec.items)
    ]
    PlanItem.objects.of(plan.workspace_id).bulk_create(rows)
    kind = EntryKind.PREPARED if started_at is None else EntryKind.AGREED
    tell_in_story(plan_story(held_plan(plan)), kind, item=None, now=now, by=by, at=started_at)
    plan.refresh_from_db()
    record(by, "started", plan, account=account.key, edition=str(edition), started_at=started_at)
    announce(PlanStarted(**ids_of_plan(plan)))
    if started_at is not None:
        announce(PlanAgreed(**ids_of_plan(plan)))
    return plan


def refuse_foreign_parts(
    account: Account,
    *,
    edition: TemplateEdition,
    product: Product | None,
    lead: Member | None,
) -> None:
    """Refuse what belongs to another workspace, and members who left."""
    others = [row for row in (edition, product, lead) if row is not None]
    if any(row.workspace_id != account.workspace_id for row in others):
        raise WrongPlan(_("That does not belong to this workspace."))
    if lead is not None and lead.left_at is not None:
        raise WrongPlan(_("This member does not work here any more."))


def _new_item(plan: Plan, spec: ItemSpec, *, position: int, extra: bool) -> PlanItem:
    return PlanItem(
        workspace_id=plan.workspace_id,
        plan=plan,
        key=spec.key,
        set_number=spec.set_number,
        position=position,
        required=spec.required,
        spec=msgspec.to_builtins(spec),
        extra=extra,
        member=plan.lead if spec.party is Party.US else None,
    )


@transaction.atomic
def agree_plan(plan: Plan, *, agreed_at: datetime, by: Member | None, now: datetime) -> None:
    """They said yes: from that moment on they count the days. What came before stays on record."""
    if agreed_at > now:
        raise WrongPlan(_("Their yes has been said: it is not still to come."))
    tell_of_plan(plan, EntryKind.AGREED, now=now, by=by, at=agreed_at)
    plan.refresh_from_db()
    record(by, "agreed", plan, agreed_at=agreed_at)
    announce(PlanAgreed(**ids_of_plan(plan)))


@transaction.atomic
def stop_plan(plan: Plan, *, because: str, by: Member | None, now: datetime) -> None:
    """It goes on no longer, and why; nothing more can happen in it until it is resumed."""
    tell_of_plan(plan, EntryKind.STOPPED, now=now, by=by, because=because)
    Plan.objects.of(plan.workspace_id).filter(pk=plan.pk).update(stopped_because=because[:500])
    plan.refresh_from_db()
    record(by, "stopped", plan)
    announce(PlanStopped(**ids_of_plan(plan)))


@transaction.atomic
def resume_plan(plan: Plan, *, by: Member | None, now: datetime) -> None:
    """It goes on. The time in between is ours: the customer remembers it."""
    tell_of_plan(plan, EntryKind.RESUMED, now=now, by=by)
    Plan.objects.of(plan.workspace_id).filter(pk=plan.pk).update(stopped_because="")
    plan.refresh_from_db()
    record(by, "resumed", plan)


@transaction.atomic
def answer_exit_question(
    plan: Plan,
    *,
    answer: ExitAnswer,
    words: str = "",
    by: Member | None = None,
    person: Person | None = None,
    now: datetime,
) -> None:
    """Do they get the benefits, and do they need them? After set 6; only a yes is onboarded."""
    tell_of_plan(
        plan, EntryKind.EXIT_ANSWERED, now=now, by=by, person=person, answer=answer, words=words
    )
    plan.refresh_from_db()
    record(by, "answered the last question of", plan, answer=answer)


@transaction.atomic
def edit_plan(
    plan: Plan,
    *,
    name: str,
    lead: Member | None,
    product: Product | None,
    why_needed: str,
    by: Member | None,
    now: datetime,
) -> Plan:
    """Another name, lead, product or reason. Items of ours that the lead had, and their open tasks
    for follow-ups, go to the new one."""
    row = held_plan(plan)
    before = copy(row)
    refuse_foreign_parts(row.account, edition=row.edition, product=product, lead=lead)
    if not name.strip() or len(name) > LONGEST_NAME:
        raise WrongPlan(_("A plan has a name of up to 160 characters."))
    if lead != row.lead:
        theirs = PlanItem.objects.of(row.workspace_id).filter(plan=row, member=row.lead)
        theirs.in_play().filter(spec__party=Party.US).update(member=lead)
    row.name, row.lead, row.product, row.why_needed = name.strip(), lead, product, why_needed
    row.save(update_fields=["name", "lead", "product", "why_needed", "updated_at"])
    hand_over_follow_ups(row, before=before, by=by, now=now)
    record(by, "edited", row)
    return row


# --- Items of the plan's own --------------------------------------------------


@transaction.atomic
def add_item(
    plan: Plan,
    *,
    spec: ItemSpec,
    by: Member | None,
    now: datetime,
    because: str = "",
    person: Person | None = None,
) -> PlanItem:
    """An item that the template does not have, given to a person or to anybody there. What is
    required for a set that is finished takes a reason and counts against us: everything is asked
    for at once."""
    row = held_plan(plan)
    if person is not None:
        refuse_stranger(row, person)
    story = plan_story(row)
    standing = story.standing()
    objection = objection_to_adding(
        standing, spec.set_number, required=spec.required, because=because
    )
    if objection is not None:
        refuse(objection, story=story)
    if len(story.items) >= MOST_ITEMS:
        raise WrongPlan(_("A plan has at most 300 items."))
    begun = standing.agreed_at is not None and standing.is_finished(spec.set_number)
    late = spec.required and begun
    key = free_key(spec, taken={item.key for item in story.items})
    item = _new_item(
        row, msgspec.structs.replace(spec, key=key), position=len(story.items), extra=True
    )
    item.person = person
    item.save(force_insert=True)
    if person is not None:
        PlanPerson.objects.of(row.workspace_id).get_or_create(
            workspace_id=row.workspace_id, plan=row, person=person
        )
    tell_in_story(
        plan_story(row),
        EntryKind.ADDED,
        item=item,
        now=now,
        by=by,
        because=because if late else "",
    )
    record(by, "added item to", row, item=key, late=late)
    if late:
        announce(AskedTwice(**ids_of_plan(row), item_id=item.pk))
    item.refresh_from_db()
    return item


def free_key(spec: ItemSpec, *, taken: Iterable[str]) -> str:
    """A short name that no item of the plan has."""
    known = set(taken)
    titled = next(iter(spec.titles.values()), "")
    base = (slugify(spec.key or titled) or "item")[: LONGEST_KEY - 4].strip("-") or "item"
    candidates = [base, *(f"{base}-{count}" for count in range(2, MOST_ITEMS + 3))]
    return next(key for key in candidates if key not in known)


@transaction.atomic
def assign_item(
    item: PlanItem,
    *,
    person: Person | None,
    member: Member | None,
    by: Member | None,
    meets_at: datetime | None = None,
) -> None:
    """Who at the customer and who at ours looks after an item, and when a meeting is."""
    plan = held_plan(item.plan)
    if person is not None:
        refuse_stranger(plan, person)
    if member is not None and (member.workspace_id != plan.workspace_id or member.left_at):
        raise WrongPlan(_("This member does not work here any more."))
    item.person, item.member, item.meets_at = person, member, meets_at
    item.save(update_fields=["person", "member", "meets_at", "updated_at"])
    if person is not None:
        PlanPerson.objects.of(plan.workspace_id).get_or_create(
            workspace_id=plan.workspace_id, plan=plan, person=person
        )
    record(by, "assigned", plan, item=item.key)


# --- People -------------------------------------------------------------------


@transaction.atomic
def put_in_plan(
    plan: Plan, person: Person, *, part: str, purpose: str, by: Member | None
) -> PlanPerson:
    """Somebody has a part in the plan: what they do in it, and what is in it for them."""
    row = held_plan(plan)
    refuse_stranger(row, person)
    said = {"part": part.strip()[:160], "purpose": purpose.strip()[:500]}
    kept, _created = PlanPerson.objects.of(row.workspace_id).update_or_create(
        workspace_id=row.workspace_id, plan=row, person=person, defaults=said
    )
    record(by, "put person in", row, person=person.key)
    return kept


@transaction.atomic
def take_out_of_plan(plan: Plan, person: Person, *, by: Member | None) -> None:
    """They have no part in the plan any more; what they gave and said stays."""
    row = held_plan(plan)
    PlanItem.objects.of(row.workspace_id).filter(plan=row, person=person).update(person=None)
    PlanPerson.objects.of(row.workspace_id).filter(plan=row, person=person).delete()
    record(by, "took person out of", row, person=person.key)


# --- Promised benefits --------------------------------------------------------


@transaction.atomic
def link_benefit(plan: Plan, outcome: Outcome, *, by: Member | None) -> None:
    """The plan is to bring this promised benefit."""
    if outcome.account_id != plan.account_id:
        raise WrongPlan(_("That was promised to another customer."))
    PlanOutcome.objects.of(plan.workspace_id).get_or_create(
        workspace_id=plan.workspace_id, plan=plan, outcome=outcome
    )
    record(by, "linked benefit to", plan, outcome=outcome.key)


@transaction.atomic
def unlink_benefit(plan: Plan, outcome: Outcome, *, by: Member | None) -> None:
    """The plan has nothing to do with this benefit; the promise itself stays."""
    PlanOutcome.objects.of(plan.workspace_id).filter(plan=plan, outcome=outcome).delete()
    record(by, "took benefit out of", plan, outcome=outcome.key)


# --- Before the sale ----------------------------------------------------------


@transaction.atomic
def put_tool(
    plan: Plan,
    tool: PreSaleTool | None,
    *,
    kind: ToolKind,
    name: str,
    started_on: date,
    ended_on: date | None,
    result: ToolResult | None,
    result_words: str,
    reward: str,
    by: Member | None,
) -> PreSaleTool:
    """A trial, demo, webinar or pilot that they had, or what became of it."""
    if ended_on is not None and ended_on < started_on:
        raise WrongPlan(_("It cannot end before it begins."))
    row = tool or PreSaleTool(workspace_id=plan.workspace_id, plan=plan)
    if row.plan_id != plan.pk:
        raise WrongPlan(_("That belongs to another plan."))
    said: dict[str, Any] = {
        "kind": kind,
        "name": name.strip(),
        "started_on": started_on,
        "ended_on": ended_on,
        "result": result or "",
        "result_words": result_words,
        "reward": reward,
    }
    for column, value in said.items():
        setattr(row, column, value)
    row.save()
    record(by, "put tool in", plan, kind=kind)
    return row


@transaction.atomic
def drop_tool(tool: PreSaleTool, *, by: Member | None) -> None:
    """It was written down by mistake."""
    plan = tool.plan
    PreSaleTool.objects.of(tool.workspace_id).filter(pk=tool.pk).delete()
    record(by, "took tool out of", plan, kind=tool.kind)


@transaction.atomic
def note_feedback(
    tool: PreSaleTool,
    *,
    words: str,
    said_on: date,
    person: Person | None = None,
    by: Member | None = None,
) -> ToolFeedback:
    """What somebody said about a trial or an early version while they had it."""
    if not words.strip():
        raise WrongPlan(_("Write what they said."))
    if person is not None:
        refuse_stranger(tool.plan, person)
    row = ToolFeedback(
        workspace_id=tool.workspace_id,
        tool=tool,
        person=person,
        by=by,
        said_on=said_on,
        words=words.strip(),
    )
    row.save(force_insert=True)
    record(by, "noted feedback in", tool.plan, tool=tool.kind)
    return row


# --- Looking again ------------------------------------------------------------


@transaction.atomic
def refresh_plan(plan: Plan, *, now: datetime) -> Plan:
    """The plan with its columns brought up to its entries, the calendars and the day."""
    row = held_plan(plan)
    rebuild_plan(row, now=now)
    return row
