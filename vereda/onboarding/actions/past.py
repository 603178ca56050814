"""Telling what happened to a plan before it was kept here: many deeds, by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.queries.people import person_ids_of_accounts
from vereda.onboarding.actions.follow_ups import close_needless_follow_ups
from vereda.onboarding.actions.items import checked_submission
from vereda.onboarding.actions.lateness import notice_lateness
from vereda.onboarding.actions.rebuilding import rebuild_plan
from vereda.onboarding.actions.telling import (
    held_plan,
    refuse,
    refuse_stranger,
    tell_what_changed,
)
from vereda.onboarding.contracts.plans import EntryKind, ExitAnswer, Submission, WrongPlan
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.queries.histories import PlanStory, plan_story
from vereda.onboarding.rules.objections import objection_to, objection_to_word
from vereda.onboarding.rules.standing import PlanStanding, after_entry
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.files import AccountFile
    from vereda.customers.models.people import Person
    from vereda.onboarding.models.plans import Plan
    from vereda.workspaces.models import Member

OF_PLAN: Final = frozenset(
    {EntryKind.AGREED, EntryKind.STOPPED, EntryKind.RESUMED, EntryKind.EXIT_ANSWERED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDeed:
    """Something that happened then: to an item, or, with none, to the whole plan."""

    kind: EntryKind
    at: datetime
    item: str = ""
    member: Member | None = None
    person: Person | None = None
    given: Submission | None = None
    file: AccountFile | None = None
    because: str = ""
    to: Party | None = None
    score: int | None = None
    answer: ExitAnswer | None = None
    measured_by: str = ""


@transaction.atomic
def tell_past(plan: Plan, deeds: Iterable[PastDeed], *, by: Member | None, now: datetime) -> int:
    """Write down what happened, in the order in which it did; how many deeds there were.

    Each is refused that would have been refused then. The news is what it came to, told once, and
    not each deed of a time that is past. A few queries, however many deeds.
    """
    row = held_plan(plan)
    story = plan_story(row)
    before = story.standing()
    entries = _entries(story, deeds, before=before, now=now)
    if not entries:
        return 0
    PlanEntry.objects.of(row.workspace_id).bulk_create(entries)
    after = rebuild_plan(row, now=now)
    notice_lateness(row, now=now)
    close_needless_follow_ups(row, now=now)
    record(by, "wrote down the past of", row, deeds=len(entries))
    tell_what_changed(row, before=before, after=after)
    plan.refresh_from_db()
    return len(entries)


def _entries(
    story: PlanStory, deeds: Iterable[PastDeed], *, before: PlanStanding, now: datetime
) -> list[PlanEntry]:
    items = {item.key: item for item in story.items}
    there = person_ids_of_accounts(story.plan.workspace_id, [story.plan.account_id])
    known = set(there)
    standing, entries = before, list[PlanEntry]()
    last = max([row.told_at for row in story.rows], default=None)
    for deed in deeds:
        if deed.at > now or (last is not None and deed.at < last):
            raise WrongPlan(_("What happened is told in its order, and not before it did."))
        last = deed.at
        _refuse_deed(story, standing, deed)
        if deed.person is not None and deed.person.pk not in known:
            refuse_stranger(story.plan, deed.person)
            known.add(deed.person.pk)
        entry = _entry(story, deed, items=items, number=len(story.rows) + len(entries) + 1)
        entries.append(entry)
        standing = after_entry(standing, entry.told(deed.item or None))
    return entries


def _refuse_deed(story: PlanStory, standing: PlanStanding, deed: PastDeed) -> None:
    """Refuse what could not be told of the plan as it stood then."""
    unknown = deed.item not in standing.items
    if unknown is not (deed.kind in OF_PLAN) or (unknown and deed.item):
        raise WrongPlan(_("That belongs to another plan."))
    objection = (
        objection_to_word(standing, deed.kind, because=deed.because)
        if unknown
        else objection_to(standing, deed.kind, deed.item, because=deed.because)
    )
    if objection is not None:
        refuse(objection, item=deed.item, story=story)


def _entry(
    story: PlanStory, deed: PastDeed, *, items: Mapping[str, PlanItem], number: int
) -> PlanEntry:
    item = items.get(deed.item)
    said = deed.given or Submission()
    given = {"value": said.value, "words": said.words}
    if item is not None and deed.kind is EntryKind.SUBMITTED:
        given = checked_submission(item, said, file=deed.file)
    return PlanEntry(
        workspace_id=story.plan.workspace_id,
        plan=story.plan,
        item=item,
        number=number,
        kind=deed.kind,
        at=deed.at,
        told_at=deed.at,
        member=deed.member,
        person=deed.person,
        theirs=deed.person is not None,
        file=deed.file,
        because=deed.because,
        to=deed.to or "",
        score=deed.score,
        answer=deed.answer or "",
        measured_by=deed.measured_by,
        **given,
    )
