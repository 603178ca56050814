"""What audiences can ask about support."""

from datetime import timedelta
from decimal import Decimal

import pytest

from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Person
from vereda.customers.testing import a_person, an_account
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.testing import MORNING
from vereda.support.actions.tickets import escalate_ticket, reopen_ticket, resolve_ticket
from vereda.support.contracts import Clock, Priority
from vereda.support.criteria import SupportCriteria
from vereda.support.models.promises import SlaClock
from vereda.support.testing import a_policy, a_ticket

DAY = timedelta(days=1)
NOW = MORNING + 10 * DAY


def answered(company, name, comparison, value, *, about=About.ACCOUNTS, **parameters):
    """The names of those who match, with what is told of each."""
    [criterion] = [
        each
        for each in SupportCriteria().criteria(company.workspace, about=about)
        if each.name == f"support.{name}"
    ]
    assert comparison in criterion.comparisons
    defaults = {each.name: Decimal(each.default) for each in criterion.parameters}
    asked = AskedCriterion(
        workspace=company.workspace,
        about=about,
        comparison=comparison,
        value=Decimal(value) if isinstance(value, int) else value,
        parameters={**defaults, **parameters},
        today=NOW.date(),
        now=NOW,
    )
    model = Account if about is About.ACCOUNTS else Person
    rows = model.objects.of(company.workspace).filter(criterion.matching(asked))
    names = dict(rows.values_list("pk", "name"))
    told = criterion.told(asked, list(names))
    return {names[pk]: told.get(pk) for pk in names}


@pytest.fixture
def busy(acme):
    """Two open tickets, one of them escalated; another account has none."""
    account = an_account(acme, name="Busy")
    an_account(acme, name="Quiet")
    a_ticket(account)
    escalate_ticket(a_ticket(account, opened_at=MORNING + 9 * DAY), by=None, now=NOW)
    return account


def test_open_tickets(acme, busy):
    assert answered(acme, "open_tickets", Comparison.AT_LEAST, 2) == {"Busy": "2 open tickets"}
    assert answered(acme, "open_tickets", Comparison.AT_LEAST, 3) == {}
    assert answered(acme, "open_tickets", Comparison.AT_MOST, 1) == {"Quiet": "0 open tickets"}
    assert answered(acme, "open_tickets", Comparison.AT_MOST, 2).keys() == {"Busy", "Quiet"}
    assert answered(acme, "open_tickets", Comparison.AT_LEAST, 0).keys() == {"Busy", "Quiet"}


def test_tickets_opened_lately_and_how_many(acme, busy):
    lately = answered(acme, "opened", Comparison.IN_LAST_DAYS, 30)

    assert lately == {"Busy": "opened 2 tickets, the last on 11 Nov 2026"}
    assert answered(acme, "opened", Comparison.IN_LAST_DAYS, 5, times=Decimal(2)) == {}
    assert answered(acme, "opened", Comparison.IN_LAST_DAYS, 0) == {}


def test_the_oldest_open_ticket(acme, busy):
    assert answered(acme, "oldest_open", Comparison.AT_LEAST, 10) == {
        "Busy": "oldest open ticket of 2 Nov 2026"
    }
    assert answered(acme, "oldest_open", Comparison.AT_LEAST, 11) == {}


def test_escalated_and_open(acme, busy):
    assert answered(acme, "escalated", Comparison.IS, "yes") == {"Busy": "escalated: T-2"}
    assert answered(acme, "escalated", Comparison.IS, "no") == {"Quiet": "nothing escalated"}


def test_reopened_lately(acme, busy):
    ticket = a_ticket(busy)
    resolve_ticket(ticket, by=None, now=MORNING + DAY)
    reopen_ticket(ticket, by=None, now=MORNING + 6 * DAY)

    assert answered(acme, "reopened", Comparison.IN_LAST_DAYS, 5) == {
        "Busy": "1 reopening, on 8 Nov 2026"
    }
    assert answered(acme, "reopened", Comparison.IN_LAST_DAYS, 3) == {}


def test_satisfaction_is_a_mean_of_the_last_days(acme, busy):
    for opinion in (2, 3):
        resolve_ticket(a_ticket(busy, satisfaction=opinion), by=None, now=MORNING + DAY)

    assert answered(acme, "satisfaction", Comparison.AT_MOST, 3) == {
        "Busy": "satisfaction 2.5 from 2 answers"
    }
    assert answered(acme, "satisfaction", Comparison.AT_LEAST, 3) == {}
    assert answered(acme, "satisfaction", Comparison.AT_MOST, 3, days=Decimal(5)) == {}


def test_promised_times_broken_lately(acme, busy):
    a_policy(acme, targets={Priority.URGENT: {Clock.FIX: 60}})
    ticket = a_ticket(busy, priority=Priority.URGENT, opened_at=MORNING + 8 * DAY)
    resolve_ticket(ticket, by=None, now=MORNING + 9 * DAY)

    assert SlaClock.objects.of(acme.workspace).get().breached_at is not None
    assert answered(acme, "breached", Comparison.IN_LAST_DAYS, 5) == {
        "Busy": "1 promised time broken, on 10 Nov 2026"
    }
    assert answered(acme, "breached", Comparison.IN_LAST_DAYS, 1) == {}


def test_people_are_asked_about_too(acme, busy):
    person = a_person(acme, name="Ana")
    a_person(acme, name="Eva")
    a_ticket(busy, person=person)

    assert answered(acme, "open_tickets", Comparison.AT_LEAST, 1, about=About.PEOPLE) == {
        "Ana": "1 open ticket"
    }
    assert answered(acme, "open_tickets", Comparison.AT_MOST, 0, about=About.PEOPLE) == {
        "Eva": "0 open tickets"
    }


def test_another_workspaces_tickets_answer_nothing(acme, globex, busy):
    an_account(globex, name="Theirs")

    assert answered(globex, "open_tickets", Comparison.AT_LEAST, 1) == {}
