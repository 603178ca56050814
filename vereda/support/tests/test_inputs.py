"""What scores are told of support: nothing that came later."""

from datetime import UTC, date, datetime, timedelta

from vereda.customers.testing import an_account
from vereda.support import jobs
from vereda.support.actions.tickets import (
    edit_ticket,
    open_ticket,
    reopen_ticket,
    resolve_ticket,
)
from vereda.support.contracts import Clock, Priority
from vereda.support.factors import READERS, SupportInputs
from vereda.support.testing import a_policy

FIRST = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(company, account, day, *names):
    wanted = [f"support.{name}" for name in names] or list(READERS)
    found = SupportInputs().readings(
        company.workspace, names=wanted, account_ids=[account.pk], on=day
    )
    return {
        name.removeprefix("support."): values[account.pk].value
        for name, values in found.items()
        if account.pk in values
    }


def opened(account, at, **said):
    return open_ticket(account, by=None, now=at, subject="Slow", opened_at=at, **said)


def test_nothing_is_known_before_the_first_ticket(acme, cantera):
    opened(cantera, FIRST)

    assert told(acme, cantera, date(2026, 3, 1)) == {}


def test_an_account_that_asked_nothing_has_none_open_and_no_waits(acme, cantera):
    quiet = an_account(acme, name="Quiet")
    opened(cantera, FIRST)

    assert told(acme, quiet, date(2026, 3, 2)) == {
        "open_tickets": 0,
        "open_urgent": 0,
        "oldest_open_days": 0,
        "opened_90d": 0,
    }


def test_a_resolution_is_not_known_before_it_came(acme, cantera):
    ticket = opened(cantera, FIRST, priority=Priority.HIGH)
    resolve_ticket(ticket, by=None, now=FIRST + timedelta(days=5))
    edit_ticket(ticket, by=None, now=FIRST + timedelta(days=6), satisfaction=2)

    before = told(acme, cantera, date(2026, 3, 4))
    after = told(acme, cantera, date(2026, 3, 7))

    assert (before["open_tickets"], before["open_urgent"], before["oldest_open_days"]) == (1, 1, 2)
    assert {"fix_hours", "satisfaction", "reopened_share"} & before.keys() == set()
    assert (after["open_tickets"], after["fix_hours"], after["satisfaction"]) == (0, 120, 2)


def test_what_was_reopened_later_was_resolved_then(acme, cantera):
    ticket = opened(cantera, FIRST)
    resolve_ticket(ticket, by=None, now=FIRST + timedelta(days=1))
    reopen_ticket(ticket, by=None, now=FIRST + timedelta(days=10))
    resolve_ticket(ticket, by=None, now=FIRST + timedelta(days=20))

    days = [told(acme, cantera, date(2026, 3, day)) for day in (2, 5, 15, 25)]

    assert [day["open_tickets"] for day in days] == [1, 0, 1, 0]
    assert [day.get("fix_hours") for day in days] == [None, 24, None, 480]
    assert [day.get("reopened_share") for day in days] == [None, 0, 1, 1]


def test_a_priority_is_the_one_it_had_that_day(acme, cantera):
    ticket = opened(cantera, FIRST, priority=Priority.LOW)
    edit_ticket(ticket, by=None, now=FIRST + timedelta(days=3), priority=Priority.URGENT)

    days = [told(acme, cantera, date(2026, 3, day), "open_urgent") for day in (3, 6)]

    assert [day["open_urgent"] for day in days] == [0, 1]


def test_first_responses_and_openings_count_for_ninety_days(acme, cantera):
    opened(cantera, FIRST, first_response_at=FIRST + 2 * HOUR)
    opened(cantera, FIRST, first_response_at=FIRST + 4 * HOUR)

    during = told(acme, cantera, date(2026, 5, 30), "first_response_hours", "opened_90d")
    after = told(acme, cantera, date(2026, 5, 31), "first_response_hours", "opened_90d")

    assert during == {"first_response_hours": 3, "opened_90d": 2}
    assert after == {"opened_90d": 0}


def test_broken_promises_count_from_when_they_broke(acme, cantera, monkeypatch):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 60 * 24}})
    opened(cantera, FIRST)
    monkeypatch.setattr(jobs, "now", lambda: FIRST + timedelta(days=30))
    jobs.look_at_due_clocks()

    days = [told(acme, cantera, date(2026, 3, day), "sla_breaches_90d") for day in (2, 3)]

    assert [day["sla_breaches_90d"] for day in days] == [0, 1]


def test_without_promises_nobody_knows_how_many_broke(acme, cantera):
    opened(cantera, FIRST)

    assert told(acme, cantera, date(2026, 3, 3), "sla_breaches_90d") == {}


def test_every_input_is_read_and_every_reading_offered(acme):
    names = {each.name for each in SupportInputs().inputs(acme.workspace)}

    assert names == set(READERS)
