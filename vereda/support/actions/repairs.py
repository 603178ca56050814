"""When a promised time runs out: marks, facts, and what the repair rules say to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.foundation.tasks import task
from vereda.support.actions.clocks import announce_clock, put_reading, reading_of
from vereda.support.actions.tickets import (
    assign_ticket,
    edit_ticket,
    escalate_ticket,
    locked_ticket,
)
from vereda.support.contracts import (
    Clock,
    Deed,
    Moment,
    Priority,
    RepairResult,
    SlaBreached,
    SlaWarned,
)
from vereda.support.letters import send_sla_letter
from vereda.support.models.promises import SlaClock
from vereda.support.models.repairs import RepairRule, RepairRun
from vereda.support.queries.history import moves_of_tickets
from vereda.support.queries.promises import clocks_of_tickets
from vereda.support.queries.repairs import (
    members_of_queue,
    open_tickets_by_member,
    present_member,
    repair_rules_at,
    repair_run_with_id,
)
from vereda.support.rules.repairs import TOO_LATE, applies, next_in_queue, raised
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.support.models.tickets import Ticket
    from vereda.workspaces.models import Member

MARKS = (
    "warned_at",
    "breached_at",
    "check_at",
    "due_at",
    "warn_at",
    "used_seconds",
    "running_since_at",
    "paused_at",
    "stopped_at",
)


@transaction.atomic
def look_at_clock(clock: SlaClock, *, now: datetime) -> Moment | None:
    """Say what has become of a clock whose time to look has come, and repair.

    Two processes never do it twice: the ticket is locked, and who finds that the time to look has
    moved leaves. Answers what was marked, if anything was.
    """
    seen, ticket = clock.check_at, locked_ticket(clock.ticket)
    rows = SlaClock.objects.of(ticket.workspace_id)
    if seen is None or not rows.filter(pk=clock.pk, check_at=seen).update(check_at=None):
        return None
    row = clocks_of_tickets(ticket.workspace_id, [ticket.pk])[ticket.pk][Clock(clock.clock)]
    reading = reading_of(row, moves=moves_of_tickets(ticket.workspace_id, [ticket.pk])[ticket.pk])
    put_reading(row, reading)
    moment = None
    late_since = reading.breached_at or reading.due_at
    if row.breached_at is None and late_since is not None and late_since < now:
        row.breached_at, moment = max(late_since, row.target_since_at), Moment.BREACHED
    elif row.warned_at is None and row.warn_at is not None and row.warn_at < now:
        row.warned_at, moment = row.warn_at, Moment.WARNED
    if row.breached_at is not None:
        row.check_at = None
    elif moment is Moment.WARNED:
        row.check_at = row.due_at
    row.save(update_fields=[*MARKS, "updated_at"])
    if moment is not None:
        _tell_and_repair(ticket, row, moment=moment, now=now)
    return moment


def _tell_and_repair(ticket: Ticket, row: SlaClock, *, moment: Moment, now: datetime) -> None:
    """Announce what happened, then let every rule that is for it act once."""
    announce_clock(SlaBreached if moment is Moment.BREACHED else SlaWarned, ticket, row)
    happened_at = row.breached_at if moment is Moment.BREACHED else row.warned_at
    too_late = happened_at is not None and now - happened_at > TOO_LATE
    for rule in repair_rules_at(ticket.workspace_id, moment):
        fits = applies(
            rule_clock=rule.clock,
            rule_priorities=rule.priorities,
            clock=row.clock,
            priority=ticket.priority,
        )
        if fits:
            run_repair(rule, ticket=ticket, sla_clock=row, now=now, too_late=too_late)


def run_repair(
    rule: RepairRule, *, ticket: Ticket, sla_clock: SlaClock, now: datetime, too_late: bool
) -> RepairRun | None:
    """Let a rule act on a ticket and log it; None when it has done so for this clock before."""
    run, fresh = RepairRun.objects.of(ticket.workspace_id).get_or_create(
        rule=rule,
        sla_clock=sla_clock,
        moment=rule.moment,
        defaults={
            "workspace_id": ticket.workspace_id,
            "ticket": ticket,
            "deed": rule.deed,
            "at": now,
            "result": RepairResult.TOO_LATE,
        },
    )
    if not fresh:
        return None
    if not too_late:
        run.result = DEEDS[Deed(rule.deed)](run, ticket, now)
        run.save()
    record(None, "repaired", ticket, deed=run.deed, result=run.result)
    return run


def _assign(run: RepairRun, ticket: Ticket, now: datetime) -> RepairResult:
    member = present_member(ticket.workspace, run.rule.member_id)
    return _give(run, ticket, member, now=now)


def _assign_next(run: RepairRun, ticket: Ticket, now: datetime) -> RepairResult:
    queue = run.rule.queue or ticket.queue
    if queue is None:
        return RepairResult.NOBODY
    counts = open_tickets_by_member(ticket.workspace_id, queue)
    chosen = next_in_queue(counts, but=ticket.assignee_id)
    return _give(run, ticket, present_member(ticket.workspace, chosen), now=now)


def _give(run: RepairRun, ticket: Ticket, member: Member | None, *, now: datetime) -> RepairResult:
    if member is None:
        return RepairResult.NOBODY
    run.member = member
    queue = run.rule.queue or ticket.queue
    changed = assign_ticket(ticket, to=member, queue=queue, by=None, now=now)
    return RepairResult.DONE if changed else RepairResult.NOTHING_TO_DO


def _escalate(run: RepairRun, ticket: Ticket, now: datetime) -> RepairResult:  # noqa: ARG001
    changed = escalate_ticket(ticket, by=None, now=now)
    return RepairResult.DONE if changed else RepairResult.NOTHING_TO_DO


def _raise_priority(run: RepairRun, ticket: Ticket, now: datetime) -> RepairResult:
    higher = raised(Priority(ticket.priority))
    if higher is None:
        return RepairResult.NOTHING_TO_DO
    run.before, run.after = ticket.priority, higher
    edit_ticket(ticket, by=None, now=now, priority=higher)
    ticket.refresh_from_db()
    return RepairResult.DONE


def _tell(run: RepairRun, ticket: Ticket, now: datetime) -> RepairResult:  # noqa: ARG001
    told = _told_by(run.rule, ticket)
    for member in told:
        write_sla_letter.enqueue(str(ticket.workspace_id), str(run.pk), str(member.pk))
    if len(told) == 1:
        run.member = told[0]
    return RepairResult.DONE if told else RepairResult.NOBODY


def _told_by(rule: RepairRule, ticket: Ticket) -> list[Member]:
    """The member or the queue that the rule names; else who has the ticket or the account."""
    if rule.queue is not None:
        return members_of_queue(rule.queue)
    ids = [rule.member_id] if rule.member_id else [ticket.assignee_id, ticket.account.owner_id]
    for member_id in ids:
        member = present_member(ticket.workspace, member_id)
        if member is not None:
            return [member]
    return []


DEEDS: dict[Deed, Callable[[RepairRun, Ticket, datetime], RepairResult]] = {
    Deed.ASSIGN: _assign,
    Deed.ASSIGN_NEXT: _assign_next,
    Deed.ESCALATE: _escalate,
    Deed.RAISE_PRIORITY: _raise_priority,
    Deed.TELL: _tell,
}


@task()
def write_sla_letter(workspace_id: str, run_id: str, member_id: str) -> None:
    """Tell a member about a ticket whose time runs out."""
    run = repair_run_with_id(UUID(workspace_id), UUID(run_id))
    member = present_member(run.ticket.workspace, UUID(member_id))
    if member is not None:
        send_sla_letter(run, to=member)
