"""How long the server takes for the portfolio and for an account's page, small and large.

The limit is an empty signed-in page of the same server in the same process: sign-in, permissions,
rail, template. `ratio` says how many of those a page costs; what it costs at 100 accounts and at
100,000 accounts with 20 million events should be the same page. The rows are made in bulk and the
events by SQL, in the shape the store writes: what is measured is asking.

VEREDA_BENCH_ACCOUNTS and VEREDA_BENCH_EVENTS choose other sizes for the large case.
"""

import os
import subprocess
import sys
import tempfile
from typing import Any

import msgspec

SMALL_ACCOUNTS, SMALL_EVENTS = 100, 20_000
LARGE_ACCOUNTS = int(os.environ.get("VEREDA_BENCH_ACCOUNTS", "100000"))
LARGE_EVENTS = int(os.environ.get("VEREDA_BENCH_EVENTS", "20000000"))

MEASURING = """
import json, random, re, sys, time
from datetime import date, datetime, timedelta
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
import duckdb
from vereda.customers.models.accounts import Account, AccountExternalId
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Membership, Person, PersonExternalId
from vereda.customers.rules.names import sortable
from vereda.events.store.schema import statements
from vereda.foundation.clock import now
from vereda.revenue.models import Subscription
from vereda.support.models import Ticket
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.models import User

ACCOUNTS, EVENTS, ROUNDS = int(sys.argv[1]), int(sys.argv[2]), 60
settings.ALLOWED_HOSTS = ["testserver"]
instant, today, dice = now(), now().date(), random.Random(7)
member = open_workspace(
    name="Bench", slug="bench", owner=User.objects.create_user("b@bench.example"), now=instant
)
workspace = member.workspace
STAGES = ["onboarding", "adoption", "value", "expansion", "advocacy"]

def account(number):
    name = f"Company {dice.randrange(10**7):07} of number {number}"
    return Account(
        workspace=workspace, number=number, name=name, name_sort=sortable(name),
        name_bare=sortable(name), stage=dice.choice(STAGES), owner=member if number % 3 else None,
        country=dice.choice(["Spain", "Chile", "Mexico"]), arr_minor=dice.randrange(10**7),
        currency="EUR", renewal_on=today + timedelta(days=dice.randrange(365)), plan="Pro",
        seats=dice.randrange(200), last_active_on=today - timedelta(days=dice.randrange(90)),
        active_people_28d=dice.randrange(50), usage_8w=[dice.randrange(99) for _ in range(8)],
        created_on=today - timedelta(days=dice.randrange(2000)), next_step="Call them",
    )

def add(model, rows):
    model.objects.of(workspace).bulk_create(rows, batch_size=2_000)

accounts = [account(number) for number in range(1, ACCOUNTS + 1)]
add(Account, accounts)
add(AccountExternalId, [
    AccountExternalId(workspace=workspace, account=row, value=f"a{row.number - 1}")
    for row in accounts
])
add(Subscription, [
    Subscription(workspace=workspace, number=row.number, account=row, plan="Pro", seats=10,
                 amount_minor=row.arr_minor // 12, currency="EUR",
                 started_on=today - timedelta(days=500))
    for row in accounts
])
visited = dice.sample(accounts, 20)
people = [
    (row, Person(workspace=workspace, number=place * 3 + part + 1, name=f"Person {part}",
                 name_sort=f"person {part}"))
    for place, row in enumerate(visited) for part in range(3)
]
add(Person, [person for _, person in people])
add(Membership, [Membership(workspace=workspace, account=row, person=p) for row, p in people])
add(PersonExternalId, [
    PersonExternalId(workspace=workspace, person=p, value=f"a{row.number - 1}-p{i % 3}")
    for i, (row, p) in enumerate(people)
])
add(Note, [
    Note(workspace=workspace, account=row, body="They **open** a warehouse.", author=member,
         happened_at=instant - timedelta(days=each))
    for row in visited for each in range(20)
])
add(Ticket, [
    Ticket(workspace=workspace, number=place * 20 + each + 1, account=row, subject="Slow",
           opened_at=instant - timedelta(days=each * 3))
    for place, row in enumerate(visited) for each in range(20)
])

store = duckdb.connect(str(settings.HOME / "events.duckdb"))
for statement in statements():
    store.execute(statement)
store.execute(f'''
    INSERT INTO events
    SELECT i, '{workspace.pk.hex}', 'm' || i, 'track', 'Feature ' || (hash(i) % 6),
           'a' || (i % {ACCOUNTS}) || '-p' || (hash(i + 1) % 3), '', 'a' || (i % {ACCOUNTS}), 1,
           TIMESTAMP '{today}' - INTERVAL 1 MINUTE * (1 + hash(i + 2) % 250000)::BIGINT,
           TIMESTAMP '{today}', '', '', '', 'bench'
    FROM range({EVENTS}) AS numbers(i)
''')
store.execute('''
    INSERT INTO daily SELECT * FROM (
        SELECT workspace, occurred_at::DATE AS day, account_key, person_key, '', name, kind,
               sum(count), min(occurred_at), max(occurred_at)
        FROM events GROUP BY ALL
    ) ORDER BY workspace, date_trunc('month', day), account_key, day
''')
store.close()

client = Client()
client.force_login(member.user)
BASE = "/w/bench/"

def p95(paths):
    for path in paths[:3]:
        assert client.get(BASE + path).status_code == 200, path
    taken = []
    for turn in range(ROUNDS):
        began = time.perf_counter()
        client.get(BASE + paths[turn % len(paths)])
        taken.append((time.perf_counter() - began) * 1000)
    return round(sorted(taken)[int(ROUNDS * 0.95) - 1], 2)

richest = "accounts/?sort=-arr"
lists = [
    "accounts/", richest, "accounts/?sort=renewal_on", "accounts/?sort=-last_active_on",
    "accounts/?f=stage:any_of:adoption&sort=-arr", "accounts/?f=owner:empty:",
]
first = client.get(BASE + richest).content.decode()
lists += [f"{richest}&{each}" for each in re.findall(r"cursor=[A-Za-z0-9_:.%-]+", first)[:1]]
pages = [f"accounts/{row.key}/" for row in visited]
print(json.dumps({
    "empty": p95(["accounts/views/new/"]),
    "portfolio": p95(lists),
    "account": p95(pages),
    "account_timeline": p95([page + "timeline/" for page in pages]),
    "account_usage": p95([page + "usage/" for page in pages]),
}))
"""


