"""When a promised time runs out."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.foundation.testing import MORNING, NOON
from vereda.support import jobs
from vereda.support.actions.queues import add_repair_rule, end_repair_rule, put_ticket_queue
from vereda.support.actions.repairs import look_at_clock
from vereda.support.actions.tickets import (
    assign_ticket,
    hold_ticket,
    reopen_ticket,
    resolve_ticket,
)
from vereda.support.contracts import (
    Clock,
    Deed,
    Moment,
    Priority,
    RepairResult,
    SlaBreached,
    SlaCleared,
    SlaWarned,
    TicketEscalated,
)
from vereda.support.jobs import look_at_due_clocks
from vereda.support.models.promises import SlaClock
from vereda.support.models.repairs import RepairRun
from vereda.support.models.tickets import Ticket
from vereda.support.testing import a_policy, a_ticket

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def look(monkeypatch):
    """Looks at what is due as if it were that moment."""

    def at(moment):
        monkeypatch.setattr(jobs, "now", lambda: moment)
        return look_at_due_clocks()

    return at


def clock_of(ticket, kind=Clock.FIX):
    return SlaClock.objects.of(ticket.workspace_id).get(ticket=ticket, clock=kind)


def runs_of(ticket):
    rows = RepairRun.objects.of(ticket.workspace_id).filter(ticket=ticket).order_by("at", "pk")
    return [(run.moment, run.deed, run.result) for run in rows]


def test_a_new_ticket_comes_under_the_policy(acme, cantera):
    a_policy(acme)

    ticket = a_ticket(cantera)

    assert clock_of(ticket, Clock.FIRST_RESPONSE).due_at == MORNING + HOUR
    assert clock_of(ticket).due_at == MORNING + 4 * HOUR
    assert ticket.due_at == MORNING + HOUR


def test_a_warning_then_a_breach_are_told_once(acme, cantera, look, facts):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    ticket = a_ticket(cantera)
    facts.clear()

    counts = [look(MORNING + 3 * HOUR), look(MORNING + 3 * HOUR + SECOND), look(NOON)]
    counts += [look(NOON + SECOND), look(NOON + HOUR)]

    assert counts == [0, 1, 0, 1, 0]
    assert [type(fact) for fact in facts] == [SlaWarned, SlaBreached]
    assert clock_of(ticket).warned_at == MORNING + 3 * HOUR
    assert clock_of(ticket).breached_at == NOON


def test_who_answers_late_is_late_even_if_nobody_looked(acme, cantera, facts):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    ticket = a_ticket(cantera)

    resolve_ticket(ticket, by=acme.member, now=NOON + SECOND)

    assert clock_of(ticket).breached_at == NOON
    assert clock_of(ticket).check_at is None


def test_what_was_late_is_cleared_by_resolving_and_late_again_by_reopening(
    acme, cantera, look, facts
):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    ticket = a_ticket(cantera)
    look(NOON + SECOND)
    facts.clear()

    resolve_ticket(ticket, by=acme.member, now=NOON + HOUR)
    reopen_ticket(ticket, by=acme.member, now=NOON + 2 * HOUR)

    assert [fact.clock for fact in facts.of(SlaCleared)] == [Clock.FIX]
    assert [fact.clock for fact in facts.of(SlaBreached)] == [Clock.FIX]


def test_nothing_is_due_while_the_customer_is_awaited(acme, cantera, look):
    a_policy(acme)
    ticket = a_ticket(cantera)

    hold_ticket(ticket, by=acme.member, now=MORNING + timedelta(minutes=30))

    assert look(MORNING + timedelta(days=30)) == 0
    assert ticket.due_at is None
    assert clock_of(ticket).used_seconds == 1800
    assert clock_of(ticket, Clock.FIRST_RESPONSE).stopped_at == MORNING + timedelta(minutes=30)


def test_every_deed_is_done_once_and_logged(acme, cantera, look, facts):
    a_policy(acme, targets={each: {Clock.FIX: 240} for each in Priority})
    for deed in (Deed.ESCALATE, Deed.RAISE_PRIORITY, Deed.TELL):
        add_repair_rule(acme.workspace, moment=Moment.BREACHED, deed=deed, by=acme.admin)
    add_repair_rule(
        acme.workspace,
        moment=Moment.WARNED,
        deed=Deed.ASSIGN,
        member=acme.member,
        by=acme.admin,
    )
    ticket = a_ticket(cantera)

    look(MORNING + 3 * HOUR + SECOND)
    look(NOON + SECOND)
    look(NOON + HOUR)
    facts.deliver()

    ticket.refresh_from_db()
    assert runs_of(ticket) == [
        ("warned", "assign", "done"),
        ("breached", "escalate", "done"),
        ("breached", "raise_priority", "done"),
        ("breached", "tell", "done"),
    ]
    assert (ticket.assignee, ticket.escalated, ticket.priority) == (acme.member, True, "high")
    assert [letter.to for letter in mail.outbox] == [[acme.member.user.email]]
    assert "T-1" in mail.outbox[0].subject
    assert "Exporting" not in mail.outbox[0].body
    assert len(facts.of(TicketEscalated)) == 1


def test_two_processes_never_repair_twice(acme, cantera, look, facts):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    add_repair_rule(acme.workspace, moment=Moment.BREACHED, deed=Deed.ESCALATE, by=acme.admin)
    ticket = a_ticket(cantera)
    first, second = clock_of(ticket), clock_of(ticket)

    done = [look_at_clock(clock, now=NOON + HOUR) for clock in (first, second)]

    assert done == [Moment.BREACHED, None]
    assert len(facts.of(SlaBreached)) == 1
    assert runs_of(ticket) == [("breached", "escalate", "done")]


def test_a_rule_is_for_its_clock_and_priorities_and_until_it_ends(acme, cantera, look):
    a_policy(acme, targets={each: {Clock.FIX: 240} for each in Priority})
    told = {"moment": Moment.BREACHED, "deed": Deed.ESCALATE, "by": acme.admin}
    add_repair_rule(acme.workspace, priorities=[Priority.URGENT], **told)
    add_repair_rule(acme.workspace, clock=Clock.FIRST_RESPONSE, **told)
    over = add_repair_rule(acme.workspace, **told)
    end_repair_rule(over, by=acme.admin, now=MORNING)
    normal = a_ticket(cantera)
    urgent = a_ticket(cantera, priority=Priority.URGENT)

    look(NOON + SECOND)

    assert (runs_of(normal), runs_of(urgent)) == ([], [("breached", "escalate", "done")])


def test_the_next_in_the_queue_has_the_fewest_open_tickets(acme, cantera, look):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    queue = put_ticket_queue(
        acme.workspace, None, name="First line", members=[acme.member, acme.admin], by=acme.admin
    )
    add_repair_rule(
        acme.workspace, moment=Moment.BREACHED, deed=Deed.ASSIGN_NEXT, queue=queue, by=acme.admin
    )
    busy = a_ticket(cantera, priority=Priority.LOW)
    assign_ticket(busy, to=acme.member, queue=None, by=acme.admin, now=MORNING)
    ticket = a_ticket(cantera)

    look(NOON + SECOND)

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.queue) == (acme.admin, queue)


def test_a_rule_for_nobody_says_so(acme, cantera, look):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    queue = put_ticket_queue(acme.workspace, None, name="Empty", members=[], by=acme.admin)
    add_repair_rule(
        acme.workspace, moment=Moment.BREACHED, deed=Deed.ASSIGN_NEXT, queue=queue, by=acme.admin
    )
    ticket = a_ticket(cantera)

    look(NOON + SECOND)

    assert runs_of(ticket) == [("breached", "assign_next", RepairResult.NOBODY)]


def test_what_was_late_long_ago_is_marked_and_not_repaired(acme, cantera, look, facts):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    add_repair_rule(acme.workspace, moment=Moment.BREACHED, deed=Deed.ESCALATE, by=acme.admin)
    ticket = a_ticket(cantera, opened_at=MORNING - timedelta(days=40))

    look(MORNING)

    ticket.refresh_from_db()
    assert runs_of(ticket) == [("breached", "escalate", "too_late")]
    assert (ticket.escalated, len(facts.of(SlaBreached))) == (False, 1)


def test_what_is_not_due_costs_nothing(acme, cantera, look):
    a_policy(acme)
    a_ticket(cantera)
    with CaptureQueriesContext(connection) as few:
        look(MORNING)
    for _ in range(20):
        a_ticket(cantera)

    with CaptureQueriesContext(connection) as many:
        look(MORNING)

    assert len(many) == len(few) == 1


def test_a_clock_that_fails_does_not_stop_the_others(acme, cantera, look, monkeypatch):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    broken, fine = a_ticket(cantera), a_ticket(cantera)
    real = look_at_clock

    def fails_once(clock, *, now):
        if clock.ticket_id == broken.pk:
            raise RuntimeError("broken")
        return real(clock, now=now)

    monkeypatch.setattr(jobs, "look_at_clock", fails_once)

    assert look(NOON + SECOND) == 1
    assert clock_of(fine).breached_at == NOON
    assert Ticket.objects.of(acme.workspace).count() == 2


def test_a_clock_that_was_told_from_an_old_history_is_put_right_when_it_is_looked_at(
    acme, cantera, look
):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    ticket = a_ticket(cantera)
    resolve_ticket(ticket, by=acme.member, now=MORNING + HOUR)
    due_at = MORNING + 4 * HOUR
    SlaClock.objects.of(acme.workspace).update(
        running_since_at=MORNING, stopped_at=None, due_at=due_at, check_at=due_at
    )

    count = look(NOON + HOUR)

    row = clock_of(ticket)
    assert count == 0
    assert (row.running_since_at, row.stopped_at, row.breached_at) == (None, MORNING + HOUR, None)
