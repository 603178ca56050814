from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.console.story import story_of
from vereda.customers.actions.accounts import add_external_id
from vereda.customers.testing import a_note, a_person, an_account
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import define_metric
from vereda.events.actions.storing import store_events
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.events.testing import an_event
from vereda.foundation import clock
from vereda.foundation.testing import MORNING, NOON, TOMORROW
from vereda.revenue.testing import a_subscription
from vereda.support.testing import a_ticket

TABS = ["", "timeline/", "people/", "usage/", "money/", "files/"]


@pytest.fixture
def client(acme, client_of):
    return client_of(acme.member)


@pytest.fixture
def cantera(acme):
    account = an_account(acme)
    a_person(acme, account=account)
    return account


def test_every_tab_opens_for_an_empty_account(acme, client):
    account = an_account(acme)

    statuses = [client.get(f"/w/acme/accounts/{account.key}/{tab}").status_code for tab in TABS]

    assert statuses == [200] * len(TABS)


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_costs_the_same_for_a_small_and_a_large_account(acme, cantera, client, tab):
    url = f"/w/acme/accounts/{cantera.key}/{tab}"
    filled(acme, cantera, times=2)
    client.get(url)
    with CaptureQueriesContext(connection) as small:
        client.get(url)
    filled(acme, cantera, times=15)
    with CaptureQueriesContext(connection) as large:
        client.get(url)

    assert len(large) == len(small)


def filled(acme, account, *, times):
    for number in range(times):
        a_person(acme, name=f"Person {number}", account=account)
        a_note(account, body=f"Said {number}", happened_at=MORNING - timedelta(hours=number))
        a_ticket(account, subject=f"Asked {number}")
        a_subscription(account)


def test_a_stranger_finds_nothing(acme, globex, cantera, client_of):
    stranger = client_of(globex.owner)

    statuses = [
        stranger.get(f"/w/{slug}/accounts/{cantera.key}/{tab}").status_code
        for slug in ("acme", "globex")
        for tab in TABS
    ]

    assert statuses == [404] * 12


def test_no_other_tab_exists(cantera, client):
    assert client.get(f"/w/acme/accounts/{cantera.key}/secrets/").status_code == 404


def test_the_timeline_joins_what_every_capability_tells(acme, cantera, client):
    a_note(cantera, body="They open a second warehouse.")
    a_ticket(cantera, subject="Slow export")
    a_subscription(cantera)

    page = client.get(f"/w/acme/accounts/{cantera.key}/timeline/").content.decode()

    assert "second warehouse" in page
    assert "Slow export" in page
    assert "Subscription started" in page


def test_only_the_kinds_chosen(acme, cantera, client):
    a_note(cantera, body="They open a second warehouse.")
    a_ticket(cantera, subject="Slow export")

    page = client.get(f"/w/acme/accounts/{cantera.key}/timeline/?kind=ticket").content.decode()

    assert "Slow export" in page
    assert "second warehouse" not in page


def test_older_entries_are_met_once_even_at_the_same_instant(acme, cantera):
    for number in range(30):
        a_note(cantera, body=f"n{number}", happened_at=MORNING - timedelta(hours=number // 5))
    met, cursor = [], ""

    for _ in range(6):
        page = story_of(
            acme.workspace, [cantera.pk], until=TOMORROW, kinds=["note"], cursor=cursor, limit=7
        )
        met += [entry.markdown for entry in page.entries]
        cursor = page.older
        if not cursor:
            break

    assert sorted(met) == sorted(f"n{number}" for number in range(30))


def test_a_rare_kind_is_found_behind_many_others(acme, cantera):
    a_ticket(cantera, subject="The only one", opened_at=MORNING - timedelta(days=300))
    for number in range(30):
        a_note(cantera, body=f"n{number}", happened_at=MORNING - timedelta(hours=number))

    page = story_of(acme.workspace, [cantera.pk], until=NOON, kinds=["ticket"], limit=5)

    assert [entry.key for entry in page.entries] == ["opened-T-1"]


def test_an_edited_cursor_is_nowhere(cantera, client):
    url = f"/w/acme/accounts/{cantera.key}/timeline/"

    assert [client.get(url, {"cursor": each}).status_code for each in ("x", "a:b", "{}")] == [
        404
    ] * 3


def test_the_accounts_below_are_taken_in_on_request(acme, cantera, client):
    below = an_account(acme, name="Cantera Sur", parent_id=cantera.pk)
    a_note(below, body="Said in the south.")
    url = f"/w/acme/accounts/{cantera.key}/timeline/"

    alone = client.get(url).content.decode()
    together = client.get(f"{url}?children=1").content.decode()

    assert ("Said in the south." in alone, "Said in the south." in together) == (False, True)


def test_money_shows_what_is_paid(acme, cantera, client):
    a_subscription(cantera, plan="Enterprise", amount_minor=84_000_00)

    page = client.get(f"/w/acme/accounts/{cantera.key}/money/").content.decode()

    assert "Enterprise" in page
    assert "€1,008,000" in page


def test_the_composer_writes_into_the_timeline(acme, cantera, client):
    url = f"/w/acme/accounts/{cantera.key}/timeline/"

    sent = client.post(
        f"/w/acme/accounts/{cantera.key}/notes/new/",
        {
            "body": "Called them.",
            "kind": "call",
            "visibility": "internal",
            "happened_at": "2026-11-02T09:00",
            "next": url,
        },
    )

    assert (sent.status_code, sent.headers["Location"]) == (303, url)
    assert "Called them." in client.get(url).content.decode()


def test_a_viewer_looks_and_finds_no_buttons(acme, cantera, client_of):
    page = client_of(acme.viewer).get(f"/w/acme/accounts/{cantera.key}/timeline/").content.decode()

    assert "<textarea" not in page
    assert "Log interaction" not in page


def test_the_usage_tab_shows_what_metrics_say(acme, client):
    account = an_account(acme)
    add_external_id(account, value="cli-1", by=acme.owner)
    now = clock.now()
    used = an_event(account_key="cli-1", occurred_at=now, received_at=now)
    store_events(acme.workspace, [used], now=now)
    definition = MetricDefinition(measure=Measure.COUNT, window=7)
    define_metric(acme.workspace, name="Uses a week", definition=definition, by=acme.member)
    measure_all(acme.workspace, now=now)

    page = client.get(f"/w/acme/accounts/{account.key}/usage/").content.decode()

    assert "/events/metrics/uses-a-week/" in page
    assert ">Uses a week</a>" in page
