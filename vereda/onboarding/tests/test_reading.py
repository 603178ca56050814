"""A plan as its customer reads it: the same as its lead is told, for fewer queries."""

from datetime import timedelta

import pytest

from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.items import drop_item
from vereda.onboarding.actions.plans import add_item
from vereda.onboarding.actions.promises import promise_date
from vereda.onboarding.contracts.plans import ItemState
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.queries.reading import plan_as_read
from vereda.onboarding.queries.whole import whole_plan
from vereda.onboarding.testing import LONG, a_plan, an_item, asked, gave, settled, the_item

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(days=9)


def read(plan):
    return plan_as_read(plan_with_key(plan.workspace, plan.key), now=LATER)


def told(plan):
    return whole_plan(plan_with_key(plan.workspace, plan.key), now=LATER)


def lines(view):
    return [
        (
            each.number,
            each.is_finished,
            [
                (
                    item.row.key,
                    item.standing.state,
                    item.in_play,
                    item.held_by,
                    item.due_on,
                    item.given.pk if item.given else None,
                )
                for item in each.items
                if item.standing.state is not ItemState.DROPPED
            ],
        )
        for each in view.sets
    ]


@pytest.fixture
def plan(acme):
    """Something is given, something asked for, something promised, something added and dropped."""
    made = a_plan(acme, spec=LONG)
    settled(made, "customers", now=MORNING)
    gave(made, "size", now=MORNING)
    asked(made, "contract", now=MORNING)
    promise_date(made, what="It runs", work_days=3, by=acme.member, now=MORNING)
    extra = add_item(made, spec=an_item("logo", 1), by=acme.member, now=MORNING)
    drop_item(extra, because="No need", by=acme.member, now=MORNING + timedelta(hours=1))
    return made


def test_states_days_promises_and_clocks_are_those_that_the_lead_reads(plan):
    one, other = read(plan), told(plan)

    assert lines(one) == lines(other)
    assert [each.promise.pk for each in one.promises] == [
        each.promise.pk for each in other.promises
    ]
    assert one.clocks == other.clocks
    assert {key: asks.titles for key, asks in one.asks.items()} == other.titles


def test_before_their_yes_nothing_is_in_play(acme):
    plan = a_plan(acme, spec=LONG, started_at=None)

    assert lines(read(plan)) == lines(told(plan))
    assert not any(item.in_play for each in read(plan).sets for item in each.items)


def test_what_was_dropped_is_not_read(plan):
    assert the_item(plan, "logo").state == ItemState.DROPPED
    assert "logo" not in {item.row.key for each in read(plan).sets for item in each.items}


def test_it_costs_half_the_queries(plan, django_assert_max_num_queries):
    row = plan_with_key(plan.workspace, plan.key)
    with django_assert_max_num_queries(30) as whole:
        whole_plan(row, now=LATER)
    row = plan_with_key(plan.workspace, plan.key)
    with django_assert_max_num_queries(len(whole) // 2 + 1):
        plan_as_read(row, now=LATER)
