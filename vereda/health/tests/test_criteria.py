"""Audiences ask how long a colour lasts, how far a score fell, which card applies."""

from datetime import timedelta
from decimal import Decimal

import pytest

from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.testing import an_account
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.testing import MORNING
from vereda.health.actions.scoring import score_portfolio
from vereda.health.criteria import HealthCriteria
from vereda.health.testing import a_published_card, an_opinion

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(acme):
    """One at risk for three weeks, one since yesterday, one healthy all the time."""
    start = MORNING - timedelta(days=21)
    version = a_published_card(acme, now=start)
    names = {"long": [1], "lately": [5, 1], "well": [5]}
    rows = {name: an_account(acme, name=name) for name in names}
    for name, opinions in names.items():
        an_opinion(rows[name], opinions[0], now=start)
    score_portfolio(acme.workspace, now=start)
    yesterday = MORNING - timedelta(days=1)
    an_opinion(rows["lately"], 1, now=yesterday)
    score_portfolio(acme.workspace, now=yesterday)
    return version


def matching(acme, name, comparison, value, **parameters):
    offered = HealthCriteria().criteria(acme.workspace, about=About.ACCOUNTS)
    criterion = next(each for each in offered if each.name == f"health.{name}")
    asked = AskedCriterion(
        workspace=acme.workspace,
        about=About.ACCOUNTS,
        comparison=comparison,
        value=value,
        parameters={key: Decimal(number) for key, number in parameters.items()},
        today=MORNING.date(),
        now=MORNING,
    )
    rows = list(listed_accounts(acme.workspace).filter(criterion.matching(asked)))
    told = criterion.told(asked, [row.pk for row in rows])
    return {row.name for row in rows}, set(told.values())


def test_a_colour_lasts(acme, three):
    assert matching(acme, "band_lasting", Comparison.IS, "at_risk", days=14)[0] == {"long"}
    assert matching(acme, "band_lasting", Comparison.IS, "at_risk", days=1)[0] == {
        "long",
        "lately",
    }
    assert matching(acme, "band_lasting", Comparison.IS, "at_risk", days=30)[0] == set()
    assert matching(acme, "band_lasting", Comparison.IS, "at_risk", days=10**12)[0] == set()


def test_a_fall_is_told_with_its_numbers(acme, three):
    names, told = matching(acme, "fell", Comparison.AT_LEAST, Decimal(10), days=14)

    assert names == {"lately"}
    assert told == {"health from 100 to 0"}


def test_the_card_that_applies(acme, three):
    key = three.scorecard.key

    assert matching(acme, "scorecard", Comparison.IS, key) == (
        {"long", "lately", "well"},
        {"Everybody v1"},
    )
    assert matching(acme, "scorecard", Comparison.IS_NOT, key)[0] == set()


def test_the_latest_opinion(acme, three):
    assert matching(acme, "opinion", Comparison.AT_MOST, Decimal(2)) == (
        {"long", "lately"},
        {"1/5 · Worried"},
    )
    assert matching(acme, "opinion", Comparison.UNKNOWN, None)[0] == set()


def test_people_are_not_asked_about(acme):
    assert HealthCriteria().criteria(acme.workspace, about=About.PEOPLE) == ()