def run() -> dict[str, dict[str, Any]]:
    """Milliseconds at the 95th percentile, with few and with many accounts and events."""
    figures: dict[str, dict[str, Any]] = {}
    small = measured(SMALL_ACCOUNTS, SMALL_EVENTS)
    large = measured(LARGE_ACCOUNTS, LARGE_EVENTS)
    for told, accounts in ((small, SMALL_ACCOUNTS), (large, LARGE_ACCOUNTS)):
        limit = told.pop("empty")
        for page, taken in told.items():
            figures[f"{page}_{accounts}"] = {
                "ms_p95": taken,
                "limit": limit,
                "ratio": round(taken / limit, 2),
            }
    return figures


def measured(accounts: int, events: int) -> dict[str, float]:
    """The pages of a workspace of that size, in a process and a home of their own."""
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as home:
        settings = {"DJANGO_SETTINGS_MODULE": "vereda.config.settings", "VEREDA_HOME": home}
        ours = {name: value for name, value in os.environ.items() if not name.startswith("VEREDA_")}
        answer = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-W", "ignore", "-c", MEASURING, str(accounts), str(events)],
            check=True,
            capture_output=True,
            env={**ours, **settings},
            text=True,
        )
    told: dict[str, float] = msgspec.json.decode(answer.stdout.splitlines()[-1])
    return told
