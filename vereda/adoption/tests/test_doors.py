"""Programs, audiences and scores are told of adoption."""

from datetime import timedelta
from decimal import Decimal

import pytest

from vereda.adoption.actions.everything import adoption_of_day
from vereda.adoption.criteria import AdoptionCriteria
from vereda.adoption.factors import DAYS_TO_FIRST_USE, FEATURES_BEGUN, AdoptionInputs
from vereda.adoption.jobs import measure_adoption_everywhere
from vereda.adoption.models import Adoption
from vereda.adoption.testing import a_measured_product, used_on
from vereda.customers.models.accounts import Account
from vereda.customers.testing import an_account
from vereda.events.actions.folding import fold_workspace
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.testing import MORNING
from vereda.revenue.testing import a_subscription
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def the_day_of_the_rows(stop_clock):
    stop_clock(MORNING)


def ago(days):
    return TODAY - timedelta(days=days)


def buyer(company, name, *, sold, used=()):
    account = an_account(company, name=name, external_id=name)
    a_subscription(account, product="Rutas", started_on=ago(sold))
    if used:
        used_on(account, [ago(days) for days in used])
    return account


@pytest.fixture
def world(acme):
    """Oldest is used since long; Quick began after 10 days; Silent never did."""
    a_measured_product(acme)
    buyer(acme, "Oldest", sold=400, used=[399])
    quick = buyer(acme, "Quick", sold=60, used=[50, 20])
    silent = buyer(acme, "Silent", sold=80)
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    adoption_of_day(acme.workspace, now=MORNING)
    return quick, silent


def test_programs_read_an_accounts_adoption(acme, world):
    quick, _silent = world

    told = a_program(acme.owner).get(f"/accounts/{quick.key}/adoption").json()

    lines = {(line["product"], line["feature"]): line for line in told}
    assert lines["rutas", None]["days_of_use"] == 2
    assert lines["rutas", "rutas-map"]["first_use_at"].startswith(ago(50).isoformat())
    assert lines["rutas", "rutas-planner"]["first_use_at"] is None


def test_programs_read_what_was_never_used(acme, world):
    (line,) = a_program(acme.owner).get("/adoption/never-used").json()

    assert (line["account"], line["days"], line["alarm_after"], line["due"]) == (
        world[1].key,
        80,
        30,
        True,
    )


@pytest.mark.usefixtures("world")
def test_programs_read_a_curve(acme):
    program = a_program(acme.owner)

    answered = program.get("/adoption/curve?product=rutas")
    told = answered.json()
    assert answered.status_code == 200, told

    assert (told["count"], told["happened"], told["median"]) == (2, 1, 10)
    assert [(step["days"], step["share"]) for step in told["steps"]] == [(10, 0.5), (80, 0.5)]
    assert program.get("/adoption/curve?product=other").status_code == 404
    assert program.get("/adoption/curve?feature=rutas-map").json()["happened"] == 1


def matching(company, comparison, value=None, product="rutas"):
    criteria = AdoptionCriteria().criteria(company.workspace, about=About.ACCOUNTS)
    criterion = next(one for one in criteria if one.name == "adoption.first_use")
    asked = AskedCriterion(
        workspace=company.workspace,
        about=About.ACCOUNTS,
        comparison=comparison,
        value=value,
        parameters={"product": product},
        today=TODAY,
        now=MORNING,
    )
    rows = Account.objects.of(company.workspace).filter(criterion.matching(asked))
    told = criterion.told(asked, [row.pk for row in rows])
    return {row.name: told[row.pk] for row in rows}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("comparison", "value", "names"),
    [
        (Comparison.UNKNOWN, None, {"Silent"}),
        (Comparison.KNOWN, None, {"Oldest", "Quick"}),
        (Comparison.IN_LAST_DAYS, Decimal(60), {"Quick"}),
        (Comparison.BEFORE, TODAY - timedelta(days=100), {"Oldest"}),
        (Comparison.AFTER, TODAY - timedelta(days=100), {"Quick"}),
    ],
)
def test_audiences_ask_who_began(acme, comparison, value, names):
    assert matching(acme, comparison, value).keys() == names


@pytest.mark.usefixtures("world")
def test_why_somebody_is_in_an_audience_is_told(acme):
    told = matching(acme, Comparison.UNKNOWN)

    assert told == {"Silent": "First use: not yet"}
    assert AdoptionCriteria().criteria(acme.workspace, about=About.PEOPLE) == ()


def test_scores_are_told_what_was_known_on_a_day(acme, world):
    quick, silent = world

    def reading(name, days):
        told = AdoptionInputs().readings(
            acme.workspace, names=[name], account_ids=[quick.pk, silent.pk], on=ago(days)
        )
        return {pk: reading.value for pk, reading in told[name].items()}

    assert reading(DAYS_TO_FIRST_USE, 55) == {quick.pk: 5, silent.pk: 25}
    assert reading(DAYS_TO_FIRST_USE, 0) == {quick.pk: 10, silent.pk: 80}
    assert reading(FEATURES_BEGUN, 55) == {}
    assert reading(FEATURES_BEGUN, 0) == {quick.pk: 1}


def test_every_workspace_is_measured_by_night(acme, globex, world):
    Adoption.objects.of(acme.workspace).all().delete()

    measure_adoption_everywhere(MORNING)

    assert Adoption.objects.of(acme.workspace).exists()
    assert not Adoption.objects.of(globex.workspace).exists()
