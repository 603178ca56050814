"""What was sold and never used raises one alarm at the learned point, and closes it by itself."""

from datetime import timedelta

import pytest

from vereda.adoption.actions.everything import adoption_of_day
from vereda.adoption.actions.expecting import allow_false_alarms
from vereda.adoption.contracts import SoldNeverUsed, WrongExpectation
from vereda.adoption.testing import a_measured_product, used_on
from vereda.customers.testing import an_account
from vereda.events.actions.folding import fold_workspace
from vereda.foundation.testing import MORNING
from vereda.product.contracts import Cadence, InnovationLevel, PriceClass
from vereda.product.testing import a_product
from vereda.revenue.testing import a_subscription
from vereda.worklist.actions.noticing import notice_accounts
from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason
from vereda.worklist.models.alerts import Alert
from vereda.worklist.wording import SENTENCES

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def product(acme):
    return a_measured_product(acme)


@pytest.fixture
def somebody(acme, product):
    """Somebody has used something for long: events are collected, and silence can be seen."""
    account = buyer(acme, "Somebody", sold=400)
    used_on(account, [ago(390), ago(3)])
    return account


def buyer(company, name, *, sold, product="Rutas", **terms):
    account = an_account(company, name=name, external_id=name, arr_minor=100_000)
    a_subscription(account, product=product, started_on=ago(sold), **terms)
    return account


def a_day_passes(company, now=MORNING):
    while fold_workspace(company.workspace, now=now):
        pass
    adoption_of_day(company.workspace, now=now)


def alarms(company):
    rows = Alert.objects.of(company.workspace).open().filter(reason=AlertReason.NEVER_USED)
    return [(row.account.name, dict(row.details)) for row in rows.order_by("account__name")]


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize(("sold", "names"), [(29, []), (30, ["Silent"])])
def test_even_one_customer_is_worth_an_alarm(acme, product, sold, names):
    """New to nobody and of a middle price: 30 days, where nothing was learned."""
    buyer(acme, "Silent", sold=sold)

    a_day_passes(acme)

    assert [name for name, _ in alarms(acme)] == names


@pytest.mark.usefixtures("somebody")
def test_what_is_new_to_all_and_dear_is_asked_about_sooner(acme):
    a_measured_product(
        acme, name="Nuevo", innovation=InnovationLevel.NEW_TO_ALL, price=PriceClass.HIGH
    )
    buyer(acme, "Silent", sold=7, product="Nuevo")

    a_day_passes(acme)

    (alarm,) = alarms(acme)
    assert alarm == (
        "Silent",
        {"since_on": ago(7).isoformat(), "point": 7, "learned": False, "product": "Nuevo"},
    )
    assert "Nuevo" in SENTENCES[AlertReason.NEVER_USED](alarm[1], TODAY)


@pytest.mark.usefixtures("somebody")
def test_the_point_is_learned_from_those_who_began(acme):
    for number in range(12):
        account = buyer(acme, f"Beginner {number}", sold=200)
        used_on(account, [ago(200 - number)], person_key=f"p{number}")
    buyer(acme, "Silent", sold=12)

    a_day_passes(acme)

    ((name, details),) = alarms(acme)
    assert (name, details["learned"], details["point"]) == ("Silent", True, 11)


@pytest.mark.usefixtures("somebody")
def test_the_first_use_closes_it(acme, product):
    account = buyer(acme, "Silent", sold=60)
    a_day_passes(acme)
    assert len(alarms(acme)) == 1

    used_on(account, [ago(0)], hour=7)
    a_day_passes(acme)

    assert alarms(acme) == []
    (closed,) = Alert.objects.of(acme.workspace).filter(account=account)
    assert closed.closed_because == CloseReason.CLEARED


@pytest.mark.usefixtures("somebody")
def test_the_end_of_the_purchase_closes_it(acme, product):
    buyer(acme, "Silent", sold=60, ends_on=TODAY + timedelta(days=1))
    a_day_passes(acme)
    assert len(alarms(acme)) == 1

    a_day_passes(acme, now=MORNING + timedelta(days=1))

    assert alarms(acme) == []


@pytest.mark.usefixtures("somebody")
def test_using_another_product_is_no_use_of_this_one(acme):
    a_measured_product(acme, name="Almacen")
    account = buyer(acme, "Half", sold=60, product="Almacen")
    used_on(account, [ago(5)], name="Rutas opened")

    a_day_passes(acme)

    assert [name for name, _ in alarms(acme)] == ["Half"]


@pytest.mark.usefixtures("somebody")
def test_it_is_announced_once_when_it_is_raised(acme, facts, product):
    silent = buyer(acme, "Silent", sold=60)

    a_day_passes(acme)
    a_day_passes(acme)

    (told,) = facts.of(SoldNeverUsed)
    assert (told.product_id, told.account_ids) == (product.pk, (silent.pk,))


def test_where_nothing_was_ever_measured_silence_says_nothing(acme, product):
    buyer(acme, "Silent", sold=300)

    a_day_passes(acme)

    assert alarms(acme) == []


@pytest.mark.usefixtures("somebody")
def test_a_product_without_events_cannot_be_watched(acme):
    a_product(acme, name="Invisible")
    buyer(acme, "Silent", sold=300, product="Invisible")

    a_day_passes(acme)

    assert alarms(acme) == []


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize(
    ("cadence", "kinds"),
    [
        (Cadence.SINGLE_USE, set()),
        (Cadence.PATCH, set()),
        (Cadence.REGULAR, {AlertReason.USAGE_STOPPED}),
    ],
)
def test_what_is_used_once_is_never_alarmed_about_for_silence(acme, cadence, kinds):
    a_measured_product(acme, name="Once", cadence=cadence)
    account = buyer(acme, "Served", sold=300, product="Once")
    used_on(account, [ago(290)], name="Once opened")

    a_day_passes(acme)
    notice_accounts(acme.workspace, account_ids=[account.pk], now=MORNING)

    rows = Alert.objects.of(acme.workspace).filter(account=account, kind=AlertKind.USAGE)
    assert {row.reason for row in rows} == kinds


def test_no_more_than_half_may_be_called_too_early(acme):
    with pytest.raises(WrongExpectation):
        allow_false_alarms(acme.workspace, percent=51, by=acme.owner)
