"""The contract of the event store: what every engine must answer."""

from datetime import date, timedelta

import pytest

from vereda.events.contracts.arriving import Kind, Outcome, Reason, Severity
from vereda.events.store.duckdb import DuckStore, tallies_of_copy
from vereda.events.testing import ACME, GLOBEX, a_refusal, a_submission, an_event
from vereda.foundation.testing import MORNING

DAY = MORNING.date()
SPAN = {"since": DAY - timedelta(days=30), "until": DAY + timedelta(days=1)}


def ended(store, workspace=ACME):
    """Outcome (and reason) to count, over all days."""
    found = store.arrivals(workspace, since=date(2000, 1, 1), until=date(2100, 1, 1))
    return {(one.outcome.value, one.reason): one.count for one in found}


def uses(store, workspace=ACME, **narrowed):
    return sum(one.count for one in store.usage_per_day(workspace, **SPAN, **narrowed))


def test_a_stored_event_is_counted(store):
    receipt = store.add(a_submission(an_event(), an_event("Signed in")))

    assert receipt.stored == 2
    assert store.count(ACME) == 2
    assert store.count(ACME, name="Signed in") == 1


def test_another_workspace_sees_nothing(store):
    store.add(a_submission(an_event(account_key="acme"), refusals=[a_refusal()]))

    assert store.count(GLOBEX) == 0
    assert store.last_events(GLOBEX, limit=10) == []
    assert store.event_at(GLOBEX, seq=1) is None
    assert store.usage_per_day(GLOBEX, **SPAN) == []
    assert store.usage_by_account(GLOBEX, **SPAN) == []
    assert store.event_names(GLOBEX) == []
    assert store.arrivals(GLOBEX, **SPAN) == []
    assert store.quarantined(GLOBEX, limit=10) == []
    assert store.news(GLOBEX, after=0, limit=10).through == 0


def test_a_message_sent_again_is_stored_once(store):
    event = an_event()
    store.add(a_submission(event))

    receipt = store.add(a_submission(event, event))

    assert (receipt.stored, receipt.deduplicated) == (0, 2)
    assert store.count(ACME) == 1
    assert uses(store) == 1


def test_a_message_repeated_within_one_request_is_stored_once(store):
    event = an_event()

    receipt = store.add(a_submission(event, event))

    assert (receipt.stored, receipt.deduplicated) == (1, 1)


def test_the_same_message_id_in_two_workspaces_is_two_messages(store):
    event = an_event()
    store.add(a_submission(event))

    receipt = store.add(a_submission(event, workspace=GLOBEX))

    assert receipt.stored == 1


def test_a_message_id_used_for_something_else_keeps_the_first_and_warns(store):
    store.add(a_submission(an_event("First", message_id="same")))

    store.add(a_submission(an_event("Second", message_id="same")))

    (kept,) = store.last_events(ACME, limit=10)
    (warning,) = store.quarantined(ACME, limit=10)
    assert kept.name == "First"
    assert warning.reason is Reason.CONFLICTING_DUPLICATE
    assert warning.severity is Severity.WARNING


def test_a_message_is_recognised_after_a_restart(tmp_path):
    path = tmp_path / "events.duckdb"
    event = an_event()
    first = DuckStore(path)
    first.add(a_submission(event))
    first.close()
    second = DuckStore(path)

    receipt = second.add(a_submission(event, an_event()))

    assert (receipt.stored, receipt.deduplicated) == (1, 1)
    assert [one.seq for one in second.last_events(ACME, limit=10)] == [2, 1]
    second.close()


def test_what_is_received_is_stored_or_accounted_for(store):
    event = an_event()
    refusals = [a_refusal(Reason.ILLEGAL_ID), a_refusal(), a_refusal()]
    store.add(a_submission(event, event, refusals=refusals, suppressed=4, limited=5))

    assert ended(store) == {
        (Outcome.RECEIVED, ""): 14,
        (Outcome.STORED, ""): 1,
        (Outcome.DEDUPLICATED, ""): 1,
        (Outcome.QUARANTINED, "illegal_id"): 1,
        (Outcome.QUARANTINED, "no_id"): 2,
        (Outcome.SUPPRESSED, ""): 4,
        (Outcome.LIMITED, ""): 5,
    }


def test_a_warning_is_counted_beside_the_sum(store):
    warned = a_refusal(Reason.TIME_REPLACED, severity=Severity.WARNING)
    store.add(a_submission(an_event(), refusals=[warned]))

    assert ended(store)[Outcome.RECEIVED, ""] == 1
    assert ended(store)[Outcome.WARNED, "time_replaced"] == 1


def test_an_event_belongs_to_the_account_it_names(store):
    store.add(a_submission(an_event(account_key="acme-inc")))

    (usage,) = store.usage_by_account(ACME, **SPAN)
    assert (usage.account_key, usage.count, usage.people) == ("acme-inc", 1, 1)


