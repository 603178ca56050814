from datetime import date, timedelta

import pytest

from vereda.events.contracts.arriving import Ending, Outcome, Reason, Replay, Severity
from vereda.events.testing import ACME, GLOBEX, a_refusal, a_submission, an_event
from vereda.foundation.testing import MORNING

LATER = MORNING + timedelta(days=3)


def a_replay(item, event=None, *, reason=Reason.NO_ID, at=MORNING):
    return Replay(item=item, reason=reason, received_at=at, event=event)


@pytest.fixture
def item(store):
    """The number of an item that was refused in the morning."""
    store.add(a_submission(refusals=[a_refusal(Reason.NO_ID, name="Exported")]))
    return store.quarantined(ACME, limit=1)[0].seq


def replayed(store, *replays, workspace=ACME):
    return store.add(a_submission(workspace=workspace, at=LATER, replays=list(replays)))


def ledger(store, day=None):
    """Outcome to count, zeros left out; of one day or of all."""
    since = day or date(2026, 1, 1)
    until = day + timedelta(days=1) if day else date(2027, 1, 1)
    counted: dict[Outcome, int] = {}
    for one in store.arrivals(ACME, since=since, until=until):
        counted[one.outcome] = counted.get(one.outcome, 0) + one.count
    return {outcome: count for outcome, count in counted.items() if count}


def test_a_replay_stores_and_moves_the_item_in_the_ledger_of_its_day(store, item):
    receipt = replayed(store, a_replay(item, an_event("Exported", message_id="m1")))

    (stored,) = store.last_events(ACME, limit=5)
    assert (stored.message_id, stored.received_at) == ("m1", MORNING)
    assert receipt.repaired == 1
    assert ledger(store) == {Outcome.RECEIVED: 1, Outcome.REPAIRED: 1}
    assert ledger(store, MORNING.date()) == ledger(store)


def test_the_item_says_what_became_of_it(store, item):
    replayed(store, a_replay(item, an_event(message_id="m1")))

    told = store.quarantined_at(ACME, seq=item)
    assert (told.ending, told.ended_as, told.ended_at) == (Ending.REPAIRED, "m1", LATER)
    assert store.quarantined(ACME, limit=5, ending=Ending.WAITING) == []
    assert store.quarantine_groups(ACME) == []


def test_replayed_twice_it_is_stored_once(store, item):
    first = a_replay(item, an_event(message_id="m1"))
    again = a_replay(item, an_event(message_id="m2"))

    replayed(store, first, again)
    receipt = replayed(store, again)

    assert receipt.repaired == 0
    assert [event.message_id for event in store.last_events(ACME, limit=5)] == ["m1"]
    assert ledger(store) == {Outcome.RECEIVED: 1, Outcome.REPAIRED: 1}


def test_a_message_that_is_stored_already_ends_the_item_without_another_event(store, item):
    store.add(a_submission(an_event(message_id="m1")))

    replayed(store, a_replay(item, an_event(message_id="m1")))

    assert store.count(ACME) == 1
    assert store.quarantined_at(ACME, seq=item).ending is Ending.DEDUPLICATED
    assert ledger(store) == {
        Outcome.RECEIVED: 2,
        Outcome.STORED: 1,
        Outcome.DEDUPLICATED: 1,
    }


def test_who_must_not_be_tracked_is_suppressed(store, item):
    replayed(store, a_replay(item))

    assert store.count(ACME) == 0
    assert store.quarantined_at(ACME, seq=item).ending is Ending.SUPPRESSED
    assert ledger(store) == {Outcome.RECEIVED: 1, Outcome.SUPPRESSED: 1}


def test_a_replay_counts_as_usage_and_makes_news(store, item):
    replayed(store, a_replay(item, an_event("Exported", account_key="x", person_key="u9")))

    news = store.news(ACME, after=0, limit=10)
    span = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}
    assert [use.name for use in store.usage_by_name(ACME, **span)] == ["Exported"]
    assert [seen.person_key for seen in news.people] == ["u9"]


def test_an_item_of_another_workspace_is_not_ended(store, item):
    replayed(store, a_replay(item, an_event()), workspace=GLOBEX)

    assert store.quarantined_at(ACME, seq=item).ending is Ending.WAITING


def test_waiting_items_are_grouped_by_reason_and_name(store):
    refusals = [a_refusal(Reason.NO_ID, name=name) for name in ("A", "A", "B")]
    warning = a_refusal(Reason.TIME_REPLACED, name="A", severity=Severity.WARNING)
    store.add(a_submission(refusals=[*refusals, warning]))

    groups = [(one.reason, one.name, one.count) for one in store.quarantine_groups(ACME)]

    assert groups == [(Reason.NO_ID, "A", 2), (Reason.NO_ID, "B", 1)]


def test_requests_refused_as_a_whole_stand_beside_the_sum(store):
    store.add(a_submission(turned_away={"too_large": 2}))

    assert ledger(store) == {Outcome.TURNED_AWAY: 2}


def test_erasing_a_person_takes_their_items_with_what_became_of_them(store):
    by_item = a_refusal(item='{"userId": "u9"}')
    by_envelope = a_refusal(item="{}", envelope='{"context": {"traits": {"id": "u9"}}}')
    store.add(a_submission(refusals=[by_item, by_envelope, a_refusal(name="u9"), a_refusal()]))
    items = [one.seq for one in store.quarantined(ACME, limit=9)]
    replayed(store, *(a_replay(seq, an_event(person_key="u1")) for seq in items))

    store.erase_people(ACME, people=["u9"])

    (left,) = store.quarantined(ACME, limit=9)
    assert (left.item, left.ending) == ("", Ending.REPAIRED)
