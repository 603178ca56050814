"""Settings of support, the ticket's page, commitments, outages, the report."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING, NOON
from vereda.foundation.wording import month_words
from vereda.support.actions.tickets import hold_ticket, resolve_ticket
from vereda.support.contracts import Clock, Priority
from vereda.support.models.commitments import Commitment
from vereda.support.models.outages import Outage, OutagePolicy
from vereda.support.models.promises import BusinessHours, SlaPolicy
from vereda.support.models.repairs import RepairRule, TicketQueue
from vereda.support.models.tickets import Ticket
from vereda.support.pages import outages, reports
from vereda.support.testing import a_policy, a_ticket, an_outage, some_hours

HOUR = timedelta(hours=1)
CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261227
SUMMARY:Navidad
END:VEVENT
BEGIN:VEVENT
DTSTART:20261224T120000Z
SUMMARY:A meeting is no holiday
END:VEVENT
END:VCALENDAR
"""


def test_an_admin_says_when_people_work(acme, client_of):
    client = client_of(acme.admin)
    said = {
        "name": "Madrid",
        "time_zone": "Europe/Madrid",
        "day_0": "9-14, 16:00-19:00",
        "holidays": "2026-01-06 Reyes",
        "calendar": SimpleUploadedFile("h.ics", CALENDAR),
    }

    answer = client.post("/w/acme/settings/support/hours/new/", said)

    row = BusinessHours.objects.of(acme.workspace).get()
    assert answer.status_code == 303
    assert row.spans == [[0, 540, 840], [0, 960, 1140]]
    assert row.holidays == [
        ["2026-01-06", "Reyes"],
        ["2026-12-25", "Navidad"],
        ["2026-12-26", "Navidad"],
    ]
    shown = client.get(f"/w/acme/settings/support/hours/{row.pk}/").content.decode()
    assert "09:00-14:00, 16:00-19:00" in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [("day_0", "late"), ("day_0", "14-9"), ("holidays", "Christmas"), ("name", "")],
)
def test_hours_that_make_no_sense_are_refused_at_their_field(acme, client_of, name, value):
    said = {"name": "Madrid", "time_zone": "Europe/Madrid", "day_0": "9-14", name: value}

    answer = client_of(acme.admin).post("/w/acme/settings/support/hours/new/", said)

    assert answer.status_code == 422
    assert not BusinessHours.objects.of(acme.workspace).exists()


def test_an_admin_puts_a_policy_in_force_and_edits_it(acme, client_of):
    client = client_of(acme.admin)
    hours = some_hours(acme)
    said = {
        "name": "Gold",
        "hours": str(hours.pk),
        "urgent_first_response": "30 min",
        "urgent_fix": "1 h 30 min",
        "plans": "Gold, Platinum",
        "pauses": "on",
        "warn_percent": "75",
        "position": "1",
        "reach": "new",
    }

    made = client.post("/w/acme/settings/support/policies/new/", said)
    row = SlaPolicy.objects.of(acme.workspace).get()
    url = f"/w/acme/settings/support/policies/{row.pk}/"
    edited = client.post(url, {**said, "urgent_fix": "2h"})
    again = client.post(url, said)

    first, second = SlaPolicy.objects.of(acme.workspace).order_by("edition")
    assert [made.status_code, edited.status_code, again.status_code] == [303, 303, 404]
    assert first.targets == {"urgent": {"first_response": 30, "fix": 90}}
    assert (second.target_minutes("urgent", Clock.FIX), second.plans) == (120, ["Gold", "Platinum"])
    assert "edition 2" in client.get("/w/acme/settings/support/").content.decode()


def test_a_policy_that_promises_nothing_is_refused(acme, client_of):
    said = {"name": "None", "hours": str(some_hours(acme).pk), "position": "1", "reach": "new"}

    answer = client_of(acme.admin).post("/w/acme/settings/support/policies/new/", said)

    assert answer.status_code == 422
    assert not SlaPolicy.objects.of(acme.workspace).exists()


