"""Metrics are defined, checked, computed for every account and kept up with the events."""

from datetime import date, timedelta

import pytest

from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.actions.accounts import edit_account
from vereda.customers.actions.figures import note_money
from vereda.customers.contracts import AccountIn, FieldType, MoneyFigures
from vereda.customers.queries.accounts import account_with_id, accounts_by_external_id
from vereda.customers.testing import a_field
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.measuring import measure_all, measure_touched
from vereda.events.actions.metrics import (
    add_ready_metrics,
    archive_metric,
    change_metric,
    define_metric,
    remove_metric,
    restore_metric,
)
from vereda.events.actions.storing import erase_events_of, store_events
from vereda.events.contracts.facts import MetricsMeasured
from vereda.events.contracts.measuring import (
    Comparison,
    Measure,
    MetricDefinition,
    MetricInUse,
    MetricTaken,
    Per,
    PropertyFilter,
    Unit,
    WrongMetric,
)
from vereda.events.models.metrics import Metric, MetricValue
from vereda.events.queries.metrics import (
    metric_history,
    metric_values,
    metrics_in,
    metrics_of_account,
)
from vereda.events.rules.metrics import months_before, spans_on
from vereda.events.store.current import another_store, event_store
from vereda.events.testing import an_event
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()
USES = MetricDefinition(measure=Measure.COUNT, window=7)
PEOPLE = MetricDefinition(measure=Measure.PEOPLE, window=7)


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


def tell(acme, *events):
    store_events(acme.workspace, list(events), now=MORNING)
    while fold_workspace(acme.workspace, now=MORNING):
        pass


def used(account="a1", days=1, **said):
    at = MORNING - timedelta(days=days)
    return an_event(account_key=account, occurred_at=at, **said)


def id_called(acme, key):
    return accounts_by_external_id(acme.workspace, [key])[key]


def a_metric(acme, definition=USES, name="Uses", **said):
    return define_metric(acme.workspace, name=name, definition=definition, by=acme.member, **said)


def values_of(acme, slug="uses"):
    told = metric_values(acme.workspace, slugs=[slug])
    ids = accounts_by_external_id(acme.workspace, ["a1", "a2", "a3"])
    return {key: told[pk][slug] for key, pk in ids.items() if pk in told}


def test_every_account_gets_its_value_and_the_one_before(acme):
    tell(acme, used(), used(days=2), used(days=9), used("a2", days=20))
    a_metric(acme)

    changed = measure_all(acme.workspace, now=MORNING)

    assert changed == 2
    assert values_of(acme) == {"a1": 2.0, "a2": 0.0}
    account = account_with_id(acme.workspace, id_called(acme, "a1"))
    assert [(one.value, one.before) for one in metrics_of_account(account)] == [(2.0, 1.0)]


def test_computing_again_writes_nothing(acme):
    tell(acme, used())
    a_metric(acme)
    measure_all(acme.workspace, now=MORNING)

    assert measure_all(acme.workspace, now=MORNING) == 0


def test_only_accounts_with_news_are_computed_again(acme, monkeypatch):
    tell(acme, used(), used("a2"))
    a_metric(acme)
    measure_all(acme.workspace, now=MORNING)
    asked: list[list[str]] = []
    current = event_store()
    measure = current.measure

    def watched(*args, **said):
        asked.append(sorted(said["keys"]))
        return measure(*args, **said)

    monkeypatch.setattr(current, "measure", watched)
    tell(acme, used("a2"), used("a3"))

    changed = measure_touched(acme.workspace, now=MORNING)

    assert changed == 2
    assert asked == [["a2", "a3"]]
    assert values_of(acme) == {"a1": 1.0, "a2": 2.0, "a3": 1.0}
    assert measure_touched(acme.workspace, now=MORNING) == 0


