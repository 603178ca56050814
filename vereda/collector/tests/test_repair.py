"""Items of the quarantine are repaired and read again by the rules of this door."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from vereda.collector.testing import Poster, a_track
from vereda.collector.wsgi import forget_answers
from vereda.events.actions import repairing
from vereda.events.actions.repairing import repair_item, repair_items
from vereda.events.contracts.arriving import Ending, Kind, Reason
from vereda.events.contracts.repairing import UNCHANGED, Repair, TreatAs
from vereda.events.queries.arrivals import arrival_days, quarantined_items, waiting_groups
from vereda.events.store.current import another_store
from vereda.events.store.duckdb import IN_MEMORY, DuckStore
from vereda.foundation.errors import Conflict, Refused
from vereda.foundation.testing import MORNING, NOON
from vereda.privacy.actions.consents import set_tracking_rule
from vereda.privacy.contracts import TrackingRule
from vereda.workspaces.models import AuditLine
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db
DAY = {"since": MORNING.date(), "until": MORNING.date() + timedelta(days=1)}


@pytest.fixture
def store():
    """The store of this test, which the installation uses meanwhile."""
    forget_answers()
    made = DuckStore(IN_MEMORY)
    with another_store(made):
        yield made
    made.close()
    forget_answers()


@pytest.fixture
def poster(store, acme):
    """A collector whose key belongs to acme."""
    made = Poster(store)
    made.allow("wk_acme", workspace_id=acme.workspace.pk)
    return made


@pytest.fixture
def refused(poster, acme):
    """Sends items that are refused; the quarantined ones, the newest first."""

    def send(*items, path="/v1/batch"):
        if path == "/v1/batch":
            poster.batch(*items)
        else:
            poster.post(items[0], path)
        return quarantined_items(acme.workspace, limit=50)

    return send


def stored(store, acme):
    return store.last_events(acme.workspace.pk.hex, limit=50)


def ledger(acme):
    (day,) = arrival_days(acme.workspace, **DAY)
    assert day.adds_up
    return day


def test_a_repaired_item_is_stored_with_its_own_time_and_message_id(store, refused, acme):
    said = a_track("", messageId="m1", timestamp="2026-11-01T10:00:00Z", properties={"a": 1})
    (item,) = refused(said)

    ending = repair_item(item, repair=Repair(event="Exported"), by=acme.member, now=NOON)

    (event,) = stored(store, acme)
    assert ending is Ending.REPAIRED
    assert (event.name, event.message_id, event.person_key) == ("Exported", "m1", "u1")
    assert event.occurred_at.isoformat() == "2026-11-01T10:00:00+00:00"
    assert (event.received_at, event.source) == (MORNING, item.source)
    assert json.loads(event.context)["repaired_from"] == item.seq
    assert (ledger(acme).repaired, ledger(acme).quarantined) == (1, 0)


def test_a_repair_is_in_the_audit_log_without_ids(refused, acme):
    (item,) = refused(a_track(userId="null"))

    repair_item(item, repair=Repair(user_id="somebody"), by=acme.member, now=NOON)

    line = AuditLine.objects.of(acme.workspace).get(verb="repaired events")
    assert line.details["changed"] == ["user_id"]
    assert "somebody" not in json.dumps(line.details)


def test_a_second_repair_is_refused_and_stores_nothing(store, refused, acme):
    (item,) = refused(a_track(""))
    repair_item(item, repair=Repair(event="Once"), by=acme.member, now=NOON)
    (item,) = quarantined_items(acme.workspace, limit=5)

    with pytest.raises(Conflict):
        repair_item(item, repair=Repair(event="Twice"), by=acme.member, now=NOON)

    assert [event.name for event in stored(store, acme)] == ["Once"]


def test_a_repair_that_does_not_help_is_refused_and_the_item_waits(store, refused, acme):
    (item,) = refused(a_track(userId="null"))

    with pytest.raises(Refused):
        repair_item(item, repair=Repair(event="Renamed"), by=acme.member, now=NOON)

    assert stored(store, acme) == []
    assert ledger(acme).quarantined == 1


def test_an_item_sent_to_a_single_call_is_read_as_that_call(store, refused, acme):
    (item,) = refused({"userId": "null", "name": "Home"}, path="/v1/page")

    repair_item(item, repair=Repair(user_id="u1"), by=acme.member, now=NOON)

    assert [event.kind for event in stored(store, acme)] == [Kind.PAGE]


def test_an_item_in_posthogs_words_is_read_as_those(store, poster, acme):
    said = {"event": "Exported", "distinct_id": "null", "uuid": "m1", "properties": {}}
    poster.post({"api_key": "wk_acme", "batch": [said]}, "/batch/", key=None)
    (item,) = quarantined_items(acme.workspace, limit=5)

    repair_item(item, repair=Repair(user_id="u1"), by=acme.member, now=NOON)

    (event,) = stored(store, acme)
    assert (event.name, event.person_key, event.message_id) == ("Exported", "u1", "m1")


def test_a_property_of_impossible_size_is_kept_as_text(store, poster, acme):
    items = b'{"batch":[{"type":"track","event":"E","userId":"u1","properties":{"n":1e999}}]}'
    poster.post(items)
    (item,) = quarantined_items(acme.workspace, limit=5)

    text = Repair(property_name="n", treat_as=TreatAs.TEXT)
    repair_item(item, repair=text, by=acme.member, now=NOON)

    (event,) = stored(store, acme)
    assert json.loads(event.properties) == {"n": "1e999"}


def test_what_browsers_may_not_say_is_allowed_by_a_member(store, poster, acme):
    poster.allow("wk_acme", signed_only=True)
    poster.batch(a_track("Paid"))
    (item,) = quarantined_items(acme.workspace, limit=5)

    with pytest.raises(Refused):
        repair_item(item, repair=UNCHANGED, by=acme.member, now=NOON)
    repair_item(item, repair=Repair(allow=True), by=acme.member, now=NOON)

    assert [event.name for event in stored(store, acme)] == ["Paid"]


def test_a_message_sent_again_correctly_meanwhile_is_not_doubled(store, poster, acme):
    poster.batch(a_track("", messageId="m1"))
    poster.batch(a_track("Exported", messageId="m1"))
    (item,) = quarantined_items(acme.workspace, limit=5)

    ending = repair_item(item, repair=Repair(event="Exported"), by=acme.member, now=NOON)

    assert ending is Ending.DEDUPLICATED
    assert len(stored(store, acme)) == 1
    assert ledger(acme).deduplicated == 1


def test_whoever_must_not_be_tracked_today_is_not_stored(store, refused, acme):
    (item,) = refused(a_track(""))
    set_tracking_rule(acme.workspace, rule=TrackingRule.ONLY_WITH_CONSENT, by=acme.owner)
    forget_answers()

    ending = repair_item(item, repair=Repair(event="Exported"), by=acme.member, now=NOON)

    assert ending is Ending.SUPPRESSED
    assert stored(store, acme) == []
    assert ledger(acme).suppressed == 1


def test_many_are_repaired_at_once_and_only_of_that_reason_and_name(
    store, refused, acme, monkeypatch
):
    monkeypatch.setattr(repairing, "TOGETHER", 2)
    illegal = [a_track("A", userId="null", anonymousId=f"v{number}") for number in range(5)]
    refused(*illegal, a_track("B", userId="null", anonymousId="v"), a_track("A", userId="x" * 300))

    done = repair_items(
        Reason.ILLEGAL_ID,
        name="A",
        repair=Repair(without_user_id=True),
        by=acme.member,
        now=NOON,
    )

    assert done.stored == 5
    assert {event.anonymous_id for event in stored(store, acme)} == {f"v{n}" for n in range(5)}
    waiting = {(one.reason, one.name): one.count for one in waiting_groups(acme.workspace)}
    assert waiting == {(Reason.ILLEGAL_ID, "B"): 1, (Reason.ID_TOO_LONG, "A"): 1}
    assert ledger(acme).repaired == 5


def test_those_refused_again_wait_on(store, refused, acme):
    refused(a_track("A", userId="null"), a_track("A", userId="null", anonymousId="v1"))

    repair = Repair(without_user_id=True)
    done = repair_items(Reason.ILLEGAL_ID, name="A", repair=repair, by=acme.member, now=NOON)

    assert (done.stored, dict(done.still_refused)) == (1, {Reason.NO_ID: 1})
    assert ledger(acme).quarantined == 1


# --- Pages ------------------------------------------------------------------------


def address(name, company, **ids):
    return reverse(name, kwargs={"workspace": company.workspace.slug, **ids})


def test_the_page_shows_what_a_change_makes_of_an_item_before_it_is_stored(
    store, refused, acme, client_of
):
    (item,) = refused(a_track(""))
    client = client_of(acme.member)
    place = address("quarantined_item", acme, seq=item.seq)

    as_it_is = client.get(place)
    changed = client.get(place, {"event": "<Exported>"})
    done = client.post(
        address("repair_quarantined_item", acme, seq=item.seq), {"event": "<Exported>"}
    )
    after = client.get(place)

    assert "It would be refused again" in as_it_is.text
    assert "<Exported>" in changed.context["preview"].after
    assert "&lt;Exported&gt;" in changed.text
    assert "<Exported>" not in changed.text
    assert done.status_code == 303
    assert "Repaired and stored" in after.text
    assert [event.name for event in stored(store, acme)] == ["<Exported>"]


def test_a_viewer_sees_the_item_and_cannot_repair_it(refused, acme, client_of):
    (item,) = refused(a_track(""))
    client = client_of(acme.viewer)

    assert client.get(address("quarantined_item", acme, seq=item.seq)).context.get("form") is None
    repair = address("repair_quarantined_item", acme, seq=item.seq)
    assert client.post(repair, {"event": "X"}).status_code == 403
    assert client.get(address("repair_waiting_items", acme)).status_code == 403


def test_many_are_shown_counted_and_repaired_on_one_page(store, refused, acme, client_of):
    refused(*[a_track("", userId=f"u{number}") for number in range(4)])
    client = client_of(acme.member)
    place = address("repair_waiting_items", acme)
    asked = {"reason": "no_name", "name": "", "event": "Exported"}

    page = client.get(place, asked)
    done = client.post(place, asked)

    assert (page.context["would_store"], page.context["count"]) == (4, 4)
    assert len(page.context["samples"]) == 3
    assert done.status_code == 303
    assert len(stored(store, acme)) == 4
    assert "Nothing waits" in client.get(place, asked).text


def test_a_property_without_what_it_becomes_is_refused(store, refused, acme, client_of):
    (item,) = refused(a_track(""))
    repair = address("repair_quarantined_item", acme, seq=item.seq)

    answer = client_of(acme.member).post(repair, {"event": "E", "property_name": "a"})

    assert answer.status_code == 422
    assert stored(store, acme) == []


# --- For programs -----------------------------------------------------------------


def test_a_program_lists_what_waits_and_repairs_it(store, refused, acme):
    refused(a_track("", messageId="m1"), a_track(userId="null"))
    program = a_program(acme.member)

    listed = program.get("/quarantine?reason=no_name")
    (item,) = listed.json()
    done = program.post(f"/quarantine/{item['key']}/repair", {"event": "Exported"})
    again = program.post(f"/quarantine/{item['key']}/repair", {"event": "Exported"})

    assert (item["reason"], item["ending"]) == ("no_name", "")
    assert (done.status_code, done.json()) == (200, {"ending": "repaired"})
    assert again.status_code == 409
    assert [event.message_id for event in stored(store, acme)] == ["m1"]
    assert program.post("/quarantine/999/repair", {}).status_code == 404
    assert program.post("/quarantine/x/repair", {}).status_code == 404


def test_a_program_is_told_that_a_repair_does_not_help(store, refused, acme):
    (item,) = refused(a_track(userId="null"))

    answer = a_program(acme.member).post(f"/quarantine/{item.seq}/repair", {"event": "Renamed"})

    assert answer.status_code == 422
    assert stored(store, acme) == []
