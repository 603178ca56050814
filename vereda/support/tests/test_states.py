"""Histories of tickets from files."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.foundation.importing import Change, ImportRow, Outcome
from vereda.foundation.testing import MORNING
from vereda.support.contracts import Clock, MoveKind, Priority
from vereda.support.importable_states import TicketStatesKind
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import TicketMove
from vereda.support.testing import a_policy, a_ticket

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(company, *states, dry_run=False, ticket="t-1"):
    kind = TicketStatesKind()
    rows = [
        ImportRow(line, {"external_id": ticket, "state": state, "at": OPENED + hours * HOUR})
        for line, (hours, state) in enumerate(states, start=2)
    ]
    return kind.apply(
        company.workspace.pk,
        rows,
        identity=kind.identities(company.workspace.pk)[0],
        import_id=uuid4(),
        by=company.member,
        now=MORNING,
        dry_run=dry_run,
    )


def history(company):
    moves = TicketMove.objects.of(company.workspace).order_by("at", "pk")
    return [(move.kind, (move.at - OPENED) / HOUR) for move in moves]


@pytest.fixture
def resolved(cantera):
    """A ticket that another system opened at nine and resolved ten hours later."""
    return a_ticket(cantera, external_id="t-1", opened_at=OPENED, resolved_at=OPENED + 10 * HOUR)


def test_waits_and_reopenings_become_history(acme, resolved):
    results = told(
        acme,
        (0, "open"),
        (1, "waiting"),
        (3, "open"),
        (4, "resolved"),
        (6, "open"),
        (9, "resolved"),
        (10, "resolved"),
    )

    assert [result.outcome for result in results] == [
        Outcome.UNCHANGED,
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.UNCHANGED,
        Outcome.UNCHANGED,
    ]
    assert history(acme) == [
        (MoveKind.OPENED, 0),
        (MoveKind.WAITING, 1),
        (MoveKind.RESUMED, 3),
        (MoveKind.RESOLVED, 4),
        (MoveKind.REOPENED, 6),
        (MoveKind.RESOLVED, 10),
    ]


def test_clocks_follow_the_history_and_judge_anew(acme, resolved, cantera):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 480}})
    ticket = a_ticket(cantera, external_id="t-2", opened_at=OPENED, resolved_at=OPENED + 10 * HOUR)
    late = SlaClock.objects.of(acme.workspace).get(ticket=ticket).breached_at

    told(acme, (1, "waiting"), (4, "open"), ticket="t-2")

    clock = SlaClock.objects.of(acme.workspace).get(ticket=ticket)
    assert late == OPENED + 8 * HOUR
    assert (clock.used_seconds, clock.breached_at) == (7 * 3600, None)


def test_the_same_again_is_unchanged_and_a_dry_run_writes_nothing(acme, resolved):
    states = ((1, "waiting"), (3, "open"))
    dry = told(acme, *states, dry_run=True)
    nothing = history(acme)
    told(acme, *states)
    again = told(acme, *states)

    assert [result.outcome for result in dry] == [Outcome.CREATED] * 2
    assert len(nothing) == 2
    assert [result.outcome for result in again] == [Outcome.UNCHANGED] * 2


def test_rows_of_one_instant_stay_in_their_order(acme, resolved):
    told(acme, (2, "resolved"), (2, "open"), (10, "resolved"))

    assert [kind for kind, _at in history(acme)] == ["opened", "resolved", "reopened", "resolved"]


def test_a_ticket_nobody_knows_is_refused(acme, resolved):
    [result] = told(acme, (1, "waiting"), ticket="unknown")

    assert (result.outcome, result.problem.code) == (Outcome.REJECTED, "unknown_ticket")


def test_what_was_told_can_be_forgotten(acme, resolved):
    results = told(acme, (1, "waiting"), (3, "open"))
    changes = [Change(each.object_id, each.outcome, each.before, each.after) for each in results]

    undone = TicketStatesKind().undo(
        acme.workspace.pk, changes, import_id=uuid4(), by=acme.member, now=MORNING
    )

    assert undone.undone == 2
    assert [kind for kind, _at in history(acme)] == ["opened", "resolved"]


def test_the_number_of_queries_does_not_grow_with_the_rows(acme, resolved):
    with CaptureQueriesContext(connection) as few:
        told(acme, (1, "waiting"))
    with CaptureQueriesContext(connection) as many:
        told(acme, *((2 + step / 10, ("open", "waiting")[step % 2]) for step in range(40)))

    assert len(many) == len(few)
