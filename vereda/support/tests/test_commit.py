"""What other teams promise."""

from datetime import timedelta

import pytest

from vereda.customers.testing import a_person
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import MORNING, NOON
from vereda.support import jobs
from vereda.support.actions.commitments import (
    extend_commitment,
    keep_commitment,
    look_at_commitment,
    withdraw_commitment,
)
from vereda.support.actions.tickets import escalate_ticket, resolve_ticket
from vereda.support.contracts import (
    Clock,
    CommitmentDue,
    CommitmentMissed,
    CommitmentSettled,
    CommitmentState,
    Priority,
    WrongCommitment,
)
from vereda.support.jobs import look_at_due_commitments
from vereda.support.models.commitments import Commitment
from vereda.support.personal_data import TicketsAsked
from vereda.support.testing import a_commitment, a_policy, a_ticket
from vereda.support.timeline import TicketsTimeline

DAY = timedelta(days=1)
DUE = MORNING + 3 * DAY


@pytest.fixture
def look(monkeypatch):
    """Looks at what is due as if it were that moment."""

    def at(moment):
        monkeypatch.setattr(jobs, "now", lambda: moment)
        return look_at_due_commitments()

    return at


def test_a_day_before_and_once_missed_somebody_is_told(acme, cantera, look, facts):
    row = a_commitment(a_ticket(cantera))
    facts.clear()

    counts = [look(DUE - 2 * DAY), look(DUE - DAY / 2), look(DUE), look(DUE + DAY), look(DUE + DAY)]

    row.refresh_from_db()
    assert counts == [0, 1, 0, 1, 0]
    assert [type(fact) for fact in facts] == [CommitmentDue, CommitmentMissed]
    assert facts[0].account_ids == (cantera.pk,)
    assert row.missed_at == DUE


def test_two_processes_tell_once(acme, cantera, facts):
    row = a_commitment(a_ticket(cantera))

    told = [look_at_commitment(row, now=DUE + DAY) for _ in range(2)]

    assert told == [True, False]
    assert len(facts.of(CommitmentMissed)) == 1


def test_what_is_kept_after_its_time_is_kept_late(acme, cantera, facts):
    soon, late = a_commitment(a_ticket(cantera)), a_commitment(a_ticket(cantera))

    keep_commitment(soon, by=acme.member, now=NOON)
    keep_commitment(late, by=acme.member, now=DUE + DAY)

    for row in (soon, late):
        row.refresh_from_db()
    states = [row.state_at(DUE + 2 * DAY) for row in (soon, late)]
    assert states == [CommitmentState.KEPT, CommitmentState.KEPT_LATE]
    assert len(facts.of(CommitmentSettled)) == 2


def test_a_later_date_is_told_again_and_what_was_missed_stays_missed(acme, cantera, look, facts):
    row = a_commitment(a_ticket(cantera))
    look(DUE + DAY)

    extend_commitment(row, due_at=DUE + 9 * DAY, reason="Holidays", by=acme.member, now=DUE + DAY)
    look(DUE + 8.5 * DAY)

    row.refresh_from_db()
    assert (row.missed_at, row.due_at) == (DUE, DUE + 9 * DAY)
    assert len(facts.of(CommitmentDue)) == 1
    assert row.state_at(DUE + 2 * DAY) is CommitmentState.OPEN


def test_what_is_settled_stays_settled(acme, cantera, facts):
    row = a_commitment(a_ticket(cantera))
    withdraw_commitment(row, because="Not worth it", by=acme.member, now=NOON)
    facts.clear()

    with pytest.raises(WrongCommitment):
        keep_commitment(row, by=acme.member, now=NOON)

    row.refresh_from_db()
    assert (row.kept_at, row.withdrawn_because, facts) == (None, "Not worth it", [])


def test_the_past_cannot_be_promised(acme, cantera):
    with pytest.raises(WrongCommitment):
        a_commitment(a_ticket(cantera), due_at=MORNING)


def test_the_timeline_tells_breaches_escalations_and_promises(acme, cantera):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 60}})
    ticket = a_ticket(cantera, subject="Slow")
    escalate_ticket(ticket, by=acme.member, now=MORNING + DAY / 12)
    resolve_ticket(ticket, by=acme.member, now=NOON)
    keep_commitment(a_commitment(ticket, now=NOON), by=acme.member, now=DUE + DAY)

    told = TicketsTimeline().entries(
        acme.workspace, account_ids=[cantera.pk], before=DUE + 9 * DAY, limit=20
    )

    assert [str(entry.title) for entry in told] == [
        "Engineering kept what was promised: A faster export",
        "Engineering missed the date of what was promised: A faster export",
        "Ticket T-1 resolved in 4 hours: Slow",
        "Engineering promised: A faster export",
        "Ticket T-1 escalated: Slow",
        "Ticket T-1 was not resolved in the time promised: Slow",
        "Ticket T-1: Slow",
    ]


def test_somebody_erased_leaves_no_reasons_behind(acme, cantera):
    person = a_person(acme, name="Lucía")
    ticket = a_ticket(cantera, person=person)
    escalate_ticket(ticket, by=None, now=NOON, reason="Lucía is angry")
    who = PersonRef(workspace_id=acme.workspace.pk, person_id=person.pk)

    [held] = TicketsAsked().export(who)
    TicketsAsked().erase(who)

    assert held.values["reasons"] == ["Lucía is angry"]
    assert [move.reason for move in ticket.moves.all()] == ["", ""]


def test_a_commitment_that_fails_does_not_keep_the_others_waiting(acme, cantera, monkeypatch):
    bad = a_commitment(a_ticket(cantera), promise="Bad")
    good = a_commitment(a_ticket(cantera), promise="Good", due_at=bad.due_at + timedelta(hours=1))

    def looks(row, *, now):
        if row.pk == bad.pk:
            raise ValueError("broken")
        return look_at_commitment(row, now=now)

    monkeypatch.setattr(jobs, "look_at_commitment", looks)
    monkeypatch.setattr(jobs, "now", lambda: good.due_at + timedelta(hours=1))

    count = jobs.look_at_due_commitments()

    missed = Commitment.objects.of(acme.workspace).filter(missed_at__isnull=False)
    assert (count, [row.pk for row in missed]) == (1, [good.pk])
