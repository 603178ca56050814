from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from vereda.events.actions import retention as actions
from vereda.events.actions.retention import (
    WrongRetention,
    drop_retention,
    let_old_events_go,
    set_retention,
)
from vereda.events.actions.storing import store_events
from vereda.events.contracts.arriving import workspace_key
from vereda.events.jobs import let_old_events_of_all_go
from vereda.events.models.retention import RetentionRun
from vereda.events.queries.retention import (
    ToGo,
    events_to_go,
    last_retention_run,
    retention_rules,
)
from vereda.events.rules.retention import Keeping, expiry_of
from vereda.events.store.current import another_store
from vereda.events.testing import an_event
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


def keeping(days, name="", *, keep_counts=True):
    return Keeping(name=name, days=days, keep_counts=keep_counts)


def stored(company, name, *, days_ago, times=1):
    at = now() - timedelta(days=days_ago)
    events = [an_event(name, occurred_at=at, received_at=at) for _ in range(times)]
    store_events(company.workspace, events, now=at)


def left(store, company):
    key = workspace_key(company.workspace.pk)
    return sorted(event.name for event in store.last_events(key, limit=100))


def opened(client, route, company, query=""):
    return client.get(reverse(route, kwargs={"workspace": company.workspace.slug}) + query)


def sent(client, route, company, query="", **values):
    address = reverse(route, kwargs={"workspace": company.workspace.slug}) + query
    return client.post(address, values)


def test_without_a_word_everything_is_kept_for_ever(acme, store):
    stored(acme, "Opened", days_ago=4_000)

    assert let_old_events_of_all_go() == 0
    assert left(store, acme) == ["Opened"]
    assert retention_rules(acme.workspace) == [keeping(None)]


def test_each_name_goes_by_its_own_rule_and_the_rest_by_the_rule_for_all(acme, globex, store):
    for company in (acme, globex):
        for name in ("Opened", "Clicked", "Paid"):
            stored(company, name, days_ago=100)
            stored(company, name, days_ago=3)
    set_retention(acme.workspace, keeping=keeping(90), by=acme.owner)
    set_retention(acme.workspace, keeping=keeping(40, "Clicked", keep_counts=False), by=acme.owner)
    set_retention(acme.workspace, keeping=keeping(None, "Paid"), by=acme.owner)

    assert let_old_events_of_all_go() == 2

    assert left(store, acme) == ["Clicked", "Opened", "Paid", "Paid"]
    assert len(left(store, globex)) == 6
    key = workspace_key(acme.workspace.pk)
    days = {"since": now().date() - timedelta(days=200), "until": now().date()}
    counted = {one.name: one.count for one in store.usage_by_name(key, **days)}
    assert counted == {"Opened": 2, "Clicked": 1, "Paid": 2}


def test_it_goes_in_steps_shows_how_far_it_is_and_leaves_an_audit_line(acme, store, monkeypatch):
    stored(acme, "Opened", days_ago=100, times=25)
    set_retention(acme.workspace, keeping=keeping(90), by=acme.owner)
    monkeypatch.setattr(actions, "STEP", 10)
    seen = []

    def clock():
        seen.append(list(RetentionRun.every_workspace.values_list("removed", "expected")))
        return now()

    assert let_old_events_go(acme.workspace, clock=clock) == 25

    assert [(0, 25)] in seen
    assert [(10, 25)] in seen
    assert [(20, 25)] in seen
    run = last_retention_run(acme.workspace)
    assert run is not None
    assert (run.removed, run.expected) == (25, 25)
    assert run.finished_at is not None
    line = AuditLine.objects.of(acme.workspace).get(verb="let go of")
    assert line.details["events"] == 25
    assert line.by is None


def test_what_was_cut_off_goes_on_the_next_night(acme, store, monkeypatch):
    stored(acme, "Opened", days_ago=100, times=25)
    set_retention(acme.workspace, keeping=keeping(90), by=acme.owner)
    monkeypatch.setattr(actions, "STEP", 10)
    expire, steps = store.expire, []

    def cut_off(*given, **said):
        steps.append(said)
        if len(steps) == 2:
            raise OSError("the power went")
        return expire(*given, **said)

    monkeypatch.setattr(store, "expire", cut_off)
    with pytest.raises(OSError, match="power"):
        let_old_events_go(acme.workspace, clock=now)
    run = last_retention_run(acme.workspace)
    assert run is not None
    assert run.finished_at is None

    assert let_old_events_go(acme.workspace, clock=now) == 15
    assert left(store, acme) == []


def test_one_workspace_that_fails_stops_no_other(acme, globex, store, monkeypatch):
    for company in (acme, globex):
        stored(company, "Opened", days_ago=100)
        set_retention(company.workspace, keeping=keeping(90), by=company.owner)
    expire = store.expire

    def failing(workspace, **said):
        if workspace == workspace_key(acme.workspace.pk):
            raise OSError("a broken file")
        return expire(workspace, **said)

    monkeypatch.setattr(store, "expire", failing)
    with pytest.raises(OSError, match="a broken file"):
        let_old_events_of_all_go()

    assert left(store, globex) == []