def test_queues_and_rules_come_and_go(acme, client_of):
    client = client_of(acme.admin)
    client.post(
        "/w/acme/settings/support/queues/new/",
        {"name": "First line", "members": [str(acme.member.pk)]},
    )
    queue = TicketQueue.objects.of(acme.workspace).get()
    client.post(
        "/w/acme/settings/support/rules/new/",
        {"moment": "breached", "deed": "assign_next", "queue": str(queue.pk)},
    )
    rule = RepairRule.objects.of(acme.workspace).get()
    shown = client.get("/w/acme/settings/support/").content.decode()

    client.post(f"/w/acme/settings/support/rules/{rule.pk}/end/")
    client.post(f"/w/acme/settings/support/queues/{queue.pk}/remove/")

    assert ("First line" in shown, "Assign it to the next in a queue" in shown) == (True, True)
    assert not TicketQueue.objects.of(acme.workspace).exists()
    assert RepairRule.objects.of(acme.workspace).get().ended_at is not None


def test_only_admins_promise(acme, client_of):
    some_hours(acme)

    assert client_of(acme.member).get("/w/acme/settings/support/").status_code == 403
    assert (
        client_of(acme.member).post("/w/acme/settings/support/policies/new/", {}).status_code == 403
    )


def test_a_ticket_tells_its_clocks_history_and_who_has_it(acme, cantera, client_of):
    a_policy(acme)
    ticket = a_ticket(cantera, opened_at=now() - timedelta(minutes=30))
    client = client_of(acme.member)

    client.post("/w/acme/tickets/T-1/assign/", {"assignee": str(acme.admin.pk)})
    client.post("/w/acme/tickets/T-1/wait/", {"reason": "The log file"})
    client.post("/w/acme/tickets/T-1/escalate/", {"reason": "They are angry"})
    page = client.get("/w/acme/tickets/T-1/").content.decode()
    client.post("/w/acme/tickets/T-1/resume/")

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.escalated, ticket.state) == (acme.admin, True, "open")
    assert "3 h 30 min of 4 h left, paused since" in page
    assert "Kept: it took 30 min of 1 h promised." in page
    assert f"Assigned to {acme.admin.name}" in page
    assert "The log file" in page
    assert "They are angry" in page


def test_what_does_not_follow_is_refused(acme, cantera, client_of):
    a_ticket(cantera)
    client = client_of(acme.member)
    client.post("/w/acme/tickets/T-1/answer/")

    statuses = [
        client.post("/w/acme/tickets/T-1/answer/").status_code,
        client.post("/w/acme/tickets/T-1/resume/").status_code,
        client.post("/w/acme/tickets/T-1/reopen/").status_code,
    ]

    assert statuses == [422, 422, 422]


def test_the_list_narrows_by_what_is_due_and_who_has_it(acme, cantera, client_of):
    a_policy(acme)
    moment = now()
    a_ticket(cantera, subject="Late one", opened_at=moment - timedelta(days=2))
    a_ticket(cantera, subject="Fresh one", opened_at=moment)
    waiting = a_ticket(cantera, subject="Waiting one", opened_at=moment - timedelta(days=2))
    hold_ticket(waiting, by=acme.member, now=moment)
    client = client_of(acme.member)
    client.post("/w/acme/tickets/T-1/assign/", {"assignee": str(acme.member.pk)})

    def shown(query):
        page = client.get(f"/w/acme/tickets/?{query}").content.decode()
        return [word for word in ("Late", "Fresh", "Waiting") if f"{word} one" in page]

    assert shown("") == ["Late", "Fresh", "Waiting"]
    assert shown("due=overdue") == ["Late"]
    assert shown("due=soon") == ["Fresh"]
    assert shown("assignee=me") == ["Late"]
    assert shown("assignee=nobody") == ["Fresh", "Waiting"]
    assert shown("state=waiting") == ["Waiting"]
    assert shown("priority=urgent") == []
    assert shown("assignee=nonsense&due=nonsense&resolved_from=nonsense") == [
        "Late",
        "Fresh",
        "Waiting",
    ]


