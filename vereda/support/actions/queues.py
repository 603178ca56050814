"""Telling who takes tickets in turn, and which repair rules are in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.races import refused_if_taken
from vereda.support.contracts import Clock, Deed, Moment, Priority, WrongPolicy
from vereda.support.models.repairs import RepairRule, TicketQueue, TicketQueueMember
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


@transaction.atomic
def put_ticket_queue(
    workspace: Workspace,
    row: TicketQueue | None,
    *,
    name: str,
    members: Sequence[Member],
    by: Member | None,
) -> TicketQueue:
    """A queue and who takes its tickets, new or changed."""
    taken = WrongPolicy(_("There is a queue with that name already."))
    if _queue_is_named_so(workspace, name, but=row):
        raise taken
    fresh = row is None
    row = row or TicketQueue(workspace=workspace)
    row.name = name
    with refused_if_taken(taken):
        row.save()
    rows = TicketQueueMember.objects.of(workspace)
    rows.filter(queue=row).exclude(member__in=members).delete()
    rows.bulk_create(
        [
            TicketQueueMember(workspace=workspace, queue=row, member=member)
            for member in members
            if member.workspace_id == workspace.pk
        ],
        ignore_conflicts=True,
    )
    record(by, "added" if fresh else "edited", row, members=[member.name for member in members])
    return row


def _queue_is_named_so(workspace: Workspace, name: str, *, but: TicketQueue | None) -> bool:
    others = TicketQueue.objects.of(workspace).filter(name=name)
    return others.exclude(pk__in=[but.pk] if but else []).exists()


@transaction.atomic
def remove_ticket_queue(queue: TicketQueue, *, by: Member | None) -> None:
    """It goes; its tickets stay with who has them."""
    record(by, "removed", queue)
    queue.delete()


@transaction.atomic
def add_repair_rule(
    workspace: Workspace,
    *,
    moment: Moment,
    deed: Deed,
    by: Member | None,
    clock: Clock | None = None,
    priorities: Sequence[Priority] = (),
    member: Member | None = None,
    queue: TicketQueue | None = None,
) -> RepairRule:
    """One thing to do by itself from now on."""
    if deed is Deed.ASSIGN and member is None:
        raise WrongPolicy(_("Say to whom tickets are assigned."))
    row = RepairRule(
        workspace=workspace,
        moment=moment,
        clock=clock or "",
        priorities=[str(each) for each in priorities],
        deed=deed,
        member=member,
        queue=queue,
    )
    row.save(force_insert=True)
    record(by, "added", row)
    return row


@transaction.atomic
def end_repair_rule(rule: RepairRule, *, by: Member | None, now: datetime) -> None:
    """It does nothing any more; what it did stays in the log."""
    rows = RepairRule.objects.of(rule.workspace_id).filter(pk=rule.pk, ended_at=None)
    if rows.update(ended_at=now, updated_at=now):
        record(by, "ended", rule)
