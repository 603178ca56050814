"""Telling what is promised: business hours and policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vereda.foundation.clock import now as this_instant
from vereda.foundation.races import refused_if_taken
from vereda.foundation.scoping import found
from vereda.foundation.tasks import task
from vereda.foundation.working_hours import WeeklySpan, spans_problem
from vereda.support.actions.clocks import wind_clocks
from vereda.support.actions.tickets import locked_tickets
from vereda.support.contracts import Clock, Priority, Reach, WrongPolicy
from vereda.support.models.promises import BusinessHours, SlaClock, SlaPolicy
from vereda.support.models.tickets import Ticket
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vereda.workspaces.models import Member, Workspace

AT_ONCE = 500
"""How many tickets are wound in one transaction."""

Holidays = Sequence[tuple[date, str]]
Targets = Mapping[Priority, Mapping[Clock, int]]


@transaction.atomic
def put_business_hours(
    workspace: Workspace,
    row: BusinessHours | None,
    *,
    name: str,
    time_zone: str,
    spans: Sequence[WeeklySpan],
    holidays: Holidays,
    by: Member | None,
) -> BusinessHours:
    """New business hours, or these with other times; clocks that run in them are told anew."""
    problem = spans_problem(spans)
    if problem:
        raise WrongPolicy(_("Times of a day begin before they end, and do not overlap."))
    taken = WrongPolicy(_("There are business hours with that name already."))
    if _hours_are_named_so(workspace, name, but=row):
        raise taken
    fresh = row is None
    row = row or BusinessHours(workspace=workspace)
    row.name, row.time_zone = name, time_zone
    row.spans = [[span.weekday, span.start_minute, span.end_minute] for span in sorted(spans)]
    row.holidays = [[on.isoformat(), called] for on, called in sorted(set(holidays))]
    with refused_if_taken(taken):
        row.save()
    record(by, "added" if fresh else "edited", row)
    if not fresh:
        rewind_clocks.enqueue(str(workspace.pk), str(row.pk))
    return row


def _hours_are_named_so(workspace: Workspace, name: str, *, but: BusinessHours | None) -> bool:
    others = BusinessHours.objects.of(workspace).filter(name=name)
    return others.exclude(pk__in=[but.pk] if but else []).exists()


@transaction.atomic
def publish_policy(
    workspace: Workspace,
    former: SlaPolicy | None,
    *,
    name: str,
    hours: BusinessHours,
    targets: Targets,
    by: Member | None,
    now: datetime,
    plans: Sequence[str] = (),
    tags: Sequence[str] = (),
    pauses: bool = True,
    warn_percent: int | None = None,
    warn_minutes: int | None = None,
    position: int | None = None,
    reach: Reach = Reach.NEW,
) -> SlaPolicy:
    """A policy, or the next edition of one: the former is retired, and tickets stay under it.

    `position` is its place in the order in which policies are asked (1 is the first). Without one a
    new policy is asked last, and another edition where the former was.
    """
    if not any(promised for promised in targets.values()):
        raise WrongPolicy(_("A policy promises something for at least one priority."))
    row = SlaPolicy(
        workspace=workspace,
        name=name,
        hours=hours,
        targets={
            str(priority): {str(clock): minutes for clock, minutes in promised.items()}
            for priority, promised in targets.items()
            if promised
        },
        plans=list(plans),
        tags=list(tags),
        pauses=pauses,
        warn_percent=warn_percent,
        warn_minutes=warn_minutes,
        by=by,
    )
    order = _locked_order(workspace)
    place = len(order) + 1
    if former is not None:
        row.family, row.edition = former.family, _next_edition(former)
        retire_policy(former, by=by, now=now)
        place = next((n for n, each in enumerate(order, 1) if each.pk == former.pk), place)
        order = [each for each in order if each.pk != former.pk]
    row.save(force_insert=True)
    _put_in_order(order, row, place=position or place)
    record(by, "published", row)
    if reach is not Reach.NEW:
        put_tickets_under_promises.enqueue(str(workspace.pk), str(reach))
    return row


def _next_edition(former: SlaPolicy) -> int:
    rows = SlaPolicy.objects.of(former.workspace_id).filter(family=former.family)
    return int(rows.aggregate(last=Max("edition"))["last"]) + 1


@transaction.atomic
def place_policy(policy: SlaPolicy, *, place: int, by: Member | None) -> None:
    """Ask a policy in force at that place (1 is the first); the others keep their order."""
    order = _locked_order(policy.workspace_id)
    row = next((each for each in order if each.pk == policy.pk), None)
    if row is None:
        raise WrongPolicy(_("Somebody has changed this policy meanwhile."))
    if _put_in_order([each for each in order if each is not row], row, place=place):
        record(by, "moved", row, place=row.position)


def _locked_order(workspace: Workspace | UUID) -> list[SlaPolicy]:
    """The policies in force as they are asked, for nobody else until the transaction ends."""
    rows = SlaPolicy.objects.of(workspace).in_force()
    list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    return list(rows)


def _put_in_order(others: Sequence[SlaPolicy], row: SlaPolicy, *, place: int) -> bool:
    """Number them all anew with the row at that place; whether any number changed."""
    order = [*others]
    order.insert(max(place, 1) - 1, row)
    changed = []
    for number, each in enumerate(order, start=1):
        if each.position != number:
            each.position = number
            changed.append(each)
    SlaPolicy.objects.of(row.workspace_id).bulk_update(changed, ["position"])
    return bool(changed)


@transaction.atomic
def retire_policy(policy: SlaPolicy, *, by: Member | None, now: datetime) -> None:
    """Nothing new comes under it; whoever is second is refused."""
    rows = SlaPolicy.objects.of(policy.workspace_id).in_force().filter(pk=policy.pk)
    if not rows.update(retired_at=now, updated_at=now):
        raise WrongPolicy(_("Somebody has changed this policy meanwhile."))
    record(by, "retired", policy)


def put_under_promises(workspace: Workspace | UUID, *, reach: Reach, now: datetime) -> int:
    """Wind the clocks of tickets that were there before; answers of how many."""
    rows = Ticket.objects.of(workspace)
    if reach is Reach.OPEN:
        rows = rows.unresolved()
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return _wind_in_parts(workspace, ids, now=now)


def rewind_clocks_of(workspace: Workspace | UUID, *, hours_id: UUID, now: datetime) -> int:
    """Tell anew the clocks that have not stopped and count in these business hours."""
    rows = SlaClock.objects.of(workspace).filter(policy__hours=hours_id, stopped_at=None)
    ids = sorted(set(rows.values_list("ticket_id", flat=True)))
    return _wind_in_parts(workspace, ids, now=now)


def _wind_in_parts(workspace: Workspace | UUID, ids: list[UUID], *, now: datetime) -> int:
    for part in _parts(ids):
        with transaction.atomic():
            wind_clocks(workspace, locked_tickets(workspace, part), now=now)
    return len(ids)


def _parts(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while part := list(islice(rest, AT_ONCE)):
        yield part


@task()
def put_tickets_under_promises(workspace_id: str, reach: str) -> None:
    """Tickets that were there before a policy come under it."""
    put_under_promises(UUID(workspace_id), reach=Reach(reach), now=this_instant())


@task()
def rewind_clocks(workspace_id: str, hours_id: str) -> None:
    """Clocks that run in changed business hours are told anew."""
    rewind_clocks_of(UUID(workspace_id), hours_id=UUID(hours_id), now=this_instant())


@transaction.atomic
def remove_business_hours(hours: BusinessHours, *, by: Member | None) -> None:
    """They go, unless a policy counts in them or ever did."""
    row = found(BusinessHours.objects.of(hours.workspace_id).filter(pk=hours.pk))
    if SlaPolicy.objects.of(row.workspace_id).filter(hours=row).exists():
        raise WrongPolicy(_("A policy counts in these hours, or did: they stay."))
    record(by, "removed", row)
    row.delete()
