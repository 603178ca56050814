from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.actions.people import add_person
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import EVENING, MORNING, NOON
from vereda.support.actions.tickets import resolve_ticket
from vereda.support.models.tickets import Ticket
from vereda.support.personal_data import TicketsAsked
from vereda.support.testing import a_ticket
from vereda.support.timeline import TicketsTimeline


def test_the_list_shows_what_is_not_resolved(acme, cantera, client_of):
    a_ticket(cantera, subject="Login fails")
    resolve_ticket(a_ticket(cantera, subject="Old news"), by=acme.member, now=NOON)
    client = client_of(acme.viewer)

    waiting = client.get("/w/acme/tickets/").content.decode()
    resolved = client.get("/w/acme/tickets/?state=resolved").content.decode()

    assert ("Login fails" in waiting, "Old news" in waiting) == (True, False)
    assert ("Login fails" in resolved, "Old news" in resolved) == (False, True)


def test_an_empty_state_is_not_an_empty_help_desk(acme, cantera, client_of):
    client = client_of(acme.viewer)
    nothing_yet = client.get("/w/acme/tickets/").content.decode()
    a_ticket(cantera)

    nothing_there = client.get("/w/acme/tickets/?state=resolved").content.decode()

    assert "Tickets come from your help desk" in nothing_yet
    assert "No ticket is like this now." in nothing_there


def test_the_list_costs_the_same_for_three_and_for_forty(acme, cantera, client_of):
    client = client_of(acme.viewer)
    for _ in range(3):
        a_ticket(cantera)
    client.get("/w/acme/tickets/?sort=priority")
    with CaptureQueriesContext(connection) as few:
        client.get("/w/acme/tickets/?sort=priority")
    for _ in range(37):
        a_ticket(cantera)
    with CaptureQueriesContext(connection) as many:
        client.get("/w/acme/tickets/?sort=priority")

    assert len(many) == len(few)


def test_a_member_opens_edits_and_resolves(acme, cantera, client_of):
    client = client_of(acme.member)
    said = {"subject": "Slow", "priority": "high", "state": "open"}

    opened = client.post(f"/w/acme/accounts/{cantera.key}/tickets/new/", said)
    edited = client.post("/w/acme/tickets/T-1/edit/", {**said, "subject": "Very slow"})
    resolved = client.post("/w/acme/tickets/T-1/resolve/")
    again = client.post("/w/acme/tickets/T-1/resolve/")

    row = Ticket.objects.of(acme.workspace).get()
    statuses = [each.status_code for each in (opened, edited, resolved, again)]
    assert statuses == [303, 303, 303, 422]
    assert (row.subject, row.state) == ("Very slow", "resolved")
    assert "Very slow" in client.get("/w/acme/tickets/T-1/").content.decode()


def test_a_viewer_may_only_look_and_a_stranger_not_even_that(acme, globex, cantera, client_of):
    a_ticket(cantera)

    assert client_of(acme.viewer).post("/w/acme/tickets/T-1/resolve/").status_code == 403
    assert client_of(globex.owner).get("/w/acme/tickets/T-1/").status_code == 404
    assert client_of(globex.owner).get("/w/globex/tickets/T-1/").status_code == 404


def test_an_edited_cursor_is_nowhere(acme, cantera, client_of):
    assert client_of(acme.viewer).get("/w/acme/tickets/?cursor=abc").status_code == 404


def test_the_timeline_tells_openings_and_resolutions(acme, cantera):
    resolve_ticket(a_ticket(cantera, subject="Slow"), by=acme.member, now=NOON)
    a_ticket(cantera, subject="Later", opened_at=EVENING, priority="urgent")

    told = TicketsTimeline().entries(
        acme.workspace, account_ids=[cantera.pk], before=EVENING.replace(hour=23), limit=10
    )
    older = TicketsTimeline().entries(
        acme.workspace, account_ids=[cantera.pk], before=told[1].at, limit=10
    )

    assert [str(entry.title) for entry in told] == [
        "Ticket T-2: Later · Urgent",
        "Ticket T-1 resolved in 4 hours: Slow",
        "Ticket T-1: Slow",
    ]
    assert [entry.key for entry in older] == ["opened-T-1"]


def test_somebody_erased_leaves_the_ticket_without_their_words(acme, cantera):
    person = add_person(acme.workspace, name="Lucía", by=None, now=MORNING)
    a_ticket(cantera, person=person, subject="Lucía cannot sign in")
    who = PersonRef(workspace_id=acme.workspace.pk, person_id=person.pk)

    held = list(TicketsAsked().export(who))
    forgotten = TicketsAsked().erase(who)

    row = Ticket.objects.of(acme.workspace).get()
    assert [record.values["subject"] for record in held] == ["Lucía cannot sign in"]
    assert (forgotten, row.person, row.subject) == (1, None, "")
