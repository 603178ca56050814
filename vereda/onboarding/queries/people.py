"""Asking about the individuals of a plan: their part, their training, who was not reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.customers.queries.people import memberships_where, people_of
from vereda.onboarding.contracts.plans import EntryKind
from vereda.onboarding.contracts.templates import ItemKind
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.models.plans import Plan, PlanPerson

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.onboarding.queries.histories import PlanStory
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPersonView:
    """An individual and how they are in the plan.

    part, purpose: what they do in it, and what is in it for them; "" where nobody said. items,
    closed: how many items are theirs, and how many of those are settled. trainings, trained: how
    many trainings the plan has, and in how many they took part. reached_at: when they last gave,
    approved, took part or answered; None: nobody has reached them. in_plan: they have a part.
    """

    person: Person
    part: str
    purpose: str
    in_plan: bool
    items: int
    closed: int
    trainings: int
    trained: int
    smile: int | None
    reached_at: datetime | None

    @property
    def progress(self) -> float | None:
        """The share of what is theirs that is done; None where nothing is theirs."""
        whole = self.items + self.trainings
        return (self.closed + self.trained) / whole if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Who at an account was reached, of everybody who is there: nobody is to be left out."""

    plan: Plan
    people: int
    reached: int
    left_out: tuple[Person, ...]

    @property
    def share(self) -> float | None:
        """The share that was reached; None where we know nobody there."""
        return self.reached / self.people if self.people else None


def people_of_plan(story: PlanStory) -> tuple[PlanPersonView, ...]:
    """Everybody at the account and in the plan; those with a part first, then by name. Two
    queries."""
    plan = story.plan
    parts = PlanPerson.objects.of(plan.workspace_id).filter(plan=plan).select_related("person")
    by_person = {row.person_id: row for row in parts}
    people = {row.person_id: row.person for row in people_of(plan.account)}
    people |= {row.person_id: row.person for row in by_person.values()}
    views = [
        _person_view(person, by_person.get(person_id), story=story)
        for person_id, person in people.items()
        if person.erased_at is None
    ]
    return tuple(
        sorted(views, key=lambda view: (not view.in_plan, view.person.name_sort, view.person.pk))
    )


def part_of_person(plan: Plan, person: Person) -> PlanPerson | None:
    """Their part in the plan; None where they have none."""
    return PlanPerson.objects.of(plan.workspace_id).filter(plan=plan, person=person).first()


def _person_view(person: Person, row: PlanPerson | None, *, story: PlanStory) -> PlanPersonView:
    theirs = [item for item in story.items if item.person_id == person.pk]
    trainings = {item.pk for item in story.items if item.kind is ItemKind.TRAINING}
    entries = [entry for entry in story.rows if entry.person_id == person.pk]
    attended = {entry.item_id for entry in entries if entry.kind == EntryKind.ATTENDED}
    smiles = [entry.score for entry in entries if entry.kind == EntryKind.SMILED]
    return PlanPersonView(
        person=person,
        part=row.part if row else "",
        purpose=row.purpose if row else "",
        in_plan=row is not None or bool(theirs),
        items=len(theirs),
        closed=sum(item.is_closed for item in theirs),
        trainings=len(trainings),
        trained=len(trainings & attended),
        smile=smiles[-1] if smiles else None,
        reached_at=max((entry.at for entry in entries), default=None),
    )


def inclusion_of_plan(plan: Plan, people: Sequence[PlanPersonView]) -> Inclusion:
    """Who of the people of a plan was reached, and who was not."""
    left_out = tuple(view.person for view in people if view.reached_at is None)
    return Inclusion(
        plan=plan, people=len(people), reached=len(people) - len(left_out), left_out=left_out
    )


def inclusion_of_plans(workspace: Workspace, plans: Iterable[Plan]) -> list[Inclusion]:
    """The same for many plans, in three queries; the one with the most people left out first."""
    wanted = list(plans)
    reached = _reached_in(workspace, [plan.pk for plan in wanted])
    there = _people_at(workspace, wanted)
    told = [_inclusion(plan, there[plan.pk], reached=reached[plan.pk]) for plan in wanted]
    return sorted(told, key=lambda each: (-len(each.left_out), each.plan.number))


def _inclusion(plan: Plan, people: Sequence[Person], *, reached: set[UUID]) -> Inclusion:
    left_out = tuple(person for person in people if person.pk not in reached)
    return Inclusion(
        plan=plan, people=len(people), reached=len(people) - len(left_out), left_out=left_out
    )


def _reached_in(workspace: Workspace, plan_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Who gave, approved, took part or answered, by plan."""
    rows = PlanEntry.objects.of(workspace).filter(plan__in=plan_ids, person__isnull=False)
    reached: dict[UUID, set[UUID]] = defaultdict(set)
    for plan_id, person_id in rows.values_list("plan_id", "person_id").distinct():
        if person_id is not None:
            reached[plan_id].add(person_id)
    return reached


def _people_at(workspace: Workspace, plans: Sequence[Plan]) -> dict[UUID, list[Person]]:
    """Everybody at the account of each plan, and whoever else has a part in it."""
    at: dict[UUID, dict[UUID, Person]] = defaultdict(dict)
    for row in memberships_where(workspace, Q(account__in={plan.account_id for plan in plans})):
        at[row.account_id][row.person_id] = row.person
    there = {plan.pk: dict(at[plan.account_id]) for plan in plans}
    parts = PlanPerson.objects.of(workspace).filter(plan__in=[*there]).select_related("person")
    for part in parts.filter(person__erased_at=None):
        there[part.plan_id][part.person_id] = part.person
    return {
        plan_id: sorted(people.values(), key=lambda person: (person.name_sort, person.pk))
        for plan_id, people in there.items()
    }
