"""Accounts are scored by the card that applies, only what changed is written, and why is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.audiences.models import Audience, Inclusion
from vereda.customers.actions.accounts import archive_account
from vereda.customers.contracts import HealthBand
from vereda.customers.testing import a_note, an_account
from vereda.foundation.testing import MORNING
from vereda.health.actions.scorecards import archive_scorecard, publish_scorecard, save_draft
from vereda.health.actions.scoring import score_accounts, score_portfolio
from vereda.health.contracts import BandChanged, ChangeCause, Doubt, ScoreChanged
from vereda.health.models.scores import Score, ScoreChange, ScoreDay
from vereda.health.queries.scores import portfolio_health, weeks_of_score
from vereda.health.testing import a_factor, a_published_card, an_opinion, some_rules
from vereda.worklist.contracts import AlertReason
from vereda.worklist.models.alerts import Alert

pytestmark = pytest.mark.django_db

CONTACT = a_factor(
    "contact", input="customers.days_since_contact", points=((0, 1), (30, 0.5), (90, 0))
)

WRITES = ("INSERT", "UPDATE", "DELETE")


def scored_account(acme, opinion=4, **said):
    account = an_account(acme, **said)
    an_opinion(account, opinion, by=acme.member)
    score_accounts(acme.workspace, account_ids=[account.pk], now=MORNING)
    account.refresh_from_db()
    return account


def open_reasons(account):
    return set(Alert.every_workspace.filter(account=account, closed_at=None).values_list("reason"))


def test_an_account_gets_its_score_and_the_lists_are_told(acme):
    version = a_published_card(acme)

    account = scored_account(acme)

    score = Score.objects.of(acme.workspace).get()
    assert (score.account_id, score.version_id, score.value) == (account.pk, version.pk, 75)
    assert (account.health_score, account.health_band) == (75, HealthBand.WATCH)
    assert (account.health_on, account.health_change_28d) == (MORNING.date(), None)
    assert not account.health_proven


def test_what_did_not_change_is_not_written_again(acme, facts):
    a_published_card(acme)
    account = scored_account(acme)
    facts.clear()

    changed = score_accounts(
        acme.workspace, account_ids=[account.pk], now=MORNING + timedelta(hours=1)
    )

    assert changed == 0
    assert facts == []
    assert ScoreDay.every_workspace.count() == ScoreChange.every_workspace.count() == 1
    assert Score.every_workspace.get().computed_at == MORNING


def test_scoring_again_within_the_hour_writes_nothing_at_all(acme):
    a_published_card(acme)
    account = scored_account(acme, opinion=1)
    assert open_reasons(account) == {(AlertReason.HEALTH_AT_RISK,)}

    with CaptureQueriesContext(connection) as asked:
        score_portfolio(acme.workspace, now=MORNING + timedelta(minutes=59))

    written = [each["sql"] for each in asked if each["sql"].startswith(WRITES)]
    assert written == []
    assert len(asked) > 5


def test_an_alert_that_goes_on_is_counted_and_says_the_score_of_now(acme):
    a_published_card(acme)
    account = scored_account(acme, opinion=1)
    score_portfolio(acme.workspace, now=MORNING + timedelta(hours=2))
    alert = Alert.every_workspace.get(account=account, closed_at=None)
    assert (alert.times, alert.details) == (2, {"score": 0})
    later = MORNING + timedelta(hours=3)
    an_opinion(account, 2, now=later)

    score_portfolio(acme.workspace, now=later)

    alert.refresh_from_db()
    assert (alert.times, alert.details) == (3, {"score": 25})


def test_another_score_is_told_with_its_reason(acme, facts):
    a_published_card(acme)
    account = scored_account(acme)
    facts.clear()
    later = MORNING + timedelta(days=3)
    an_opinion(account, 1, now=later)

    score_accounts(acme.workspace, account_ids=[account.pk], now=later)

    change = ScoreChange.every_workspace.latest("at")
    assert (change.value_before, change.value_after) == (75, 0)
    assert (change.band_before, change.band_after) == (HealthBand.WATCH, HealthBand.AT_RISK)
    assert change.because == ChangeCause.INPUTS
    (moved,) = change.told_moved
    assert (moved.name, moved.before, moved.after, moved.points) == ("opinion", 4, 1, -75)
    (score_fact,) = facts.of(ScoreChanged)
    (band_fact,) = facts.of(BandChanged)
    assert score_fact.account_ids == band_fact.account_ids == (account.pk,)


def test_a_day_has_one_row_however_often_the_score_moves(acme):
    a_published_card(acme)
    account = scored_account(acme)
    for hour, opinion in ((1, 2), (2, 5)):
        at = MORNING + timedelta(hours=hour)
        an_opinion(account, opinion, now=at)
        score_accounts(acme.workspace, account_ids=[account.pk], now=at)

    assert list(ScoreDay.every_workspace.values_list("on", "value")) == [(MORNING.date(), 100)]
    assert ScoreChange.every_workspace.count() == 3


def test_an_opinion_expires_after_ninety_days(acme):
    a_published_card(acme)
    account = scored_account(acme)

    score_portfolio(acme.workspace, now=MORNING + timedelta(days=90))
    assert Score.every_workspace.get().value == 75
    score_portfolio(acme.workspace, now=MORNING + timedelta(days=91))

    score = Score.every_workspace.get()
    assert (score.value, score.band, score.doubt) == (
        None,
        HealthBand.UNKNOWN,
        Doubt.NOTHING_KNOWN,
    )
    assert ScoreChange.every_workspace.latest("at").because == ChangeCause.AGE
    assert open_reasons(account) == {(AlertReason.HEALTH_UNKNOWN,)}


def test_alerts_come_with_their_cause_and_go_with_it(acme):
    a_published_card(acme)
    account = scored_account(acme, opinion=5)
    assert open_reasons(account) == set()
    worse = MORNING + timedelta(days=28)
    an_opinion(account, 2, now=worse)

    score_portfolio(acme.workspace, now=worse)
    account.refresh_from_db()
    assert account.health_change_28d == -75
    assert open_reasons(account) == {
        (AlertReason.HEALTH_FELL,),
        (AlertReason.HEALTH_AT_RISK,),
    }

    better = worse + timedelta(days=1)
    an_opinion(account, 5, now=better)
    score_portfolio(acme.workspace, now=better)
    assert open_reasons(account) == set()


def test_the_opinion_stands_beside_a_score_that_says_otherwise(acme):
    a_published_card(acme, some_rules(CONTACT))
    account = an_account(acme)
    a_note(account, kind="meeting", happened_at=MORNING - timedelta(days=1))
    an_opinion(account, 1)

    score_portfolio(acme.workspace, now=MORNING)

    assert Score.every_workspace.get().band == HealthBand.HEALTHY
    assert open_reasons(account) == {(AlertReason.HEALTH_OPINION,)}


def test_new_rules_mark_the_history_and_no_fall_is_made_of_them(acme):
    version = a_published_card(acme)
    account = scored_account(acme)
    card = version.scorecard
    harsh = some_rules(a_factor(points=((1, 0), (5, 0.4))))
    save_draft(card, rules=harsh, by=acme.member)
    later = MORNING + timedelta(days=28)
    publish_scorecard(card, note="Harsher", by=acme.admin, now=later)

    score_portfolio(acme.workspace, now=later)

    account.refresh_from_db()
    assert (account.health_score, account.health_change_28d) == (0, None)
    change = ScoreChange.every_workspace.latest("at")
    assert change.because == ChangeCause.RULES
    assert open_reasons(account) == {
        (AlertReason.HEALTH_AT_RISK,),
        (AlertReason.HEALTH_OPINION,),
    }
    weeks = weeks_of_score(account, on=later.date())
    assert [week.changed_rules for week in weeks][-2:] == [False, True]
    assert [week.value for week in weeks][-5:] == [75, 75, 75, 75, 0]


def in_audience(acme, account):
    audience = Audience.objects.of(acme.workspace).create(
        number=1, name="Enterprise", slug="enterprise", about="accounts", question={}
    )
    Inclusion.objects.of(acme.workspace).create(
        audience=audience, account=account, way="hand", since_at=MORNING
    )
    return audience


def test_the_card_of_least_precedence_whose_audience_holds_the_account_applies(acme):
    account, other = an_account(acme), an_account(acme, name="Other")
    audience = in_audience(acme, account)
    everybody = a_published_card(acme, precedence=1)
    enterprise = a_published_card(acme, name="Enterprise", audience=audience, precedence=50)
    a_published_card(acme, name="Late", audience=audience, precedence=60)

    score_portfolio(acme.workspace, now=MORNING)

    held = dict(Score.every_workspace.values_list("account_id", "version_id"))
    assert held == {account.pk: enterprise.pk, other.pk: everybody.pk}


def test_without_a_card_there_is_no_score(acme):
    version = a_published_card(acme)
    account = scored_account(acme)
    archive_scorecard(version.scorecard, by=acme.admin, now=MORNING)

    score_portfolio(acme.workspace, now=MORNING)

    account.refresh_from_db()
    assert not Score.every_workspace.exists()
    assert (account.health_score, account.health_band) == (None, HealthBand.UNKNOWN)


def test_archived_accounts_and_other_workspaces_are_left_alone(acme, globex):
    a_published_card(acme)
    theirs = an_account(globex)
    gone = an_account(acme)
    an_opinion(theirs, 5)
    an_opinion(gone, 5)
    archive_account(gone, by=acme.admin, now=MORNING)

    changed = score_accounts(acme.workspace, account_ids=[theirs.pk, gone.pk], now=MORNING)

    assert changed == 0
    assert not Score.every_workspace.exists()


def test_news_scores_those_whom_it_is_about(acme, facts, stop_clock):
    stop_clock(MORNING)
    a_published_card(acme)
    account, other = an_account(acme), an_account(acme, name="Other")
    facts.deliver()
    an_opinion(account, 4)

    facts.deliver()

    values = dict(Score.every_workspace.values_list("account_id", "value"))
    assert values == {account.pk: 75, other.pk: None}


def test_a_thousand_accounts_cost_as_many_queries_as_two(acme, django_assert_max_num_queries):
    a_published_card(acme, some_rules(a_factor(), CONTACT))
    ids = [an_account(acme, name=f"Account {number}").pk for number in range(30)]

    with django_assert_max_num_queries(60) as two:
        score_accounts(acme.workspace, account_ids=ids[:2], now=MORNING)
    with django_assert_max_num_queries(len(two)):
        score_accounts(acme.workspace, account_ids=ids[2:], now=MORNING)


def test_the_portfolio_is_told_by_colour_and_money(acme):
    a_published_card(acme)
    scored_account(acme, opinion=5, name="Green")
    scored_account(acme, opinion=1, name="Red")
    an_account(acme, name="Grey")

    told = portfolio_health(acme.workspace)

    assert (told.accounts, told.scored, told.share_scored) == (3, 2, 2 / 3)
    counts = {each.band: each.accounts for each in told.bands}
    assert counts == {
        HealthBand.HEALTHY: 1,
        HealthBand.WATCH: 0,
        HealthBand.AT_RISK: 1,
        HealthBand.UNKNOWN: 1,
    }
