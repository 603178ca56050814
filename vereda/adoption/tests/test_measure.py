"""Adoption follows the events and the purchases, writes only what changed, and tells of news."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.adoption.actions.everything import adoption_of_day
from vereda.adoption.actions.expecting import expect_of_feature, expect_of_product
from vereda.adoption.actions.measuring import measure_adoption, measure_adoption_touched
from vereda.adoption.actions.purchases import note_purchase, refresh_purchases
from vereda.adoption.contracts import (
    Cohort,
    FirstUseCompleted,
    FirstUseSeen,
    Measure,
    PurchaseSource,
    RegularUseBegan,
    Whose,
    WrongExpectation,
)
from vereda.adoption.models import Adoption, DurationTable, Purchase
from vereda.adoption.queries.accounts import adoption_of_person
from vereda.adoption.queries.curves import cohorts_of, table_of
from vereda.adoption.queries.milestones import milestones_reached
from vereda.adoption.queries.things import things_measured
from vereda.adoption.testing import a_measured_product, used_on
from vereda.customers.queries.people import people_by_external_id, person_with_id
from vereda.customers.testing import an_account
from vereda.events.actions.folding import fold_workspace
from vereda.events.contracts.arriving import workspace_key
from vereda.events.store.current import event_store
from vereda.foundation.testing import MORNING
from vereda.product.contracts import Cadence
from vereda.product.models import Feature
from vereda.product.queries import feature_with_slug
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


def ago(days):
    return TODAY - timedelta(days=days)


def at(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def measured(company):
    while fold_workspace(company.workspace, now=MORNING):
        pass
    measure_adoption(company.workspace, now=MORNING)


def an_account_with_key(company, key="k1", **said):
    return an_account(company, external_id=key, **said)


def said_of(company):
    columns = ("account_id", "product_id", "feature_id", "last_use_at", "use_days")
    rows = Adoption.objects.of(company.workspace).values_list(*columns)
    return {row[:3]: row[3:] for row in rows}


@pytest.fixture
def product(acme):
    return a_measured_product(acme)


def reached(company, account, product):
    return milestones_reached(
        company.workspace, account_id=account.pk, product_id=product.pk if product else None
    )


def test_an_account_that_did_nothing_reached_nothing(acme, product):
    account = an_account_with_key(acme)

    measured(acme)

    assert reached(acme, account, product) == dict.fromkeys(
        (Measure.FIRST_USE, Measure.FIRST_USE_COMPLETED, Measure.REGULAR_USE)
    )
    assert not Adoption.objects.of(acme.workspace).exists()


def test_first_use_second_day_and_a_regular_pattern(acme, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(60), ago(40), ago(33), ago(26), ago(19)])

    measured(acme)

    assert reached(acme, account, product) == {
        Measure.FIRST_USE: at(ago(60)),
        Measure.FIRST_USE_COMPLETED: at(ago(40)),
        Measure.REGULAR_USE: at(ago(40), hour=0),
    }
    assert reached(acme, account, None)[Measure.FIRST_USE] == at(ago(60))


def test_with_core_features_the_first_use_is_complete_when_each_was_used(acme, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(60), ago(40)])
    used_on(account, [ago(10)], name="Rutas planned")
    expect_of_product(
        product, period_days=7, features=["rutas-map", "rutas-planner"], by=acme.owner
    )

    measured(acme)

    assert reached(acme, account, product)[Measure.FIRST_USE_COMPLETED] == at(ago(10))


def test_a_core_feature_that_is_gone_asks_for_nothing(acme, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(60)])
    expect_of_product(
        product, period_days=7, features=["rutas-map", "rutas-planner"], by=acme.owner
    )
    Feature.objects.of(acme.workspace).filter(slug="rutas-planner").update(archived_at=MORNING)

    measured(acme)

    assert reached(acme, account, product)[Measure.FIRST_USE_COMPLETED] == at(ago(60))


def test_a_monthly_rhythm_may_be_expected(acme, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(100), ago(70), ago(40), ago(8)])
    expect_of_product(product, period_days=30, features=[], by=acme.owner)

    measured(acme)

    assert reached(acme, account, product)[Measure.REGULAR_USE].date() == ago(100)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"period_days": 5, "features": []}, "daily"),
        ({"period_days": 7, "features": ["other"]}, "other is no feature"),
    ],
)
def test_what_fits_no_product_is_refused(acme, product, said, sentence):
    with pytest.raises(WrongExpectation, match=sentence):
        expect_of_product(product, by=acme.owner, **said)


def test_an_event_of_another_feature_is_refused(acme, product):
    feature = feature_with_slug(acme.workspace, "rutas-map")

    with pytest.raises(WrongExpectation):
        expect_of_feature(feature, period_days=7, events=["Rutas planned"], by=acme.owner)


def test_only_touched_accounts_are_computed_again_and_only_changes_written(acme, product, facts):
    account, other = an_account_with_key(acme), an_account_with_key(acme, "k2", name="Other")
    used_on(account, [ago(5)])
    used_on(other, [ago(4)])
    measured(acme)
    before = said_of(acme)
    facts.clear()

    used_on(account, [ago(2)])
    fold_workspace(acme.workspace, now=MORNING)
    touched = measure_adoption_touched(acme.workspace, now=MORNING)

    assert touched == [account.pk]
    changed = {about for about, said in said_of(acme).items() if said != before[about]}
    assert {account_id for account_id, *_ in changed} == {account.pk}
    assert len(changed) == 3
    assert facts.of(FirstUseSeen) == []
    assert {fact.product_id for fact in facts.of(FirstUseCompleted)} == {None, product.pk}
    assert measure_adoption_touched(acme.workspace, now=MORNING) == []


def test_what_is_new_is_announced_once_and_what_is_old_is_not(acme, product, facts):
    account, old = an_account_with_key(acme), an_account_with_key(acme, "k2", name="Old")
    used_on(account, [ago(5)])
    used_on(old, [ago(200), ago(199)])

    measured(acme)
    measured(acme)

    told = facts.of(FirstUseSeen)
    assert {(fact.product_id, fact.account_ids) for fact in told} == {
        (None, (account.pk,)),
        (product.pk, (account.pk,)),
    }
    assert facts.of(FirstUseCompleted) == []


def test_a_regular_pattern_is_announced_when_it_is_known(acme, product, facts):
    account = an_account_with_key(acme)
    used_on(account, [ago(28), ago(21), ago(14)])
    measured(acme)

    used_on(account, [ago(7)])
    measured(acme)

    assert {fact.account_ids for fact in facts.of(RegularUseBegan)} == {(account.pk,)}


def test_events_that_were_removed_are_forgotten(acme, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(5)])
    measured(acme)
    event_store().forget_workspace(workspace_key(acme.workspace.pk))
    measure_adoption(acme.workspace, now=MORNING)

    assert not Adoption.objects.of(acme.workspace).exists()


# --- Purchases --------------------------------------------------------------------------


def sold(company):
    rows = Purchase.objects.of(company.workspace).order_by("sold_on")
    return [(row.product_id, row.sold_on, row.ended_on, row.source) for row in rows]


def test_a_purchase_is_from_the_first_paid_day_to_the_last(acme, product):
    account = an_account(acme, arr_minor=None)
    a_subscription(account, product="rutas", started_on=ago(300), ends_on=ago(200))
    a_subscription(account, product="Rutas", started_on=ago(250), ends_on=ago(100))
    a_subscription(account, product="Unheard of", started_on=ago(90))

    refresh_purchases(acme.workspace)

    assert sold(acme) == [
        (product.pk, ago(300), ago(100), PurchaseSource.SUBSCRIPTION),
        (None, ago(90), None, PurchaseSource.SUBSCRIPTION),
    ]
    assert refresh_purchases(acme.workspace) == 0


def test_a_trial_is_no_purchase(acme, product):
    a_subscription(an_account(acme), product="Rutas", started_on=ago(30), trial=True)

    refresh_purchases(acme.workspace)

    assert [row for row in sold(acme) if row[0] == product.pk and row[3] != "record"] == []


def test_a_handshake_counts_from_its_day_and_survives(acme, product):
    account = an_account(acme)

    note_purchase(account, product=product, sold_on=ago(40), by=acme.member)
    a_subscription(account, product="Rutas", started_on=ago(20), ends_on=ago(1))
    refresh_purchases(acme.workspace)

    assert sold(acme) == [(product.pk, ago(40), ago(1), PurchaseSource.HANDSHAKE)]


# --- Curves -----------------------------------------------------------------------------


def curve(company, product, measure, whose=Whose.ACCOUNTS):
    thing = next(
        each
        for each in things_measured(company.workspace)
        if each.product == product and each.feature is None
    )
    return table_of(company.workspace, thing, whose=whose, measure=measure, today=TODAY)


def test_accounts_are_followed_from_their_purchase(acme, product):
    first, second, third, before = (
        an_account_with_key(acme, f"k{number}", name=f"Company {number}", arr_minor=None)
        for number in range(4)
    )
    used_on(before, [ago(200)])
    used_on(first, [ago(90)])
    a_subscription(before, product="Rutas", started_on=ago(300))
    a_subscription(first, product="Rutas", started_on=ago(100))
    a_subscription(second, product="Rutas", started_on=ago(50))
    a_subscription(third, product="Rutas", started_on=ago(80), ends_on=ago(60))
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    adoption_of_day(acme.workspace, now=MORNING)

    table = curve(acme, product, Measure.FIRST_USE)

    counts = table.whole
    assert (dict(counts.happened), dict(counts.left)) == ({10: 1}, {50: 1, 20: 1})
    assert [each.starts_on for each in cohorts_of(table, cohort=Cohort.QUARTER)] == [
        date(2026, 7, 1)
    ]


def test_people_are_counted_without_their_keys(acme, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(30)], name="Looked around", person_key="u1")
    used_on(account, [ago(20), ago(15)], person_key="u1")
    used_on(account, [ago(12)], name="Looked around", person_key="u2")

    measured(acme)

    first = curve(acme, product, Measure.FIRST_USE, Whose.PEOPLE).whole
    assert (dict(first.happened), dict(first.left)) == ({10: 1}, {12: 1})
    completed = curve(acme, product, Measure.FIRST_USE_COMPLETED, Whose.PEOPLE).whole
    assert (dict(completed.happened), dict(completed.left)) == ({15: 1}, {12: 1})
    regular = curve(acme, product, Measure.REGULAR_USE, Whose.PEOPLE).whole
    assert (dict(regular.happened), dict(regular.left)) == ({}, {9: 1})
    intervals = curve(acme, product, Measure.INTERVAL, Whose.PEOPLE).whole
    assert (dict(intervals.happened), dict(intervals.left)) == ({5: 1}, {15: 1})
    kept = str(list(DurationTable.objects.of(acme.workspace).values_list("counts", flat=True)))
    assert "u1" not in kept


def test_a_person_is_asked_of_the_events(acme, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(200)], person_key="u7")
    measured(acme)
    person = person_with_id(acme.workspace, people_by_external_id(acme.workspace, ["u7"])["u7"])

    told = {
        one.thing.product_id: one
        for one in adoption_of_person(person, things_measured(acme.workspace), today=TODAY)
        if one.thing.feature is None
    }

    assert told[product.pk].first_use_at == at(ago(200))
    assert told[product.pk].shown is Cadence.SINGLE_USE


def test_another_workspace_is_another_world(acme, globex, product):
    account = an_account_with_key(acme)
    used_on(account, [ago(5)])
    measured(acme)
    measured(globex)

    assert not Adoption.objects.of(globex.workspace).exists()
    assert not milestones_reached(globex.workspace, account_id=account.pk, product_id=product.pk)[
        Measure.FIRST_USE
    ]


def test_measuring_costs_the_same_number_of_queries_for_many_accounts(acme, product):
    def cost():
        with CaptureQueriesContext(connection) as told:
            measure_adoption(acme.workspace, now=MORNING)
        return len(told)

    used_on(an_account_with_key(acme, "first"), [ago(9)])
    measured(acme)
    few = cost()
    for number in range(12):
        used_on(an_account_with_key(acme, f"x{number}", name=f"N{number}"), [ago(9), ago(3)])
    measured(acme)

    assert cost() == few