def test_news_of_values_names_only_those_whose_values_are_others(acme, facts):
    tell(acme, used(), used("a2"))
    a_metric(acme)
    facts.clear()

    measure_all(acme.workspace, now=MORNING)
    assert announced(facts) == [({id_called(acme, "a1"), id_called(acme, "a2")}, set(), False)]

    measure_all(acme.workspace, now=MORNING)
    assert announced(facts) == []

    tell(acme, used("a2"), an_event(account_key="a1", occurred_at=MORNING - timedelta(days=90)))
    measure_touched(acme.workspace, now=MORNING)
    assert announced(facts) == [({id_called(acme, "a2")}, set(), False)]


def test_news_of_values_comes_in_parts(acme, facts, monkeypatch):
    monkeypatch.setattr("vereda.events.actions.measuring.WRITTEN_TOGETHER", 2)
    tell(acme, used(), used("a2"), used("a3"))
    a_metric(acme)
    facts.clear()

    measure_all(acme.workspace, now=MORNING)

    assert sorted(len(accounts) for accounts, _people, _all in announced(facts)) == [1, 2]


def test_values_that_cannot_be_written_are_no_news(acme, facts, monkeypatch):
    tell(acme, used())
    a_metric(acme)
    facts.clear()
    monkeypatch.setattr("vereda.events.actions.measuring.announce", crash)

    with pytest.raises(ZeroDivisionError):
        measure_all(acme.workspace, now=MORNING)

    assert announced(facts) == []
    assert values_of(acme) == {}


def test_people_are_news_when_they_do_something_and_when_they_fall_silent(acme, facts):
    tell(acme, used(person_key="u1"))
    a_metric(acme, MetricDefinition(measure=Measure.COUNT, window=7, per=Per.PERSON))
    facts.clear()

    measure_all(acme.workspace, now=MORNING)
    [(accounts, people, _all)] = announced(facts)
    assert (len(accounts), len(people)) == (0, 1)

    measure_all(acme.workspace, now=MORNING + timedelta(days=30))
    assert announced(facts) == [(set(), people, False)]
    assert MetricValue.objects.of(acme.workspace).count() == 0


def test_a_metric_that_goes_is_news_about_everything_once(acme, facts):
    tell(acme, used())
    metric = a_metric(acme)
    measure_all(acme.workspace, now=MORNING)
    facts.clear()

    archive_metric(metric, by=acme.member, now=MORNING)
    remove_metric(metric, by=acme.member)

    assert announced(facts) == [(set(), set(), True)]


def crash(*_, **__):
    return 1 / 0


def announced(facts):
    """Whom the news of metrics names, since it was last asked."""
    told = [
        (set(fact.account_ids), set(fact.person_ids), fact.everything)
        for fact in facts.of(MetricsMeasured)
    ]
    facts.clear()
    return told


def test_windows_move_with_the_days(acme):
    tell(acme, used(days=1))
    a_metric(acme)
    measure_all(acme.workspace, now=MORNING)

    measure_all(acme.workspace, now=MORNING + timedelta(days=8))

    assert values_of(acme) == {"a1": 0.0}


def test_a_share_of_seats_and_a_ratio_to_arr_use_what_was_agreed(acme):
    tell(acme, used(person_key="u1"), used(person_key="u2"), used("a2"))
    a_metric(acme)
    a_metric(acme, MetricDefinition(measure=Measure.SEAT_SHARE, window=7), name="Share")
    ratio = MetricDefinition(measure=Measure.FIELD_RATIO, of="uses", over="arr", per_how_many=1000)
    a_metric(acme, ratio, name="Per ARR")
    figures = MoneyFigures(arr_minor=400_000, currency="EUR", renewal_on=None, plan="Pro", seats=8)
    note_money(acme.workspace, figures={id_called(acme, "a1"): figures})

    measure_all(acme.workspace, now=MORNING)

    assert values_of(acme, "share") == {"a1": 0.25, "a2": None}
    assert values_of(acme, "per-arr") == {"a1": 0.5, "a2": None}