@pytest.mark.parametrize("days", [0, 29, 36_501])
def test_a_time_too_short_or_too_long_is_refused(acme, days):
    with pytest.raises(WrongRetention):
        set_retention(acme.workspace, keeping=keeping(days), by=acme.owner)


def test_a_name_without_its_rule_goes_by_the_rule_for_all(acme, store):
    stored(acme, "Paid", days_ago=100)
    set_retention(acme.workspace, keeping=keeping(90), by=acme.owner)
    set_retention(acme.workspace, keeping=keeping(None, "Paid"), by=acme.owner)
    assert not events_to_go(acme.workspace, keeping=keeping(90), now=now())

    drop_retention(acme.workspace, name="Paid", by=acme.owner)

    assert events_to_go(acme.workspace, keeping=keeping(90), now=now()) == ToGo(tonight=1)


def test_days_are_whole_utc_days():
    evening = datetime(2026, 11, 2, 23, 59, tzinfo=UTC)
    expiry = expiry_of(keeping(40), among=[keeping(40), keeping(None, "Paid")], now=evening)

    assert expiry is not None
    assert expiry.before == datetime(2026, 9, 23, tzinfo=UTC)
    assert expiry.arrived_before == datetime(2026, 10, 3, tzinfo=UTC)
    assert expiry.names is None
    assert expiry.other_than == ["Paid"]
    assert expiry_of(keeping(None), among=[], now=MORNING) is None


# --- The pages --------------------------------------------------------------------------


def test_the_page_says_how_long_events_are_kept_and_what_goes_tonight(acme, client_of, store):
    stored(acme, "Opened", days_ago=100)
    set_retention(acme.workspace, keeping=keeping(90), by=acme.owner)

    page = opened(client_of(acme.admin), "event_retention", acme)

    assert page.status_code == 200
    assert "90 days" in page.text
    assert "counts without people stay" in page.text


def test_only_who_may_configure_sees_it(acme, client_of):
    assert opened(client_of(acme.member), "event_retention", acme).status_code == 403


def test_a_change_says_how_many_events_would_go_before_it_is_saved(acme, client_of, store):
    stored(acme, "Opened", days_ago=100, times=3)
    client = client_of(acme.admin)

    preview = sent(client, "edit_event_retention", acme, days="60", keep_counts="on")

    assert "3 events are older and go tonight" in preview.text
    assert retention_rules(acme.workspace) == [keeping(None)]
    assert 'name="agreed" value="60-True-"' in preview.text
    other = sent(client, "edit_event_retention", acme, days="50", agreed="60-True-")
    assert "3 events are older" in other.text, "agreed to something else"
    assert retention_rules(acme.workspace) == [keeping(None)]
    saved = sent(
        client, "edit_event_retention", acme, days="60", keep_counts="on", agreed="60-True-"
    )
    assert saved.status_code == 303
    assert retention_rules(acme.workspace) == [keeping(60)]
    line = AuditLine.objects.of(acme.workspace).get(verb="changed")
    assert line.details == {"days": 60, "keep_counts": True}


def test_what_arrived_lately_is_told_too_because_it_goes_later(acme, client_of, store):
    long_ago = now() - timedelta(days=100)
    history = [an_event("Opened", occurred_at=long_ago, received_at=now()) for _ in range(2)]
    store_events(acme.workspace, history, now=now())

    page = sent(client_of(acme.admin), "edit_event_retention", acme, days="60")

    assert "2 events are older and go for ever 30 days after they arrived" in page.text
    assert "tonight, for ever" not in page.text
    assert retention_rules(acme.workspace) == [keeping(None)]


def test_what_lets_go_of_nothing_is_saved_at_once(acme, client_of, store):
    stored(acme, "Opened", days_ago=3)
    client = client_of(acme.admin)

    assert sent(client, "edit_event_retention", acme, days="365").status_code == 303
    added = sent(client, "add_event_retention", acme, name="Opened", days="")
    assert added.status_code == 303
    assert retention_rules(acme.workspace) == [
        keeping(365, keep_counts=False),
        keeping(None, "Opened", keep_counts=False),
    ]
    edit = opened(client, "edit_event_retention", acme, "?name=Opened")
    assert edit.status_code == 200
    sent(client, "drop_event_retention", acme, name="Opened")
    assert len(retention_rules(acme.workspace)) == 1


def test_a_wrong_number_of_days_is_told_in_the_form(acme, client_of):
    page = sent(client_of(acme.admin), "edit_event_retention", acme, days="7")

    assert page.status_code == 422
    assert "30" in page.text


def test_a_rule_for_an_unknown_event_is_neither_shown_nor_dropped(acme, client_of):
    client = client_of(acme.admin)

    assert opened(client, "edit_event_retention", acme, "?name=Nothing").status_code == 404
    assert sent(client, "drop_event_retention", acme, name="").status_code == 422
