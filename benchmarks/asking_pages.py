"""The measured side of `pages`: fills an empty home, then times requests as it is told to.

Run with Django set up: `main()` takes the numbers of accounts and events from the command line,
prints "ready", then answers each line of input (how often to ask) with the times in milliseconds.
Rows are made in bulk and events by SQL, in the shape the store writes: what is measured is asking.
"""

import json
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import Any, Final

import duckdb
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from benchmarks.planning import add_plans
from vereda.customers.contracts import LifecycleStage
from vereda.customers.models.accounts import Account, AccountExternalId
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Membership, Person, PersonExternalId
from vereda.customers.rules.names import sortable
from vereda.events.store.schema import statements
from vereda.foundation.clock import now
from vereda.onboarding.models.plans import Plan
from vereda.portal.testing import a_visitor
from vereda.revenue.models import Subscription
from vereda.support.models.tickets import Ticket
from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.tasks import Task
from vereda.workspaces.actions.members import add_member
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.contracts import Role
from vereda.workspaces.models import Member, User, Workspace

VISITED: Final = 20
EVENTS_A_ROW: Final = 2
MONTHS: Final = 6
FEATURES: Final = 6
PEOPLE: Final = 3
TEAM: Final = 50
SETTLED: Final = 0.5
"""Members who look after accounts; the share of alerts that are closed already."""


def main() -> None:
    """Fill, then answer."""
    accounts, events = int(sys.argv[1]), int(sys.argv[2])
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    if not Workspace.objects.exists():
        fill_store(filled(accounts), accounts, events)
    member = Member.every_workspace.order_by("created_at", "pk")[0]
    pages = timed_pages(member)
    say("ready")
    for line in sys.stdin:
        say(json.dumps(asked(pages, int(line))))