def test_a_ratio_to_a_field_of_ones_own_follows_the_field(acme, facts):
    a_field(acme, label="Stores", type=FieldType.NUMBER)
    tell(acme, used(), used(), used("a2"))
    a_metric(acme)
    ratio = MetricDefinition(measure=Measure.FIELD_RATIO, of="uses", over="custom.stores")
    a_metric(acme, ratio, name="Per store")
    measure_all(acme.workspace, now=now())
    facts.deliver()
    assert values_of(acme, "per-store") == {"a1": None, "a2": None}

    first = account_with_id(acme.workspace, id_called(acme, "a1"))
    edit_account(first, by=acme.member, now=MORNING, custom={"stores": "4"})
    facts.deliver()
    assert values_of(acme, "per-store")["a1"] == values_of(acme)["a1"] / 4

    row = AccountIn(external_id="a2", custom={"stores": "2"})
    upsert_accounts(acme.workspace, [row], source="file", by=None, now=MORNING)
    facts.deliver()
    assert values_of(acme, "per-store")["a2"] == values_of(acme)["a2"] / 2


def test_an_edit_of_another_field_measures_nothing(acme, facts, monkeypatch):
    tell(acme, used())
    ratio = MetricDefinition(measure=Measure.FIELD_RATIO, of="uses", over="arr")
    a_metric(acme)
    a_metric(acme, ratio, name="Per ARR")
    facts.deliver()
    monkeypatch.setattr(event_store(), "measure", crash)

    account = account_with_id(acme.workspace, id_called(acme, "a1"))
    edit_account(account, by=acme.member, now=MORNING, industry="Textiles")
    facts.deliver()

    assert metric_values(acme.workspace) == {}


def test_a_ratio_of_two_metrics_is_unknown_over_nothing(acme):
    tell(acme, used(), used(), used("a2", days=20))
    a_metric(acme)
    a_metric(acme, PEOPLE, name="People")
    each = MetricDefinition(measure=Measure.METRIC_RATIO, of="uses", over="people")
    a_metric(acme, each, name="Each")

    measure_all(acme.workspace, now=MORNING, slugs=["each"])

    assert values_of(acme, "each") == {"a1": 2.0, "a2": None}


def test_people_have_values_of_their_own_until_they_are_erased(acme):
    tell(acme, used(person_key="u1"), used(person_key="u2"), used(person_key="u2"))
    metric = a_metric(acme, MetricDefinition(measure=Measure.COUNT, window=7, per=Per.PERSON))

    measure_all(acme.workspace, now=MORNING)

    rows = MetricValue.objects.of(acme.workspace).filter(metric=metric).order_by("value")
    assert [row.value for row in rows] == [1.0, 2.0]
    assert rows[1].person is not None
    erase_events_of(rows[1].person)
    assert [row.value for row in rows.all()] == [1.0]


def test_thirteen_weeks_of_history_end_today(acme):
    tell(acme, used(days=1), used(days=8), used(days=9))
    a_metric(acme)
    account_id = id_called(acme, "a1")

    told = metric_history(acme.workspace, slugs=["uses"], account_ids=[account_id], on=TODAY)

    weeks = told[account_id]["uses"]
    assert len(weeks) == 13
    assert [value for _, value in weeks[-3:]] == [0.0, 2.0, 1.0]
    assert weeks[-1][0] == TODAY


def test_fifteen_metrics_are_there_with_one_call_and_once(acme):
    assert add_ready_metrics(acme.workspace, by=acme.member) == 15
    assert add_ready_metrics(acme.workspace, by=acme.member) == 0
    assert metrics_in(acme.workspace).count() == 15