def test_an_event_without_an_account_belongs_to_the_one_its_person_was_last_seen_in(store):
    store.add(a_submission(an_event(kind=Kind.GROUP, name="group", account_key="acme-inc")))

    store.add(a_submission(an_event("Exported")))

    assert store.last_events(ACME, limit=1)[0].account_key == "acme-inc"


def test_an_older_event_does_not_move_a_person_back(store):
    store.add(a_submission(an_event(account_key="new", occurred_at=MORNING)))
    store.add(a_submission(an_event(account_key="old", occurred_at=MORNING - timedelta(days=9))))

    store.add(a_submission(an_event("Exported")))

    assert store.last_events(ACME, limit=1)[0].account_key == "new"


def test_what_was_done_anonymously_belongs_to_the_person_once_known(store):
    store.add(a_submission(an_event("Visited", anonymous_id="a1")))
    member = an_event(kind=Kind.GROUP, name="group", account_key="acme-inc")

    store.add(a_submission(member, identify("u1", "a1")))

    (usage,) = store.usage_by_person(ACME, **SPAN)
    assert (usage.person_key, usage.anonymous_id, usage.count) == ("u1", "", 1)
    assert uses(store, accounts=["acme-inc"]) == 1
    visited = store.last_events(ACME, limit=10, people=["u1"])[-1]
    assert (visited.name, visited.person_key, visited.account_key) == ("Visited", "u1", "acme-inc")


def identify(person, anonymous, **said):
    return an_event(
        "identify", kind=Kind.IDENTIFY, person_key=person, anonymous_id=anonymous, **said
    )


def test_what_is_done_anonymously_afterwards_belongs_to_the_person_at_once(store):
    store.add(a_submission(identify("u1", "a1")))

    store.add(a_submission(an_event("Visited", anonymous_id="a1")))

    assert store.last_events(ACME, limit=1)[0].person_key == "u1"


def test_a_shared_browser_gives_what_follows_to_who_came_last(store):
    store.add(a_submission(an_event("Before", anonymous_id="a1"), identify("u1", "a1")))
    store.add(a_submission(identify("u2", "a1")))

    store.add(a_submission(an_event("After", anonymous_id="a1")))

    owners = {one.name: one.person_key for one in store.last_events(ACME, limit=10)}
    assert (owners["Before"], owners["After"]) == ("u1", "u2")


def alias(previous, person):
    return an_event("alias", kind=Kind.ALIAS, person_key=person, previous_id=previous)


def test_an_alias_of_an_anonymous_id_links_it(store):
    store.add(a_submission(an_event("Visited", anonymous_id="a1")))

    store.add(a_submission(alias("a1", "u1")))

    assert store.last_events(ACME, limit=10, people=["u1"])[-1].name == "Visited"


def test_an_alias_of_two_known_people_is_refused_with_a_warning(store):
    store.add(a_submission(an_event(person_key="u1"), an_event(person_key="u2")))

    store.add(a_submission(alias("u1", "u2")))

    (warning,) = store.quarantined(ACME, limit=10)
    assert warning.reason is Reason.MERGE_REFUSED
    assert len(store.usage_by_person(ACME, **SPAN)) == 2


def test_a_circle_of_aliases_ends(store):
    store.add(a_submission(alias("a", "b"), alias("b", "c"), alias("c", "a"), alias("a", "a")))

    reasons = [one.reason for one in store.quarantined(ACME, limit=10)]
    assert reasons == [Reason.MERGE_REFUSED, Reason.MERGE_REFUSED]
    assert store.count(ACME) == 4


def test_a_person_has_at_most_fifty_anonymous_ids(store):
    store.add(a_submission(*(identify("u1", f"a{number}") for number in range(51))))

    assert len(store.anonymous_ids(ACME, people=["u1"])) == 50
    assert store.quarantined(ACME, limit=10)[0].reason is Reason.TOO_MANY_ALIASES


def test_usage_counts_days_names_and_people(store):
    store.add(
        a_submission(
            an_event("A", person_key="u1", account_key="x"),
            an_event("B", person_key="u2", account_key="x", count=5),
            an_event(
                "A", person_key="u2", account_key="x", occurred_at=MORNING - timedelta(days=2)
            ),
        )
    )

    per_day = store.usage_per_day(ACME, **SPAN)
    by_name = store.usage_by_name(ACME, **SPAN)
    (by_account,) = store.usage_by_account(ACME, **SPAN)
    assert [(one.day, one.count, one.people) for one in per_day] == [
        (DAY - timedelta(days=2), 1, 1),
        (DAY, 6, 2),
    ]
    assert [(one.name, one.count, one.people, one.days) for one in by_name] == [
        ("B", 5, 1, 1),
        ("A", 2, 2, 2),
    ]
    assert (by_account.count, by_account.people, by_account.names, by_account.days) == (7, 2, 2, 2)


def test_identify_and_group_are_not_usage(store):
    store.add(
        a_submission(identify("u1", ""), an_event("group", kind=Kind.GROUP, account_key="acme-inc"))
    )

    assert uses(store) == 0
    assert store.event_names(ACME) == []
    assert store.count(ACME) == 2


