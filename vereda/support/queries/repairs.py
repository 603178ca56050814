"""Asking about queues, repair rules and what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Prefetch, Q

from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.support.contracts import Moment, TicketState
from vereda.support.models.repairs import RepairRule, RepairRun, TicketQueue, TicketQueueMember
from vereda.support.models.tickets import Ticket
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.foundation.scoping import OwnedRows
    from vereda.workspaces.models import Member, Workspace

NEWEST_RUN = Order.on("newest", "at", descending=True)


def ticket_queues(workspace: Workspace | UUID) -> OwnedRows[TicketQueue]:
    """Every queue by name, with its members and how many tickets are open in it."""
    members = TicketQueueMember.objects.of(workspace).select_related("member__user")
    waiting = Count("tickets", filter=~Q(tickets__state=TicketState.RESOLVED))
    rows = TicketQueue.objects.of(workspace).annotate(waiting=waiting)
    return rows.prefetch_related(Prefetch("members", queryset=members)).order_by("name")


def ticket_queue_with_id(workspace: Workspace | UUID, queue_id: UUID) -> TicketQueue:
    """The queue with that id, or `Missing`."""
    return found(TicketQueue.objects.of(workspace).filter(pk=queue_id))


def members_of_queue(queue: TicketQueue) -> list[Member]:
    """Who takes its tickets and still works here; one query."""
    rows = TicketQueueMember.objects.of(queue.workspace_id).filter(queue=queue)
    chosen = rows.filter(member__left_at=None).select_related("member__user")
    return [row.member for row in chosen.order_by("member__user__name", "pk")]


def open_tickets_by_member(workspace: Workspace | UUID, queue: TicketQueue) -> dict[UUID, int]:
    """How many tickets each member of the queue has to do something about; two queries."""
    counts = dict.fromkeys([member.pk for member in members_of_queue(queue)], 0)
    rows = Ticket.objects.of(workspace).unresolved().filter(assignee__in=counts)
    counted = rows.order_by().values_list("assignee").annotate(count=Count("pk"))
    return counts | dict(counted)


def repair_rules(workspace: Workspace | UUID) -> OwnedRows[RepairRule]:
    """The rules in force, warnings before breaches, the oldest first."""
    rows = RepairRule.objects.of(workspace).filter(ended_at=None)
    return rows.select_related("member__user", "queue").order_by("-moment", "created_at", "pk")


def repair_rules_at(workspace: Workspace | UUID, moment: Moment) -> list[RepairRule]:
    """The rules in force that act at that moment, the oldest first."""
    return list(repair_rules(workspace).filter(moment=moment))


def repair_rule_with_id(workspace: Workspace | UUID, rule_id: UUID) -> RepairRule:
    """The rule in force with that id, or `Missing`."""
    return found(repair_rules(workspace).filter(pk=rule_id))


def repair_runs(workspace: Workspace | UUID) -> OwnedRows[RepairRun]:
    """What the rules did, unordered, with the tickets."""
    rows = RepairRun.objects.of(workspace)
    return rows.select_related("ticket__account", "sla_clock", "member__user")


def repair_runs_of(ticket: Ticket) -> list[RepairRun]:
    """What the rules did to a ticket, the newest first; one query."""
    return list(repair_runs(ticket.workspace_id).filter(ticket=ticket).order_by("-at", "-pk"))


def repair_run_with_id(workspace: Workspace | UUID, run_id: UUID) -> RepairRun:
    """The execution with that id, or `Missing`."""
    return found(repair_runs(workspace).filter(pk=run_id))


def present_member(workspace: Workspace, member_id: UUID | None) -> Member | None:
    """The member with that id if they still work here."""
    return members_of(workspace).filter(pk=member_id).first() if member_id else None
