from datetime import timedelta

import pytest

from vereda.foundation.testing import MORNING, NOON
from vereda.support.actions.tickets import (
    edit_ticket,
    hold_ticket,
    reopen_ticket,
    resolve_ticket,
)
from vereda.support.contracts import (
    AlreadyResolved,
    Clock,
    MoveKind,
    NotResolved,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketState,
    WrongTicket,
)
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import TicketMove
from vereda.support.queries.tickets import ticket_summary
from vereda.support.testing import a_policy, a_ticket


def test_resolving_says_when(acme, cantera, facts):
    ticket = a_ticket(cantera)

    resolve_ticket(ticket, by=acme.member, now=NOON)

    assert (ticket.key, ticket.state, ticket.resolved_at) == ("T-1", "resolved", NOON)
    assert [type(fact) for fact in facts] == [TicketOpened, TicketResolved]


def test_the_second_person_to_resolve_is_refused(acme, cantera, facts):
    ticket = a_ticket(cantera)
    resolve_ticket(ticket, by=acme.member, now=NOON)

    with pytest.raises(AlreadyResolved):
        resolve_ticket(ticket, by=acme.admin, now=NOON + timedelta(1))

    ticket.refresh_from_db()
    assert ticket.resolved_at == NOON
    assert len(facts.of(TicketResolved)) == 1


def test_reopening_counts(acme, cantera, facts):
    ticket = a_ticket(cantera)
    resolve_ticket(ticket, by=acme.member, now=NOON)

    reopen_ticket(ticket, by=acme.member, now=NOON)

    assert (ticket.state, ticket.resolved_at, ticket.reopen_count) == ("open", None, 1)
    assert len(facts.of(TicketReopened)) == 1


def test_what_is_open_cannot_be_reopened(acme, cantera, facts):
    ticket = a_ticket(cantera)

    with pytest.raises(NotResolved):
        reopen_ticket(ticket, by=acme.member, now=NOON)

    assert facts.of(TicketReopened) == []


def test_an_edit_that_resolves_is_told_as_a_resolution(acme, cantera, facts):
    ticket = a_ticket(cantera)

    edited = edit_ticket(ticket, state=TicketState.RESOLVED, by=acme.member, now=NOON)
    again = edit_ticket(edited, state=TicketState.OPEN, by=acme.member, now=NOON)

    assert (edited.resolved_at, again.resolved_at, again.reopen_count) == (NOON, None, 1)
    assert [type(fact) for fact in facts] == [TicketOpened, TicketResolved, TicketReopened]


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_response_at": MORNING - timedelta(1)},
        {"resolved_at": MORNING - timedelta(1)},
        {"satisfaction": 6},
    ],
)
def test_what_makes_no_sense_is_refused(acme, cantera, facts, wrong):
    ticket = a_ticket(cantera)
    facts.clear()

    with pytest.raises(WrongTicket):
        edit_ticket(ticket, by=acme.member, now=NOON, **wrong)

    ticket.refresh_from_db()
    assert (ticket.first_response_at, ticket.resolved_at, ticket.satisfaction) == (None,) * 3
    assert facts == []


def test_the_summary_knows_what_it_does_not_know(acme, cantera):
    a_ticket(cantera)
    quick = a_ticket(cantera, first_response_at=MORNING + timedelta(minutes=10), satisfaction=4)
    slow = a_ticket(cantera, first_response_at=MORNING + timedelta(minutes=50))
    old = a_ticket(cantera, opened_at=MORNING - timedelta(200), satisfaction=1)
    resolve_ticket(old, by=acme.member, now=MORNING)
    resolve_ticket(slow, by=acme.member, now=NOON)

    summary = ticket_summary(acme.workspace, [cantera.pk], now=NOON)

    assert (summary.open, summary.opened_90d) == (2, 3)
    assert (summary.first_response_minutes, summary.resolution_minutes) == (30, 240)
    assert summary.satisfaction == quick.satisfaction


def test_nothing_known_is_none_and_not_zero(acme, cantera):
    summary = ticket_summary(acme.workspace, [cantera.pk], now=NOON)

    assert (summary.open, summary.satisfaction, summary.first_response_minutes) == (0, None, None)


def test_a_resolution_told_before_the_last_turn_still_ends_the_history(acme, cantera):
    a_policy(acme)
    ticket = a_ticket(cantera)
    hold_ticket(ticket, by=acme.member, now=NOON)

    edit_ticket(
        ticket,
        state=TicketState.RESOLVED,
        resolved_at=NOON - timedelta(hours=1),
        by=acme.member,
        now=NOON + timedelta(hours=1),
    )
    edit_ticket(ticket, subject="Other words", by=acme.member, now=NOON + timedelta(hours=2))

    moves = TicketMove.objects.of(acme.workspace).filter(ticket=ticket, kind=MoveKind.RESOLVED)
    clocks = SlaClock.objects.of(acme.workspace).filter(ticket=ticket, clock=Clock.FIX)
    assert [move.at for move in moves] == [NOON]
    assert [(clock.paused_at, clock.stopped_at) for clock in clocks] == [(None, NOON)]