def test_a_question_takes_the_keys_of_merged_accounts_together(store):
    store.add(a_submission(an_event(account_key="one"), an_event(account_key="two")))

    assert uses(store, accounts=["one", "two"]) == 2
    assert uses(store, accounts=["one"]) == 1
    assert uses(store, accounts=[]) == 0


def test_an_accounts_pulse_has_eight_weeks_the_oldest_first(store):
    ages = (0, 6, 7, 55, 56)
    store.add(
        a_submission(
            *(
                an_event(
                    account_key="x",
                    person_key=f"u{age}",
                    occurred_at=MORNING - timedelta(days=age),
                )
                for age in ages
            )
        )
    )

    (pulse,) = store.activity_by_account(ACME, on=DAY)

    assert pulse.weeks == (1, 0, 0, 0, 0, 0, 1, 2)
    assert pulse.people_28d == 3
    assert pulse.last_at == MORNING


def test_the_last_events_come_page_by_page(store):
    store.add(a_submission(*(an_event(f"E{number}") for number in range(5))))

    first = store.last_events(ACME, limit=2)
    second = store.last_events(ACME, limit=2, before=first[-1].seq)

    assert [one.name for one in first + second] == ["E4", "E3", "E2", "E1"]


def test_news_tells_each_thing_once_and_in_order(store):
    store.add(
        a_submission(
            an_event(account_key="x"),
            an_event(
                "identify", kind=Kind.IDENTIFY, traits='{"email":"a@b.example"}', person_key="u2"
            ),
        )
    )

    first = store.news(ACME, after=0, limit=1)
    rest = store.news(ACME, after=first.through, limit=10)

    assert [one.account_key for one in first.accounts] == ["x"]
    assert [(one.person_key, one.account_key) for one in first.people] == [("u1", "x")]
    assert first.touched == ["x"]
    assert [one.person_key for one in rest.traits] == ["u2"]
    assert (rest.accounts, rest.touched) == ([], [])
    assert store.heads() == {ACME: rest.through}


def test_what_came_from_a_source_can_be_taken_back(store):
    store.add(a_submission(an_event(source="import:1"), an_event(source="key:wk")))

    removed = store.remove_source(ACME, source="import:1")

    assert removed == 1
    assert store.count(ACME) == 1
    assert uses(store) == 1


def test_what_was_taken_back_can_be_brought_again(store):
    event = an_event(source="import:1")
    store.add(a_submission(event))
    store.remove_source(ACME, source="import:1")

    assert store.add(a_submission(event)).stored == 1


def test_an_erased_person_leaves_no_trace(store):
    store.add(a_submission(an_event(anonymous_id="a1"), identify("u1", "a1")))
    store.add(a_submission(an_event(person_key="u2"), refusals=[a_refusal(item='{"userId":"u1"}')]))

    store.erase_people(ACME, people=["u1"])

    assert [one.person_key for one in store.last_events(ACME, limit=10)] == ["u2"]
    assert store.anonymous_ids(ACME, people=["u1"]) == []
    assert store.quarantined(ACME, limit=10) == []
    assert uses(store) == 1


def test_a_forgotten_workspace_leaves_the_others_alone(store):
    store.add(a_submission(an_event(), an_event()))
    store.add(a_submission(an_event(), workspace=GLOBEX))

    assert store.forget_workspace(ACME) == 2
    assert store.count(ACME) == 0
    assert ended(store) == {}
    assert store.count(GLOBEX) == 1


def test_settling_the_roll_up_changes_no_answer(store):
    for day in range(3):
        at = MORNING - timedelta(days=day)
        store.add(a_submission(*(an_event(account_key="x", occurred_at=at) for _ in range(4))))
    before = store.usage_per_day(ACME, **SPAN), ended(store)

    store.settle()

    assert (store.usage_per_day(ACME, **SPAN), ended(store)) == before


def test_a_large_submission_is_stored_whole(store):
    events = [an_event(f"E{number % 7}", person_key=f"u{number}") for number in range(20_000)]

    assert store.add(a_submission(*events)).stored == 20_000

    assert store.count(ACME) == 20_000
    assert uses(store) == 20_000


def test_a_backup_holds_the_same_and_refuses_to_overwrite(tmp_path):
    store = DuckStore(tmp_path / "events.duckdb")
    store.add(a_submission(an_event(), an_event()))
    copy = tmp_path / "copy.duckdb"

    store.backup(copy)

    assert tallies_of_copy(copy) == store.tallies()
    with pytest.raises(FileExistsError):
        store.backup(copy)
    store.close()


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE events;--", "../../etc/passwd", "%00", "😀", "\u202eabc", "$workspace"]
)
def test_any_name_is_only_a_name(store, name):
    store.add(a_submission(an_event(name, account_key=name, person_key=name)))

    (event,) = store.last_events(ACME, limit=10, name=name, accounts=[name], people=[name])
    assert (event.name, event.account_key, event.person_key) == (name, name, name)
    assert store.count(ACME, name=name) == 1
