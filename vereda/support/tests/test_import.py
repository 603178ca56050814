from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.foundation.importing import Change, ImportRow, Outcome
from vereda.foundation.testing import MORNING
from vereda.support.importable import TicketsKind
from vereda.support.models.tickets import Ticket

OPENED = datetime(2023, 7, 27, tzinfo=UTC)


def applied(company, *values, dry_run=False):
    kind = TicketsKind()
    return kind.apply(
        company.workspace.pk,
        [ImportRow(line, each) for line, each in enumerate(values, start=2)],
        identity=kind.identities(company.workspace.pk)[0],
        import_id=uuid4(),
        by=company.member,
        now=MORNING,
        dry_run=dry_run,
    )


def ticket(account, number=1, **values):
    return {
        "external_id": f"T-{number}",
        "account": account.pk,
        "opened_at": OPENED,
        **values,
    }


def test_waits_become_times(acme, cantera):
    results = applied(
        acme,
        ticket(
            cantera,
            first_response_minutes=Decimal(74),
            resolution_hours=Decimal(27),
            satisfaction=Decimal("4.0"),
            priority="urgent",
        ),
    )

    row = Ticket.objects.of(acme.workspace).get()
    assert (results[0].line, results[0].outcome) == (2, Outcome.CREATED)
    assert row.first_response_at == OPENED + timedelta(minutes=74)
    assert row.resolved_at == OPENED + timedelta(hours=27)
    assert (row.state, row.satisfaction, row.priority) == ("resolved", 4, "urgent")


def test_a_time_comes_before_a_wait(acme, cantera):
    resolved = OPENED + timedelta(days=2)

    applied(acme, ticket(cantera, resolved_at=resolved, resolution_hours=Decimal(1)))

    assert Ticket.objects.of(acme.workspace).get().resolved_at == resolved


def test_the_same_again_is_unchanged_and_a_later_state_updates(acme, cantera):
    applied(acme, ticket(cantera, state="open"))

    again = applied(acme, ticket(cantera, state="open"))
    later = applied(acme, ticket(cantera, state="resolved", resolved_at=OPENED))

    assert [again[0].outcome, later[0].outcome] == [Outcome.UNCHANGED, Outcome.UPDATED]
    assert Ticket.objects.of(acme.workspace).get().state == "resolved"


def test_each_rejected_row_says_why(acme, globex, cantera):
    results = applied(
        acme,
        ticket(cantera, 1, resolved_at=OPENED - timedelta(1)),
        ticket(cantera, 2, satisfaction=Decimal(9)),
        ticket(cantera, 3, satisfaction=Decimal("4.5")),
        ticket(cantera, 4, resolution_hours=Decimal(-1)),
        {**ticket(cantera, 5), "account": uuid4()},
        {**ticket(cantera, 6), "person": uuid4()},
        ticket(cantera, 7),
    )

    assert [result.problem and result.problem.code for result in results] == [
        "resolved_before_opened",
        "unknown_satisfaction",
        "unknown_satisfaction",
        "impossible_wait",
        "unknown_account",
        "unknown_person",
        None,
    ]
    assert Ticket.objects.of(acme.workspace).count() == 1


def test_undo_takes_back_what_was_created_and_restores_what_changed(acme, cantera):
    applied(acme, ticket(cantera, 1, state="open"))
    results = applied(
        acme, ticket(cantera, 1, resolved_at=OPENED, state="resolved"), ticket(cantera, 2)
    )
    changes = [Change(r.object_id, r.outcome, r.before, r.after) for r in results]

    undone = TicketsKind().undo(
        acme.workspace.pk, changes, import_id=uuid4(), by=acme.member, now=MORNING
    )

    row = Ticket.objects.of(acme.workspace).get()
    assert (undone.undone, undone.kept) == (2, ())
    assert (row.external_id, row.state, row.resolved_at) == ("T-1", "open", None)


def test_the_number_of_queries_does_not_grow_with_the_rows(acme, cantera):
    applied(acme, ticket(cantera, 0))
    with CaptureQueriesContext(connection) as few:
        applied(acme, *(ticket(cantera, number) for number in range(1, 4)))
    with CaptureQueriesContext(connection) as many:
        applied(acme, *(ticket(cantera, number) for number in range(10, 50)))

    assert len(many) == len(few)