def say(line: str) -> None:
    """Tell the process that asks."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# --- Rows -----------------------------------------------------------------------------


def filled(count: int) -> Member:
    """The owner of a workspace with so many accounts; twenty have people and a past."""
    dice = random.Random(7)  # noqa: S311 - the same rows every time
    owner = User.objects.create_user("b@bench.example")
    member = open_workspace(name="Bench", slug="bench", owner=owner, now=now())
    team = [member, *colleagues(member)]
    accounts = [an_account(member, number, dice) for number in range(1, count + 1)]
    for row in accounts:
        row.owner = team[row.number % TEAM] if row.number % 3 else None
    add(Account, accounts)
    own = {"workspace": member.workspace}
    add(
        AccountExternalId,
        [AccountExternalId(account=row, value=f"a{row.number - 1}", **own) for row in accounts],
    )
    add(
        Subscription,
        [
            Subscription(
                number=row.number,
                account=row,
                plan="Pro",
                seats=10,
                amount_minor=(row.arr_minor or 0) // 12,
                currency="EUR",
                started_on=now().date() - timedelta(days=500),
                **own,
            )
            for row in accounts
        ],
    )
    visited = dice.sample(accounts, min(VISITED, count))
    add_people(member, visited)
    add_past(member, visited)
    add_work(member, accounts, dice)
    led = [row for row in accounts if row not in visited]
    add_plans(member, [*visited, *led], dice)
    return member


def colleagues(member: Member) -> list[Member]:
    """Those with whom the member shares the accounts."""
    return [
        add_member(
            member.workspace,
            user=User.objects.create_user(f"c{number}@bench.example"),
            role=Role.MEMBER,
            now=now(),
        )
        for number in range(1, TEAM)
    ]


def an_account(member: Member, number: int, dice: random.Random) -> Account:
    """An account as a list shows it, every column filled."""
    name = f"Company {dice.randrange(10**7):07} of number {number}"
    today = now().date()
    return Account(
        workspace=member.workspace,
        number=number,
        name=name,
        name_sort=sortable(name),
        name_bare=sortable(name),
        stage=dice.choice(list(LifecycleStage)),
        owner=member if number % 3 else None,
        country=dice.choice(["Spain", "Chile", "Mexico"]),
        arr_minor=dice.randrange(10**7),
        currency="EUR",
        renewal_on=today + timedelta(days=dice.randrange(365)),
        plan="Pro",
        seats=dice.randrange(200),
        last_active_on=today - timedelta(days=dice.randrange(90)),
        active_people_28d=dice.randrange(50),
        usage_8w=[dice.randrange(99) for _ in range(8)],
        created_on=today - timedelta(days=dice.randrange(2000)),
        next_step="Call them",
    )


def add_people(member: Member, visited: Sequence[Account]) -> None:
    """Three people in each, known by the ids their events carry."""
    own = {"workspace": member.workspace}
    people = [
        (row, Person(number=place * PEOPLE + part + 1, name=f"Person {part}", **own))
        for place, row in enumerate(visited)
        for part in range(PEOPLE)
    ]
    add(Person, [person for _, person in people])
    add(Membership, [Membership(account=row, person=person, **own) for row, person in people])
    add(
        PersonExternalId,
        [
            PersonExternalId(person=person, value=f"a{row.number - 1}-p{place % PEOPLE}", **own)
            for place, (row, person) in enumerate(people)
        ],
    )


def add_past(member: Member, visited: Sequence[Account]) -> None:
    """Twenty notes and twenty tickets in each."""
    own, instant = {"workspace": member.workspace}, now()
    add(
        Note,
        [
            Note(
                account=row,
                body="They **open** a warehouse.",
                author=member,
                happened_at=instant - timedelta(days=each),
                **own,
            )
            for row in visited
            for each in range(20)
        ],
    )
    add(
        Ticket,
        [
            Ticket(
                number=place * 20 + each + 1,
                account=row,
                subject="Slow",
                opened_at=instant - timedelta(days=each * 3),
                **own,
            )
            for place, row in enumerate(visited)
            for each in range(20)
        ],
    )


def add_work(member: Member, accounts: Sequence[Account], dice: random.Random) -> None:
    """An alert about every second account, a task for every fifth."""
    own, instant = {"workspace": member.workspace}, now()
    for prefix in ("AL", "K"):
        reserve_numbers(member.workspace, prefix, count=len(accounts))
    reasons = [
        (AlertKind.USAGE, AlertReason.USAGE_STOPPED, {"last_on": "2026-01-01"}),
        (AlertKind.RENEWAL, AlertReason.RENEWAL_NEAR, {"renewal_on": "2026-12-01"}),
        (AlertKind.HEALTH, AlertReason.HEALTH_AT_RISK, {"score": 30}),
        (AlertKind.SUPPORT, AlertReason.SLA_BREACHED, {"ticket": "T-1"}),
    ]
    alerts = []
    for row in accounts[1::2]:
        kind, reason, details = dice.choice(reasons)
        at = instant - timedelta(hours=dice.randrange(2_000))
        closed = at + timedelta(hours=dice.randrange(500)) if dice.random() < SETTLED else None
        alerts.append(
            Alert(
                number=row.number,
                account=row,
                owner=row.owner,
                kind=kind,
                cause="bench",
                reason=reason,
                details=details,
                points=dice.randrange(130),
                raised_at=at,
                last_seen_at=at,
                closed_at=closed,
                closed_because=CloseReason.CLEARED if closed else "",
                **own,
            )
        )
    add(Alert, alerts)
    add(
        Task,
        [
            Task(
                number=row.number,
                title="Call them",
                account=row,
                owner=row.owner,
                points=dice.randrange(100),
                due_on=instant.date() + timedelta(days=dice.randrange(-5, 60)),
                added_at=instant,
                **own,
            )
            for row in accounts[4::5]
        ],
    )


def add(model: Any, rows: Sequence[Any]) -> None:
    """Insert them in bulk, the way that suits the database: a size would make it Django's."""
    if rows:
        model.objects.of(rows[0].workspace).bulk_create(rows)


# --- Events ---------------------------------------------------------------------------


def fill_store(member: Member, accounts: int, events: int) -> None:
    """The roll-up a month at a time, each row standing for two events that are stored as well."""
    store = duckdb.connect(str(settings.HOME / "events.duckdb"))
    store.execute("SET enable_progress_bar = false")
    for statement in statements():
        store.execute(statement)
    first, tomorrow = first_of_month(MONTHS - 1), now().date() + timedelta(days=1)
    for number in range(MONTHS):
        start = first_of_month(MONTHS - 1 - number)
        end = min((start + timedelta(days=32)).replace(day=1), tomorrow)
        store.execute(
            A_MONTH,
            {
                "workspace": member.workspace.pk.hex,
                "start": start,
                "days": (end - start).days,
                "accounts": accounts,
                "people": PEOPLE,
                "features": FEATURES,
                "rows": events // EVENTS_A_ROW // MONTHS,
            },
        )
        store.execute(ITS_ROLL_UP, {"each": EVENTS_A_ROW})
        store.execute(ITS_EVENTS, {"from": (start - first).days * 10**9, "each": EVENTS_A_ROW})
    store.execute("DROP TABLE month")
    store.close()


