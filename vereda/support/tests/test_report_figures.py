"""The report counts in the database what a slow, obvious reckoning counts in Python."""

import random
from datetime import UTC, date, datetime, timedelta
from math import ceil
from statistics import fmean, median
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import an_account
from vereda.foundation.ids import new_id
from vereda.support.contracts import Clock, Grouping
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import Ticket
from vereda.support.queries.reports import NOBODY_KNOWN, support_figures
from vereda.support.rules.outages import month_bounds
from vereda.support.rules.reports import months_back
from vereda.support.testing import a_policy

pytestmark = pytest.mark.django_db

MONTHS = months_back(date(2026, 6, 15), 7)
START = datetime(2025, 11, 10, tzinfo=UTC)


@pytest.fixture
def bogota(acme):
    """A workspace whose months begin five hours after UTC's."""
    acme.workspace.time_zone = "America/Bogota"
    acme.workspace.save(update_fields=["time_zone"])
    return acme.workspace


def a_past(company, *, count, seed=7):
    """Tickets of seven months, some with clocks, as chance has it."""
    chance = random.Random(seed)  # noqa: S311 - the same every time, nothing secret
    owners = (None, company.owner.pk, company.member.pk)
    accounts = [
        an_account(company, name=f"Account {number}", plan=plan, owner_id=owners[number])
        for number, plan in enumerate(("", "gold", "basic"))
    ]
    policy = a_policy(company)
    rows = []
    for number in range(count):
        opened = START + timedelta(minutes=chance.randrange(0, 60 * 24 * 220))
        answered = opened + timedelta(seconds=chance.randrange(1, 200_000))
        resolved = opened + timedelta(seconds=chance.randrange(1, 3_000_000))
        rows.append(
            Ticket(
                id=new_id(),
                workspace=company.workspace,
                number=9_000 + number,
                account=chance.choice(accounts),
                priority=chance.choice(["low", "normal", "high"]),
                assignee=chance.choice([None, company.member]),
                opened_at=opened,
                first_response_at=chance.choice([None, answered, answered]),
                resolved_at=chance.choice([None, resolved, resolved]),
                reopen_count=chance.choice([0, 0, 2]),
                satisfaction=chance.choice([None, 1, 4, 5]),
                sla_met=chance.choice([None, True, False]),
            )
        )
    Ticket.objects.of(company.workspace).bulk_create(rows)
    clocks = [
        SlaClock(
            workspace=company.workspace,
            ticket=row,
            clock=clock,
            policy=policy,
            target_minutes=60,
            target_since_at=START,
            breached_at=chance.choice([None, START]),
        )
        for row in rows[::3]
        for clock in (Clock.FIRST_RESPONSE, Clock.FIX)
    ]
    SlaClock.objects.of(company.workspace).bulk_create(clocks)


def spread(waits):
    """n, the median, and the wait that nine in ten do not exceed."""
    ranked = sorted(waits)
    if not ranked:
        return (0, None, None)
    return (len(ranked), median(ranked), ranked[ceil(0.9 * len(ranked)) - 1])


def slowly(workspace, grouping):
    """The same figures, one ticket after the other."""
    bounds = {month: month_bounds(month, zone=workspace.time_zone) for month in MONTHS}
    places = {
        Grouping.PRIORITY: lambda row: row.priority,
        Grouping.PLAN: lambda row: row.account.plan,
        Grouping.OWNER: lambda row: row.account.owner_id or NOBODY_KNOWN,
        Grouping.ASSIGNEE: lambda row: row.assignee_id or NOBODY_KNOWN,
    }

    def group(row, at):
        inside = [m for m, (since, until) in bounds.items() if at and since <= at < until]
        if not inside:
            return None
        return inside[0] if grouping is Grouping.MONTH else places[grouping](row)

    told: dict[Any, tuple[list[Any], list[Any]]] = {}
    for row in Ticket.objects.of(workspace).select_related("account"):
        clocks = list(SlaClock.objects.of(workspace).filter(ticket=row))
        kept = all(each.breached_at is None for each in clocks) if clocks else row.sla_met
        for at, part in ((row.first_response_at, 0), (row.resolved_at, 1)):
            named = group(row, at)
            if at is not None and named is not None:
                wait = (at - row.opened_at).total_seconds() / 60
                told.setdefault(named, ([], []))[part].append((row, wait, kept))
    return {named: figures_told(*parts) for named, parts in told.items()}


def figures_told(answered, resolved):
    opinions = [row.satisfaction for row, _wait, _kept in resolved if row.satisfaction is not None]
    promised = [kept for _row, _wait, kept in resolved if kept is not None]
    return {
        "response": spread([wait for _row, wait, _kept in answered]),
        "fix": spread([wait for _row, wait, _kept in resolved]),
        "reopened": (len(resolved), sum(row.reopen_count > 0 for row, _wait, _kept in resolved)),
        "satisfaction": (len(opinions), fmean(opinions) if opinions else None),
        "sla": (len(promised), sum(promised)),
    }


def counted(figures):
    """What the database says, in the same shape."""
    return {
        named: {
            "response": pytest.approx(
                (each.response.n, each.response.median, each.response.ninetieth)
            ),
            "fix": pytest.approx((each.fix.n, each.fix.median, each.fix.ninetieth)),
            "reopened": (each.reopened.n, each.reopened.hits),
            "satisfaction": pytest.approx((each.satisfaction.n, each.satisfaction.mean)),
            "sla": (each.sla.n, each.sla.hits),
        }
        for named, each in figures.items()
    }


@pytest.mark.parametrize("grouping", list(Grouping))
@pytest.mark.parametrize("count", [1, 2, 60])
def test_the_database_counts_what_a_slow_reckoning_counts(acme, bogota, grouping, count):
    a_past(acme, count=count)

    figures = support_figures(bogota, grouping=grouping, months=MONTHS)

    assert slowly(bogota, grouping) == counted(figures)


def test_nine_of_ten_is_a_wait_that_somebody_had(acme):
    account = an_account(acme)
    Ticket.objects.of(acme.workspace).bulk_create(
        Ticket(
            id=new_id(),
            workspace=acme.workspace,
            number=minutes,
            account=account,
            opened_at=START,
            first_response_at=START + timedelta(minutes=minutes),
        )
        for minutes in range(1, 21)
    )

    (figures,) = support_figures(
        acme.workspace, grouping=Grouping.PRIORITY, months=[date(2025, 11, 1)]
    ).values()

    response = figures.response
    assert (response.n, response.median, response.ninetieth) == (20, 10.5, 18)
    assert figures.fix.median is None


def test_what_comes_out_of_the_database_does_not_grow_with_the_tickets(acme):
    a_past(acme, count=300)

    with CaptureQueriesContext(connection) as queries:
        support_figures(acme.workspace, grouping=Grouping.MONTH, months=MONTHS)

    assert len(queries) == 3
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query["sql"])
            assert len(cursor.fetchall()) <= 3 * len(MONTHS)