@pytest.mark.parametrize(
    "definition",
    [
        MetricDefinition(measure=Measure.COUNT, window=0),
        MetricDefinition(measure=Measure.COUNT, window=14, unit=Unit.MONTHS),
        MetricDefinition(measure=Measure.PEOPLE, per=Per.PERSON),
        MetricDefinition(measure=Measure.SUM),
        MetricDefinition(measure=Measure.DURATION, events=("Started",)),
        MetricDefinition(measure=Measure.DURATION, ends_with=("Ended",)),
        MetricDefinition(measure=Measure.BREADTH, features=("nowhere",)),
        MetricDefinition(measure=Measure.METRIC_RATIO, of="uses"),
        MetricDefinition(measure=Measure.METRIC_RATIO, of="uses", over="nothing"),
        MetricDefinition(measure=Measure.METRIC_RATIO, of="uses", over="each"),
        MetricDefinition(measure=Measure.METRIC_RATIO, of="uses", over="of-a-person"),
        MetricDefinition(measure=Measure.FIELD_RATIO, of="uses", over="custom.nothing"),
        MetricDefinition(measure=Measure.FIELD_RATIO, of="uses", over="arr", per_how_many=0),
        MetricDefinition(
            measure=Measure.COUNT,
            filters=(PropertyFilter(property="x", comparison=Comparison.GREATER, value="many"),),
        ),
        MetricDefinition(
            measure=Measure.COUNT,
            filters=(PropertyFilter(property="", comparison=Comparison.IS_SET),),
        ),
        MetricDefinition(measure=Measure.COUNT, events=("x" * 201,)),
    ],
    ids=str,
)
def test_what_makes_no_metric_is_refused_with_a_sentence(acme, definition):
    a_metric(acme)
    a_metric(acme, PEOPLE, name="People")
    each = MetricDefinition(measure=Measure.METRIC_RATIO, of="uses", over="people")
    a_metric(acme, each, name="Each")
    personal = MetricDefinition(measure=Measure.COUNT, per=Per.PERSON)
    a_metric(acme, personal, name="Of a person")

    with pytest.raises(WrongMetric) as refused:
        a_metric(acme, definition, name="Wrong")

    assert str(refused.value)
    assert not Metric.objects.of(acme.workspace).filter(name="Wrong").exists()


def test_a_short_name_is_given_once(acme, globex):
    a_metric(acme)

    with pytest.raises(MetricTaken):
        a_metric(acme)
    assert a_metric(globex).slug == "uses"


def test_what_others_are_made_of_is_neither_removed_nor_made_a_ratio(acme):
    metric = a_metric(acme)
    a_metric(acme, PEOPLE, name="People")
    each = MetricDefinition(measure=Measure.METRIC_RATIO, of="uses", over="people")
    a_metric(acme, each, name="Each")

    with pytest.raises(MetricInUse):
        remove_metric(metric, by=acme.member)
    ratio = MetricDefinition(measure=Measure.FIELD_RATIO, of="people", over="arr")
    with pytest.raises(MetricInUse):
        change_metric(metric, name="Uses", definition=ratio, description="", by=acme.member)

    assert metrics_in(acme.workspace).count() == 3


def test_an_archived_metric_has_no_values_until_it_is_taken_out_again(acme):
    tell(acme, used())
    metric = a_metric(acme)
    measure_all(acme.workspace, now=MORNING)

    archive_metric(metric, by=acme.member, now=MORNING)
    assert values_of(acme) == {}

    restore_metric(metric, by=acme.member)
    measure_all(acme.workspace, now=MORNING)
    assert values_of(acme) == {"a1": 1.0}


def test_another_workspace_is_never_measured(acme, globex):
    tell(acme, used())
    a_metric(globex)

    measure_all(globex.workspace, now=MORNING)

    assert metric_values(globex.workspace) == {}


def test_months_end_on_the_same_day_or_the_last():
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)
    definition = MetricDefinition(measure=Measure.COUNT, window=1, unit=Unit.MONTHS)
    assert spans_on(definition, date(2026, 3, 14)) == (
        date(2026, 1, 15),
        date(2026, 2, 15),
        date(2026, 3, 15),
    )
