"""Events are described; what stops, changes or goes silent is noticed, and ends by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from vereda.events.actions.definitions import accept_drift, notice_drift
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.storing import store_events
from vereda.events.contracts.drifting import PropertyType
from vereda.events.queries.definitions import (
    defined_event,
    open_drifts,
    properties_of_event,
)
from vereda.events.rules.drifting import days_until_stopped, key_of_event, properties_seen
from vereda.events.store.current import another_store
from vereda.events.testing import an_event
from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.keys import issue_write_key
from vereda.workspaces.models import WriteKey

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


def tell(acme, *events):
    store_events(acme.workspace, list(events), now=MORNING)
    while fold_workspace(acme.workspace, now=MORNING):
        pass


def used(name, days, **said):
    said = {"occurred_at": MORNING - timedelta(days=days), **said}
    return an_event(name, **said)


def drifts(acme):
    return sorted((row.kind, row.subject, row.was, row.now) for row in open_drifts(acme.workspace))


def test_an_event_that_stopped_against_its_habit_is_noticed_once_and_ends(acme):
    daily = [used("Daily", days) for days in range(6, 30)]
    weekly = [used("Weekly", days) for days in range(6, 60, 7)]
    tell(acme, *daily, *weekly)

    assert notice_drift(acme.workspace, now=MORNING) == 1
    assert notice_drift(acme.workspace, now=MORNING) == 0
    assert drifts(acme) == [("event_stopped", "Daily", "", "")]

    tell(acme, used("Daily", 0))
    notice_drift(acme.workspace, now=MORNING)

    assert drifts(acme) == []


@pytest.mark.parametrize(
    ("days_ago", "limit"),
    [([1, 2, 3], None), (range(1, 9), 3), ([1, 8, 15, 22], 21), ([1, 2, 3, 4, 30], 26)],
)
def test_the_habit_is_three_usual_waits_and_the_longest_seen(days_ago, limit):
    days = [TODAY - timedelta(days=number) for number in days_ago]

    assert days_until_stopped(days) == limit
    assert days_until_stopped(days, expected_days=2) == 2


def test_a_property_that_changed_type_is_noticed_until_somebody_accepts_it(acme):
    tell(acme, *(used("Paid", days, properties='{"amount":5}') for days in range(3)))
    notice_drift(acme.workspace, now=MORNING)
    tell(acme, *(used("Paid", 0, properties='{"amount":"5"}') for _ in range(40)))

    notice_drift(acme.workspace, now=MORNING)
    assert drifts(acme) == [("property_changed", "Paid\namount", "number", "text")]

    accept_drift(open_drifts(acme.workspace)[0], by=acme.member, now=MORNING)
    notice_drift(acme.workspace, now=MORNING)

    assert drifts(acme) == []


def test_an_account_that_went_silent_is_noticed(acme, client_of):
    steady = [used("Opened", days, account_key="a1") for days in range(20, 60)]
    alive = [used("Opened", days, account_key="a2") for days in range(60)]
    tell(acme, *steady, *alive)

    notice_drift(acme.workspace, now=MORNING)

    kinds = [(kind, subject.startswith("A-")) for kind, subject, *_ in drifts(acme)]
    assert kinds == [("account_silent", True)]
    with pytest.raises(Refused):
        accept_drift(open_drifts(acme.workspace)[0], by=acme.member, now=MORNING)
    page = client_of(acme.viewer).get(f"/w/{acme.workspace.slug}/events/definitions/")
    assert ">a1</a>" in page.content.decode()


def test_a_key_that_stopped_sending_is_noticed(acme):
    key = issue_write_key(acme.workspace, label="Web", by=acme.owner, now=MORNING)
    rows = WriteKey.objects.of(acme.workspace)
    rows.update(last_used_at=MORNING - timedelta(days=4))
    tell(acme, used("Opened", 0))

    notice_drift(acme.workspace, now=MORNING)
    assert drifts(acme) == [("key_stopped", f"Web\n{rows.get(pk=key.pk).prefix}", "", "")]

    rows.update(last_used_at=MORNING - timedelta(days=2))
    notice_drift(acme.workspace, now=MORNING)
    assert drifts(acme) == []


def test_properties_are_typed_with_share_and_example():
    seen = properties_seen(['{"a":1,"b":"x"}', '{"a":2.5,"c":null}', '{"a":"n","b":"y"}', ""])

    told = {one.name: (one.type, one.share, round(one.alike, 2), one.example) for one in seen}
    assert told == {
        "a": (PropertyType.NUMBER, 0.75, 0.67, "1"),
        "b": (PropertyType.TEXT, 0.5, 1.0, "x"),
        "c": (PropertyType.NOTHING, 0.25, 1.0, "null"),
    }


def test_an_event_is_described_by_a_member_and_read_by_a_viewer(acme, client_of):
    tell(acme, used("Paid / done", 1, properties='{"amount":5}'))
    key = key_of_event("Paid / done")
    describe = reverse("describe_event", kwargs={"workspace": "acme", "event": key})
    sent = {"description": "They paid", "owner": str(acme.admin.pk), "expected_days": "7"}

    refused = client_of(acme.viewer).post(describe, sent)
    answer = client_of(acme.member).post(describe, sent)

    page = client_of(acme.viewer).get(answer["Location"]).content.decode()
    assert refused.status_code == 403
    assert "They paid" in page
    assert "amount" in page
    event = defined_event(acme.workspace, key, on=TODAY)
    assert event.definition is not None
    assert (event.definition.owner, event.definition.expected_days) == (acme.admin, 7)
    assert [one.name for one in properties_of_event(acme.workspace, "Paid / done")] == ["amount"]


def test_a_retired_event_is_not_missed(acme, client_of):
    tell(acme, *(used("Daily", days) for days in range(6, 30)))
    notice_drift(acme.workspace, now=MORNING)
    client = client_of(acme.member)

    key = key_of_event("Daily")
    client.post(reverse("retire_event", kwargs={"workspace": "acme", "event": key}))
    notice_drift(acme.workspace, now=MORNING)

    assert drifts(acme) == []
    listed = client.get(reverse("event_definitions", kwargs={"workspace": "acme"}))
    assert "retired" in listed.content.decode()


def test_what_drifted_stands_on_the_pages_and_is_accepted_there(acme, client_of):
    tell(acme, *(used("Daily", days) for days in range(6, 30)))
    notice_drift(acme.workspace, now=MORNING)
    client = client_of(acme.member)

    live = client.get(reverse("live_events", kwargs={"workspace": "acme"})).content.decode()
    listed = reverse("event_definitions", kwargs={"workspace": "acme"})
    drift = open_drifts(acme.workspace)[0]
    accept = reverse("accept_drift", kwargs={"workspace": "acme", "drift": drift.pk})
    page = client.get(listed).content.decode()
    client.post(accept)

    assert "1 thing about your events" in live
    assert accept in page
    assert drifts(acme) == []