def first_of_month(months_ago: int) -> date:
    """The first day of the month so many months ago."""
    day = now().date().replace(day=1)
    for _ in range(months_ago):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


A_MONTH: Final = """
    CREATE OR REPLACE TEMP TABLE month AS
    SELECT $workspace AS workspace,
           $start::DATE + (hash(i) % $days)::INTEGER AS day,
           'a' || (i % $accounts) AS account_key,
           'a' || (i % $accounts) || '-p' || (hash(i + 1) % $people) AS person_key,
           'Feature ' || (hash(i + 2) % $features) AS name
    FROM range($rows) AS numbers(i)
"""

ITS_ROLL_UP: Final = """
    INSERT INTO daily
    SELECT workspace, day, account_key, person_key, '', name, 'track', $each * count(*),
           min(day) + INTERVAL 9 HOUR, max(day) + INTERVAL 17 HOUR
    FROM month GROUP BY ALL ORDER BY workspace, account_key, day
"""

ITS_EVENTS: Final = """
    INSERT INTO events
    SELECT $from + row_number() OVER (), workspace, 'm' || ($from + row_number() OVER ()), 'track',
           name, person_key, '', account_key, 1, day + INTERVAL 9 HOUR, day + INTERVAL 9 HOUR,
           '', '', '', 'bench'
    FROM (SELECT * FROM month ORDER BY day), range($each)
"""


# --- Asking ---------------------------------------------------------------------------

Page = Iterator[tuple[Client, str]]
"""The addresses that a page is asked under, in turns, each with who asks."""


def timed_pages(member: Member) -> dict[str, Page]:
    """Each page that is measured; all were asked once."""
    client = Client()
    client.force_login(member.user)
    base = f"/w/{member.workspace.slug}/"
    visited = Account.objects.of(member.workspace).filter(notes__isnull=False).distinct()
    pages = [f"accounts/{row.key}/" for row in visited]
    plans = Plan.objects.of(member.workspace).filter(account__in=visited).order_by("number")
    known = {
        "empty": ["accounts/views/new/"],
        "today": [""],
        "work": ["work/", "work/?whose=everybody", "work/?what=tasks"],
        "portfolio": lists_of_accounts(client, base),
        "account": pages,
        "account_timeline": [f"{page}timeline/" for page in pages],
        "account_usage": [f"{page}usage/" for page in pages],
        "board": ["onboarding/", "onboarding/?waiting=them", "onboarding/?late=on"],
        "plans": ["onboarding/plans/", "onboarding/plans/?column=set_3"],
        "plan": [f"onboarding/plans/{plan.key}/" for plan in plans],
    }
    asked_for = {
        name: [(client, base + path) for path in paths] for name, paths in known.items()
    } | {"portal": portals_of(member, visited)}
    for asker, path in (each for turns in asked_for.values() for each in turns[:7]):
        answer = asker.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return {name: cycle(turns) for name, turns in asked_for.items()}


def lists_of_accounts(client: Client, base: str) -> list[str]:
    """The portfolio in several orders, narrowed, and its second page."""
    richest = "accounts/?sort=-arr"
    page = client.get(base + richest).content.decode()
    second = re.findall(r"cursor=[A-Za-z0-9_:.%-]+", page)[:1]
    return [
        "accounts/",
        richest,
        "accounts/?sort=renewal_on",
        "accounts/?sort=-last_active_on",
        "accounts/?f=stage:any_of:adoption&sort=-arr",
        "accounts/?f=owner:empty:",
        *(f"{richest}&{each}" for each in second),
    ]


def portals_of(member: Member, visited: Iterable[Account]) -> list[tuple[Client, str]]:
    """The first page of the portal, as one person of each account."""
    rows = Membership.objects.of(member.workspace).filter(account__in=visited)
    first = {row.account_id: row.person for row in rows.select_related("person__workspace")}
    return [(a_visitor(person), f"/p/{member.workspace.slug}/") for person in first.values()]


def asked(pages: dict[str, Page], count: int) -> dict[str, list[tuple[float, float]]]:
    """The times of so many requests to each page: on the clock, and of the processors."""
    taken: dict[str, list[tuple[float, float]]] = {}
    for name, turns in pages.items():
        for _, (client, path) in zip(range(count), turns, strict=False):
            began, busy = time.perf_counter(), time.process_time()
            client.get(path)
            busy, passed = time.process_time() - busy, time.perf_counter() - began
            taken.setdefault(name, []).append((round(passed * 1000, 3), round(busy * 1000, 3)))
    return taken
