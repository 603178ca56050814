"""Several workers look at the same due clocks at once: each is told and repaired once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.support import jobs
from vereda.support.actions.queues import add_repair_rule
from vereda.support.contracts import Clock, Deed, Moment, MoveKind, Priority
from vereda.support.jobs import look_at_due_clocks
from vereda.support.models.promises import SlaClock
from vereda.support.models.repairs import RepairRun
from vereda.support.models.tickets import TicketMove
from vereda.support.testing import a_policy, a_ticket

WORKERS, TICKETS = 3, 5
HOUR = timedelta(hours=1)


def at_once(work):
    """Run it in threads that start together; what each answered."""
    barrier, answers = threading.Barrier(WORKERS), []

    def run():
        try:
            barrier.wait(timeout=60)
            answers.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("moment", "mark", "after"),
    [(Moment.WARNED, "warned_at", 3.5 * HOUR), (Moment.BREACHED, "breached_at", 5 * HOUR)],
)
def test_workers_that_look_at_once_tell_and_repair_once(acme, monkeypatch, moment, mark, after):
    account = an_account(acme)
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 240}})
    for deed, member in ((Deed.ESCALATE, None), (Deed.TELL, acme.member)):
        add_repair_rule(acme.workspace, moment=moment, deed=deed, member=member, by=acme.admin)
    for _each in range(TICKETS):
        a_ticket(account)
    monkeypatch.setattr(jobs, "now", lambda: MORNING + after)

    counts = at_once(look_at_due_clocks)

    marked = SlaClock.objects.of(acme.workspace).exclude(**{mark: None})
    escalations = TicketMove.objects.of(acme.workspace).filter(kind=MoveKind.ESCALATED)
    letters = DBTaskResult.objects.filter(task_path__endswith="write_sla_letter")
    assert (len(counts), sum(counts)) == (WORKERS, TICKETS)
    assert marked.count() == TICKETS
    assert RepairRun.objects.of(acme.workspace).count() == 2 * TICKETS
    assert (escalations.count(), letters.count()) == (TICKETS, TICKETS)
