"""What an audience asks about use, against a slow, obvious reading of the same events."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from vereda.customers.queries.accounts import accounts_by_external_id, listed_accounts
from vereda.customers.queries.people import listed_people, people_by_external_id
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import define_metric
from vereda.events.actions.storing import store_events
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.events.criteria import EventsCriteria
from vereda.events.store.current import another_store
from vereda.events.testing import an_event
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

EXPORT, LOGIN = "Report exported", "Signed in"
HISTORY = {
    "a1": {EXPORT: [0, 1, 2, 29, 30], LOGIN: [5]},
    "a2": {EXPORT: [31, 32], LOGIN: [0]},
    "a3": {EXPORT: [29, 29]},
    "a4": {LOGIN: [100]},
    "a5": {EXPORT: [6], LOGIN: [7, 8]},
}
"""Days ago, by account and event."""


@pytest.fixture(autouse=True)
def told(store, acme):
    """The history, told to the store, and accounts and people that came of it."""
    with another_store(store):
        events = [
            an_event(
                name,
                account_key=account,
                person_key=f"u{account[1:]}",
                occurred_at=MORNING - timedelta(days=days),
            )
            for account, history in HISTORY.items()
            for name, days_ago in history.items()
            for days in days_ago
        ]
        store_events(acme.workspace, events, now=MORNING)
        while fold_workspace(acme.workspace, now=MORNING):
            pass
        yield


def asked(acme, name, comparison, value, *, about=About.ACCOUNTS, among=None, **parameters):
    """A criterion with what it is asked."""
    offered = EventsCriteria().criteria(acme.workspace, about=about)
    criterion = next(each for each in offered if each.name == name)
    told = {each.name: each.default for each in criterion.parameters} | parameters
    read = {key: Decimal(text) if text.isdigit() else text for key, text in told.items()}
    return criterion, AskedCriterion(
        workspace=acme.workspace,
        about=about,
        comparison=comparison,
        value=Decimal(value),
        parameters=read,
        today=MORNING.date(),
        now=MORNING,
        among=among,
    )


def matching(acme, name, comparison, value, *, about=About.ACCOUNTS, among=None, **parameters):
    """Whom the database finds, by their key in the product ("1" for a1 or u1)."""
    criterion, question = asked(
        acme, name, comparison, value, about=about, among=among, **parameters
    )
    of_accounts = about is About.ACCOUNTS
    rows = listed_accounts(acme.workspace) if of_accounts else listed_people(acme.workspace)
    found = set(rows.filter(criterion.matching(question)).values_list("pk", flat=True))
    return {key[1:] for key, pk in ids_of(acme, about).items() if pk in found}


def ids_of(acme, about):
    """Every account (or person) of the history, by its key in the product."""
    if about is About.ACCOUNTS:
        return accounts_by_external_id(acme.workspace, list(HISTORY))
    return people_by_external_id(acme.workspace, [f"u{key[1:]}" for key in HISTORY])


def count_within(history, event, days):
    """How often it was done in the last so many days, today included."""
    return sum(Counter(history.get(event, []))[ago] for ago in range(days))


BOTH = pytest.mark.parametrize("about", list(About))


@BOTH
@pytest.mark.parametrize("number", [0, 1, 2, 4, 5])
@pytest.mark.parametrize("days", [1, 7, 30, 31])
def test_so_many_times_in_so_many_days(acme, about, number, days):
    counts = {key[1:]: count_within(told, EXPORT, days) for key, told in HISTORY.items()}
    said = {"about": about, "event": EXPORT, "days": str(days)}

    least = matching(acme, "events.did", Comparison.AT_LEAST, number, **said)
    most = matching(acme, "events.did", Comparison.AT_MOST, number, **said)

    assert least == {key for key, count in counts.items() if count >= number}
    assert most == {key for key, count in counts.items() if count <= number}


@BOTH
@pytest.mark.parametrize("days", [0, 1, 6, 7, 29, 30, 31, 99])
def test_so_many_days_since_the_last_time(acme, about, days):
    last = {key[1:]: min(told.get(EXPORT, [9_999])) for key, told in HISTORY.items()}
    said = {"about": about, "event": EXPORT}

    long_ago = matching(acme, "events.idle", Comparison.AT_LEAST, days, **said)
    lately = matching(acme, "events.idle", Comparison.AT_MOST, days, **said)

    assert long_ago == {key for key, ago in last.items() if ago >= days}
    assert lately == {key for key, ago in last.items() if ago <= days}


@BOTH
@pytest.mark.parametrize("days", [1, 6, 7, 28, 29, 30, 31, 32])
def test_so_many_days_since_the_first_time(acme, about, days):
    first = {key[1:]: max(told.get(EXPORT, [-1])) for key, told in HISTORY.items()}
    said = {"about": about, "event": EXPORT}

    lately = matching(acme, "events.first", Comparison.AT_MOST, days, **said)
    long_ago = matching(acme, "events.first", Comparison.AT_LEAST, days, **said)

    assert lately == {key for key, ago in first.items() if 0 <= ago <= days}
    assert long_ago == {key for key, ago in first.items() if ago >= days}


@BOTH
def test_few_are_asked_about_alone(acme, about):
    few = [pk for key, pk in ids_of(acme, about).items() if key[1:] in {"1", "2"}]
    said = {"about": about, "event": EXPORT, "among": few}

    found = matching(acme, "events.did", Comparison.AT_LEAST, 1, **said)

    assert found == {"1"}


@BOTH
def test_what_was_done_is_told_of_whoever_it_is(acme, about):
    ids = ids_of(acme, about)
    names = {pk: key[1:] for key, pk in ids.items()}
    did, did_asked = asked(acme, "events.did", Comparison.AT_LEAST, 9, about=about, event=EXPORT)
    idle, idle_asked = asked(acme, "events.idle", Comparison.AT_LEAST, 9, about=about, event=EXPORT)

    counts = {names[pk]: text for pk, text in did.told(did_asked, list(names)).items()}
    since = {names[pk]: text for pk, text in idle.told(idle_asked, list(names)).items()}

    assert counts["1"] == "Did “Report exported” 4 times in 30 days"
    assert counts["4"] == "Did “Report exported” 0 times in 30 days"
    assert since["5"] == "Last did “Report exported” 6 days ago"
    assert since["4"] == "Did not do “Report exported” in 400 days"


def test_days_out_of_reach_are_refused(acme):
    with pytest.raises(Refused, match="whole number"):
        matching(acme, "events.idle", Comparison.AT_LEAST, 4_000, event=EXPORT)


def test_metrics_are_compared_and_their_fall_is_found(acme):
    definition = MetricDefinition(measure=Measure.COUNT, window=30, events=(EXPORT,))
    define_metric(acme.workspace, name="Exports", definition=definition, by=acme.owner)
    measure_all(acme.workspace, now=MORNING)
    name, fell = "events.metric.exports", "events.fell.exports"

    assert matching(acme, name, Comparison.AT_LEAST, 2) == {"1", "3"}
    assert matching(acme, name, Comparison.AT_MOST, 1) == {"2", "4", "5"}
    assert matching(acme, fell, Comparison.AT_LEAST, 100) == {"2"}
    criterion, question = asked(acme, fell, Comparison.AT_LEAST, 100)
    two = ids_of(acme, About.ACCOUNTS)["a2"]
    assert criterion.told(question, [two]) == {two: "Exports: 0, before that 2 (-100%)"}