def test_the_list_with_clocks_costs_the_same_for_three_and_for_forty(acme, cantera, client_of):
    a_policy(acme)
    client = client_of(acme.viewer)
    for _ in range(3):
        a_ticket(cantera)
    client.get("/w/acme/tickets/")
    with CaptureQueriesContext(connection) as few:
        client.get("/w/acme/tickets/")
    for _ in range(37):
        a_ticket(cantera)
    with CaptureQueriesContext(connection) as many:
        client.get("/w/acme/tickets/")

    assert len(many) == len(few)


def test_a_commitment_is_noted_extended_shared_and_kept(acme, cantera, client_of):
    a_ticket(cantera)
    a_ticket(cantera, subject="The same elsewhere")
    client = client_of(acme.member)
    due = (now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    later = (now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    said = {"promise": "A faster export", "team": "Engineering", "due_at": due}

    made = client.post("/w/acme/tickets/T-1/promise/", said)
    client.post("/w/acme/commitments/C-1/add/", {"ticket": "t-2"})
    unknown = client.post("/w/acme/commitments/C-1/add/", {"ticket": "T-99"})
    sooner = client.post("/w/acme/commitments/C-1/extend/", {"due_at": due, "reason": "?"})
    client.post("/w/acme/commitments/C-1/extend/", {"due_at": later, "reason": "Holidays"})
    page = client.get("/w/acme/commitments/C-1/").content.decode()
    client.post("/w/acme/commitments/C-1/keep/")
    again = client.post("/w/acme/commitments/C-1/keep/")

    row = Commitment.objects.of(acme.workspace).get()
    assert made["Location"] == "/w/acme/commitments/C-1/"
    assert [unknown.status_code, sooner.status_code, again.status_code] == [422, 422, 422]
    assert ("The same elsewhere" in page, "Holidays" in page) == (True, True)
    assert (row.kept_at is not None, row.missed_at) == (True, None)
    assert "A faster export" in client.get("/w/acme/commitments/?state=kept").content.decode()
    assert "A faster export" not in client.get("/w/acme/commitments/").content.decode()
    assert "A faster export" in client.get("/w/acme/tickets/T-1/").content.decode()


def test_outages_are_noted_and_availability_is_told(acme, client_of, stop_clock):
    stop_clock(NOON)
    client = client_of(acme.admin)
    ended = NOON - timedelta(minutes=1)
    started = ended - timedelta(hours=2)
    said = {
        "service": "Export",
        "extent": "full",
        "started_at": started.strftime("%Y-%m-%dT%H:%M"),
        "ended_at": ended.strftime("%Y-%m-%dT%H:%M"),
        "cause": "A full disk",
    }

    made = client.post("/w/acme/outages/new/", said)
    backwards = client.post("/w/acme/outages/new/", {**said, "started_at": "2027-01-01T10:00"})
    decided = client.post("/w/acme/outages/policy/", {"publishes": "yes", "how": "Status page"})
    page = client.get("/w/acme/outages/").content.decode()

    assert [made.status_code, backwards.status_code, decided.status_code] == [303, 422, 303]
    assert Outage.objects.of(acme.workspace).count() == 1
    assert OutagePolicy.objects.of(acme.workspace).get().publishes is True
    assert ("A full disk" in page, "Status page" in page, "2 h" in page) == (True, True, True)
    assert "100.000" not in page


def test_the_report_tells_medians_and_opens_to_tickets(acme, cantera, client_of):
    a_policy(acme)
    month = datetime(2026, 11, 2, 8, tzinfo=UTC)
    for minutes, hours in ((10, 1), (20, 2), (90, 9)):
        ticket = a_ticket(
            cantera,
            opened_at=month,
            first_response_at=month + timedelta(minutes=minutes),
            priority=Priority.HIGH if hours == 9 else Priority.NORMAL,
            satisfaction=5,
        )
        resolve_ticket(ticket, by=acme.member, now=month + hours * HOUR)
    client = client_of(acme.viewer)

    by_month = client.get("/w/acme/reports/support/?months=24").content.decode()
    by_priority = client.get("/w/acme/reports/support/?by=priority&months=24").content.decode()
    listed = client.get(
        "/w/acme/tickets/?state=all&priority=high&resolved_from=2026-11&resolved_to=2026-11"
    ).content.decode()

    assert ("20 minutes" in by_month, "2 hours" in by_month) == (True, True)
    assert "n = 3" in by_month
    assert "66.7%" in by_month
    assert "priority=high" in by_priority
    assert listed.count("/w/acme/tickets/T-") == 1


@pytest.mark.parametrize("by", ["month", "priority", "plan", "owner", "assignee"])
def test_the_report_costs_the_same_for_three_and_for_forty(acme, cantera, client_of, by):
    client = client_of(acme.viewer)
    url = f"/w/acme/reports/support/?by={by}&months=24"

    def some(count):
        for _ in range(count):
            resolve_ticket(a_ticket(cantera), by=acme.member, now=NOON)

    some(3)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    some(15)
    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
    assert Ticket.objects.of(acme.workspace).filter(opened_at=MORNING).count() == 18


def test_an_admin_moves_a_policy_up_and_down_without_dragging(acme, client_of):
    hours = some_hours(acme)
    first, second = (a_policy(acme, hours=hours, name=name) for name in ("First", "Second"))
    client, url = client_of(acme.admin), "/w/acme/settings/support/policies"

    refused = client_of(acme.member).post(f"{url}/{second.pk}/move/", {"to": "up"})
    up = client.post(f"{url}/{second.pk}/move/", {"to": "up"})
    client.post(f"{url}/{second.pk}/move/", {"to": "sideways"})
    page = client.get("/w/acme/settings/support/").content.decode()
    down = client.post(f"{url}/{second.pk}/move/", {"to": "down"})

    names = [row.name for row in SlaPolicy.objects.of(acme.workspace).in_force()]
    assert [refused.status_code, up.status_code, down.status_code] == [403, 303, 303]
    assert page.index("1. Second") < page.index("2. First")
    assert ("Move First up" in page, "Move Second down" in page) == (True, True)
    assert names == [first.name, second.name]


def test_more_holidays_than_can_be_kept_are_refused_and_not_cut_off(acme, client_of):
    days = [date(2010, 1, 1) + timedelta(days=number) for number in range(600)]
    events = "".join(
        f"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\nEND:VEVENT\r\n" for day in days[:300]
    )
    said = {
        "name": "Madrid",
        "time_zone": "Europe/Madrid",
        "day_0": "9-14",
        "holidays": "\n".join(day.isoformat() for day in days[300:]),
        "calendar": SimpleUploadedFile(
            "h.ics", f"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n".encode()
        ),
    }

    answer = client_of(acme.admin).post("/w/acme/settings/support/hours/new/", said)

    assert answer.status_code == 422
    assert "more than 500 holidays" in answer.content.decode()
    assert not BusinessHours.objects.of(acme.workspace).exists()


def test_who_saves_an_outage_that_somebody_changed_is_refused(acme, client_of):
    row = an_outage(acme)
    client = client_of(acme.member)
    said = {
        "service": "Export",
        "extent": "full",
        "started_at": row.started_at.strftime("%Y-%m-%dT%H:%M"),
        "version": "1",
    }

    first = client.post("/w/acme/outages/OUT-1/", {**said, "cause": "A full disk"})
    second = client.post("/w/acme/outages/OUT-1/", {**said, "cause": ""})

    row.refresh_from_db()
    assert [first.status_code, second.status_code] == [303, 409]
    assert (row.cause, row.version) == ("A full disk", 2)


def test_the_months_of_reports_are_those_of_the_workspace(acme, client_of, monkeypatch):
    type(acme.workspace).objects.filter(pk=acme.workspace.pk).update(time_zone="Pacific/Kiritimati")
    an_outage(acme)
    client = client_of(acme.viewer)
    for module in (outages, reports):
        monkeypatch.setattr(module, "now", lambda: datetime(2026, 11, 30, 20, tzinfo=UTC))

    shown = client.get("/w/acme/outages/").content.decode()

    assert month_words(date(2026, 12, 1)) in shown
    assert month_words(date(2026, 6, 1)) not in shown
