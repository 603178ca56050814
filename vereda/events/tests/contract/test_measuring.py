"""Measuring: each measure against an obvious computation, over the roll-up and over the events."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from vereda.events.contracts.arriving import Kind
from vereda.events.contracts.exploring import MeasuredTrend, Population
from vereda.events.contracts.measuring import (
    Comparison,
    Measure,
    Measurement,
    Per,
    PropertyFilter,
)
from vereda.events.testing import ACME, GLOBEX, a_submission, an_event

TODAY = date(2026, 3, 31)
SINCE, BEFORE, UNTIL = date(2026, 3, 4), date(2026, 2, 4), date(2026, 4, 1)


def on(day: int, hour: float = 12.0, month: int = 3) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour)


def used(name="Opened", at=None, **said):
    return an_event(name, account_key=said.pop("account_key", "a1"), occurred_at=at, **said)


def asked(measure, **said):
    spans = {"before": BEFORE, "since": SINCE, "until": UNTIL}
    return Measurement(measure=measure, **{**spans, **said})


@pytest.fixture
def told(store):
    def tell(*events, workspace=ACME):
        store.add(a_submission(*events, workspace=workspace))

    return tell


@pytest.fixture(params=[True, False], ids=["from the roll-up", "from the events"])
def measured(store, request):
    """The answers to several questions, by key: [(now, before), …]."""

    def measure(*questions, **said):
        answers = store.measure(ACME, questions=questions, rolled_up=request.param, **said)
        return {each.key: list(zip(each.values, each.before, strict=True)) for each in answers}

    return measure


def test_uses_people_and_days_are_counted_in_both_spans(told, measured):
    told(
        used(at=on(5), person_key="u1"),
        used(at=on(5, 13), person_key="u2", count=3),
        used(at=on(9), person_key="u1"),
        used(at=on(20, month=2), person_key="u3"),
        used(at=on(1, month=2), person_key="u4"),
        used(at=on(5), person_key="u9", account_key="a2"),
    )

    answers = measured(asked(Measure.COUNT), asked(Measure.PEOPLE), asked(Measure.ACTIVE_DAYS))

    assert answers == {
        "a1": [(5.0, 1.0), (2.0, 1.0), (2.0, 1.0)],
        "a2": [(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)],
    }


def test_only_the_named_events_count(told, measured):
    told(
        used("Opened", at=on(5)),
        used("Exported", at=on(6)),
        used("Closed", at=on(7)),
        used("Opened", at=on(8), account_key="a2"),
    )

    answers = measured(
        asked(Measure.COUNT, names=("Opened", "Exported")), asked(Measure.COUNT, names=("Closed",))
    )

    assert answers["a1"] == [(2.0, 0.0), (1.0, 0.0)]
    assert answers["a2"] == [(1.0, 0.0), (0.0, 0.0)]


def test_time_since_counts_days_and_ends_with_the_window(told, measured):
    told(used(at=on(30)), used(at=on(1, month=3)), used(at=on(10), account_key="a2", name="Other"))

    answers = measured(asked(Measure.TIME_SINCE, names=("Opened",)), asked(Measure.COUNT))

    assert answers["a1"][0] == (1.0, 2.0)
    assert answers["a2"][0] == (28.0, 28.0)


def test_breadth_counts_the_groups_that_were_touched(told, measured):
    told(
        used("A1", at=on(5)),
        used("A2", at=on(6)),
        used("B", at=on(7)),
        used("C", at=on(10, month=2)),
        used("Elsewhere", at=on(7)),
    )

    answers = measured(asked(Measure.BREADTH, groups=(("A1", "A2"), ("B",), ("C",))))

    assert answers["a1"] == [(2.0, 1.0)]


def test_a_hundred_groups_need_more_than_one_number(told, measured):
    told(*(used(f"Feature {number}", at=on(5)) for number in range(0, 100, 2)))

    groups = tuple((f"Feature {number}",) for number in range(100))

    assert measured(asked(Measure.BREADTH, groups=groups))["a1"] == [(50.0, 0.0)]


def test_the_gap_is_the_median_between_days_of_use(told, measured):
    told(*(used(at=on(day)) for day in (5, 6, 9, 19)), used(at=on(6), account_key="a2"))

    answers = measured(asked(Measure.GAP))

    assert answers == {"a1": [(3.0, None)], "a2": [(None, None)]}


def test_a_window_longer_than_a_number_of_bits_counts_every_day(told, measured):
    start = date(2025, 12, 1)
    days = [start + timedelta(days=number) for number in range(0, 120, 3)]
    told(*(used(at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC)) for day in days))
    since = UNTIL - timedelta(days=100)

    answers = measured(
        asked(Measure.ACTIVE_DAYS, since=since, before=since - timedelta(days=100)),
        asked(Measure.GAP, since=since, before=since - timedelta(days=100)),
    )

    assert answers["a1"][0] == (
        float(sum(since <= day for day in days)),
        float(sum(day < since for day in days)),
    )
    assert answers["a1"][1] == (3.0, 3.0)


def test_who_was_anonymous_counts_as_the_person_they_turned_out_to_be(told, measured):
    told(used(at=on(5), account_key="", anonymous_id="x"))
    told(
        an_event(
            "identify",
            kind=Kind.IDENTIFY,
            anonymous_id="x",
            person_key="u1",
            account_key="a1",
            occurred_at=on(6),
        )
    )
    told(used(at=on(7), person_key="u1"), used(at=on(8), person_key="", anonymous_id="y"))

    answers = measured(asked(Measure.COUNT), asked(Measure.PEOPLE))

    assert answers["a1"] == [(3.0, 0.0), (2.0, 0.0)]


def test_an_account_with_two_keys_is_one(told, measured):
    told(
        used(at=on(5), person_key="u1"),
        used(at=on(5), person_key="u1", account_key="a2"),
        used(at=on(6), person_key="u2", account_key="a2"),
        used(at=on(6), account_key="a3"),
    )
    questions = asked(Measure.COUNT), asked(Measure.PEOPLE), asked(Measure.ACTIVE_DAYS)

    answers = measured(*questions, together=[("a1", "a2")])

    assert answers == {
        "a1": [(3.0, 0.0), (2.0, 0.0), (2.0, 0.0)],
        "a3": [(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)],
    }


def test_only_the_accounts_asked_about_are_answered(told, measured):
    told(used(at=on(5)), used(at=on(5), account_key="a2"))

    assert set(measured(asked(Measure.COUNT), keys=["a2"])) == {"a2"}


def test_people_are_measured_wherever_they_were(told, measured):
    told(
        used(at=on(5), person_key="u1"),
        used(at=on(7), person_key="u1", account_key="a2"),
        used(at=on(6), person_key="u2"),
    )

    answers = measured(asked(Measure.COUNT), asked(Measure.ACTIVE_DAYS), per=Per.PERSON)

    assert answers == {"u1": [(2.0, 0.0), (2.0, 0.0)], "u2": [(1.0, 0.0), (1.0, 0.0)]}


def test_another_workspace_is_never_counted(told, measured):
    told(used(at=on(5)), workspace=GLOBEX)

    assert measured(asked(Measure.COUNT)) == {}


def filtered(comparison, value="", property="plan"):
    return (PropertyFilter(property=property, comparison=comparison, value=value),)


@pytest.mark.parametrize(
    ("condition", "matching"),
    [
        (filtered(Comparison.EQUALS, "pro"), 1.0),
        (filtered(Comparison.EQUALS, "7", "seats"), 2.0),
        (filtered(Comparison.EQUALS, "true", "trial"), 1.0),
        (filtered(Comparison.NOT, "pro"), 4.0),
        (filtered(Comparison.CONTAINS, "rem"), 1.0),
        (filtered(Comparison.GREATER, "6.5", "seats"), 2.0),
        (filtered(Comparison.LESS, "6.5", "seats"), 1.0),
        (filtered(Comparison.IS_SET), 2.0),
        (filtered(Comparison.IS_SET, "", "a/b~c"), 1.0),
        ((*filtered(Comparison.EQUALS, "7", "seats"), *filtered(Comparison.IS_SET)), 1.0),
    ],
)
def test_a_condition_on_a_property_is_typed(told, measured, condition, matching):
    told(
        used(at=on(5), properties='{"plan":"pro","seats":7}'),
        used(at=on(6), properties='{"plan":"premium","seats":"many"}'),
        used(at=on(7), properties='{"seats":7.0,"trial":true,"plan":null}'),
        used(at=on(8), properties='{"seats":3,"a/b~c":{"x":1}}'),
        used(at=on(9)),
    )

    answers = measured(asked(Measure.COUNT, filters=condition))

    assert answers["a1"] == [(matching, 0.0)]


def test_a_property_is_added_up_averaged_and_ranked(told, measured):
    told(
        used("Paid", at=on(5), properties='{"amount":10}'),
        used("Paid", at=on(6), properties='{"amount":2.5}'),
        used("Paid", at=on(7), properties='{"amount":"much"}'),
        used("Paid", at=on(20, month=2), properties='{"amount":-4}'),
        used("Opened", at=on(7), properties='{"amount":1000}'),
        used("Opened", at=on(7), account_key="a2"),
    )
    measures = (Measure.SUM, Measure.AVERAGE, Measure.MINIMUM, Measure.MAXIMUM)

    answers = measured(
        *(asked(each, names=("Paid",), of_property="amount") for each in measures),
        asked(Measure.COUNT, names=("Opened",)),
    )

    assert answers["a1"] == [(12.5, -4.0), (6.25, -4.0), (2.5, -4.0), (10.0, -4.0), (1.0, 0.0)]
    assert answers["a2"] == [(0.0, 0.0), (None, None), (None, None), (None, None), (1.0, 0.0)]


def test_a_duration_is_the_median_from_a_start_to_the_next_end(told, measured):
    told(
        used("Started", at=on(5, 8)),
        used("Finished", at=on(5, 10)),
        used("Finished", at=on(5, 11)),
        used("Started", at=on(6, 8)),
        used("Started", at=on(6, 9)),
        used("Other", at=on(6, 10)),
        used("Finished", at=on(6, 13)),
        used("Started", at=on(7, 8), person_key="u2"),
        used("Finished", at=on(7, 9), person_key="u3"),
        used("Started", at=on(10, 8, 2)),
        used("Finished", at=on(10, 9, 2)),
    )

    question = asked(Measure.DURATION, names=("Started",), ends=("Finished",))

    assert measured(question) == {"a1": [(3.0, 1.0)]}
    assert measured(question, together=[("a1", "other")]) == {"a1": [(3.0, 1.0)]}
    assert measured(question, keys=["a9"]) == {}


def test_the_events_behind_a_number_are_shown_latest_first(store, told):
    told(
        used("Paid", at=on(5), properties='{"amount":10}'),
        used("Paid", at=on(7), properties='{"amount":1}'),
        used("Paid", at=on(6), properties='{"amount":11}'),
        used("Paid", at=on(6), properties='{"amount":12}', account_key="a2"),
        used("Opened", at=on(6), properties='{"amount":13}'),
        used("Paid", at=on(6, month=2), properties='{"amount":14}'),
    )
    over_five = filtered(Comparison.GREATER, "5", "amount")

    events = store.events_behind(
        ACME,
        question=asked(Measure.COUNT, names=("Paid",), filters=over_five),
        keys=["a1"],
        limit=10,
    )

    assert [event.properties for event in events] == ['{"amount":11}', '{"amount":10}']


def test_moments_asked_by_explore_say_what_each_says_alone(told, store):
    told(
        used(at=on(5), person_key="u1", properties='{"rows": 4}'),
        used("Done", at=on(5, 15), person_key="u1"),
        used(at=on(9), person_key="u2", account_key="a2", properties='{"rows": 8}'),
        used(at=on(9), person_key="u1", account_key="a1-old"),
    )
    moments = tuple(
        tuple(
            asked(measure, until=on_day, **said)
            for measure, said in (
                (Measure.PEOPLE, {}),
                (Measure.SUM, {"of_property": "rows"}),
                (Measure.DURATION, {"names": ("Opened",), "ends": ("Done",)}),
            )
        )
        for on_day in (date(2026, 3, 6), UNTIL)
    )
    keys: dict[str, Any] = {"keys": ("a1", "a1-old"), "together": (("a1", "a1-old"),)}
    trend = MeasuredTrend(moments=moments, **keys)

    found = store.explore(ACME, asked=trend, population=Population(), token="t", seconds=60)

    assert found.unanswered is None
    assert found.measured == [store.measure(ACME, questions=each, **keys) for each in moments]
    assert [[one.values for one in moment] for moment in found.measured] == [
        [[1, 4, pytest.approx(3)]],
        [[1, 4, pytest.approx(3)]],
    ]
