"""A past that is scored later: by the rules of then, from what was known then."""

from datetime import timedelta

import pytest

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.health.actions.backfilling import score_past_days
from vereda.health.actions.scorecards import publish_scorecard, save_draft
from vereda.health.actions.scoring import score_portfolio
from vereda.health.contracts import ChangeCause
from vereda.health.models.scores import ScoreChange, ScoreDay
from vereda.health.testing import a_factor, a_published_card, an_opinion, some_rules

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def test_the_past_is_told_by_the_rules_and_the_readings_of_then(acme):
    account = an_account(acme)
    version = a_published_card(acme, now=MORNING - 9 * WEEK)
    card = version.scorecard
    save_draft(card, rules=some_rules(a_factor(points=((1, 0), (5, 0.4)))), by=acme.member)
    publish_scorecard(card, note="Harsher", by=acme.admin, now=MORNING - 2 * WEEK)
    an_opinion(account, 4, now=MORNING - 5 * WEEK)
    an_opinion(account, 5, now=MORNING - 3 * WEEK)
    score_portfolio(acme.workspace, now=MORNING)

    written = score_past_days(
        acme.workspace, days=[MORNING.date() - week * WEEK for week in range(1, 7)]
    )

    days = ScoreDay.every_workspace.order_by("on").values_list("on", "value", "version__number")
    assert [((MORNING.date() - on).days // 7, value, v) for on, value, v in days] == [
        (5, 75, 1),
        (3, 100, 1),
        (2, 40, 2),
        (0, 40, 2),
    ]
    assert written == 3
    causes = ScoreChange.every_workspace.order_by("at").values_list("because", flat=True)
    assert list(causes) == [ChangeCause.FIRST, ChangeCause.INPUTS, ChangeCause.RULES]


def test_what_was_written_when_it_was_today_stays(acme):
    account = an_account(acme)
    a_published_card(acme, now=MORNING - 9 * WEEK)
    an_opinion(account, 4, now=MORNING - 5 * WEEK)
    score_portfolio(acme.workspace, now=MORNING - 2 * WEEK)

    first = score_past_days(acme.workspace, days=[MORNING.date() - WEEK])
    again = score_past_days(acme.workspace, days=[MORNING.date() - 4 * WEEK])

    assert (first, again) == (0, 1)
