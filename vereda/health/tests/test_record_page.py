"""The page that says whether a score has earned its colour."""

import pytest

from vereda.customers.actions.accounts import add_external_id
from vereda.foundation.testing import MORNING
from vereda.health.contracts import Target, Verdict
from vereda.health.models.backtests import Backtest
from vereda.health.queries.backtests import record_of
from vereda.health.record_wording import proof_words
from vereda.health.testing import a_factor, a_published_card, known, some_rules
from vereda.health.tests.test_backtest import a_customer, a_history, events_closed, found_out

pytestmark = pytest.mark.django_db

__all__ = ["events_closed"]


def record_at(company, version, rest=""):
    return f"/w/{company.workspace.slug}/health/scorecards/{version.scorecard.key}/record/{rest}"


def test_before_anybody_asked_the_page_says_so_and_offers_to(acme, client_of):
    version = a_published_card(acme)

    page = client_of(acme.admin).get(record_at(acme, version))

    assert page.status_code == 200
    assert "Unproven: nobody has asked the past yet" in page.text
    assert "shown grey on every page" in page.text
    assert 'name="target"' in page.text


def test_a_proven_record_tells_all_its_figures(acme, client_of):
    version = a_published_card(acme)
    a_history(acme)
    backtest = found_out(version)

    page = client_of(acme.viewer).get(record_at(acme, version))

    (record,) = backtest.records
    counted = record.at_risk
    left = counted.hits + counted.misses
    assert f"Proven: it warned of {counted.hits} of {left} who left" in page.text
    assert f"This score found {counted.hits} of the last {left} customers who left" in page.text
    assert f"{record.auc.value:.3f}".rstrip("0") in page.text
    assert "Days since last use" in page.text
    assert "Everybody the same" in page.text
    assert "Brier score" in page.text
    assert 'name="target"' not in page.text


def test_too_few_departures_are_counted_in_words(acme, client_of):
    version = a_published_card(acme)
    a_history(acme, customers=30, leaving=7)
    found_out(version)

    page = client_of(acme.viewer).get(record_at(acme, version))

    found = known(record_of(version).headline).departed_customers
    assert f"Unproven: too few departures to tell ({found} of at least 10)" in page.text


def test_an_unproven_record_names_what_it_does_not_beat(acme):
    version = a_published_card(acme)
    a_history(acme, lie=True)
    found_out(version)

    assert proof_words(record_of(version)) == (
        "Unproven: it does not surely rank better than chance"
    )


def test_customers_behind_each_number_are_listed_with_links(acme, client_of):
    version = a_published_card(acme)
    a_history(acme)
    (record,) = found_out(version).records

    page = client_of(acme.viewer).get(record_at(acme, version, "hit/?ahead=60"))

    assert page.text.count('<th scope="row"><a href="/w/acme/accounts/') == record.at_risk.hits
    assert "Days ahead" in page.text


@pytest.mark.parametrize("kind", ["miss", "false_alarm"])
def test_lists_without_anybody_say_so(acme, client_of, kind):
    version = a_published_card(acme)
    found_out(version)

    page = client_of(acme.viewer).get(record_at(acme, version, f"{kind}/"))

    assert page.status_code == 200
    assert "There is no such customer" in page.text


def test_an_unknown_kind_or_version_is_not_there(acme, client_of):
    version = a_published_card(acme)
    found_out(version)
    client = client_of(acme.viewer)

    assert client.get(record_at(acme, version, "luck/")).status_code == 404
    assert client.get(record_at(acme, version, "?version=7")).status_code == 404


def test_asking_starts_a_backtest_as_the_form_says(acme, client_of):
    version = a_published_card(acme)
    said = {"target": "silence", "silent_days": 90, "active_days": 3, "pace": ""}

    answered = client_of(acme.admin).post(record_at(acme, version, "ask/"), said)
    page = client_of(acme.admin).get(record_at(acme, version))

    asked = Backtest.objects.of(acme.workspace).get().asked
    assert answered.status_code == 303
    assert (asked.target, asked.silent_days, asked.active_days) == (Target.SILENCE, 90, 3)
    assert "The past is being asked" in page.text
    assert 'hx-trigger="every 2s"' in page.text


def test_a_wrong_answer_stands_in_the_form_and_nothing_is_asked(acme, client_of):
    version = a_published_card(acme)
    said = {"target": "silence", "silent_days": 2, "active_days": 0, "pace": ""}

    answered = client_of(acme.admin).post(record_at(acme, version, "ask/"), said)

    assert answered.status_code == 422
    assert "greater than or equal to 14" in answered.text
    assert not Backtest.objects.of(acme.workspace).exists()


def test_asking_twice_is_refused_in_the_form(acme, client_of):
    version = a_published_card(acme)
    said = {"target": "revenue", "silent_days": 180, "active_days": 0, "pace": ""}
    client = client_of(acme.admin)
    client.post(record_at(acme, version, "ask/"), said)

    answered = client.post(record_at(acme, version, "ask/"), said)

    assert answered.status_code == 409
    assert "being asked already" in answered.text


def test_viewers_may_look_and_not_ask(acme, client_of):
    version = a_published_card(acme)

    assert client_of(acme.viewer).post(record_at(acme, version, "ask/")).status_code == 403
    assert client_of(acme.viewer).post(record_at(acme, version, "adopt/")).status_code == 403


def test_a_suggestion_is_adopted_as_the_draft(acme, client_of):
    tenure = a_factor("tenure", input="revenue.tenure_days", points=((0, 0.0), (400, 1.0)))
    lie = a_factor("lie", weight=60, points=((1, 1.0), (5, 0.0)))
    version = a_published_card(acme, some_rules(lie, tenure))
    a_history(acme)
    found_out(version)
    client = client_of(acme.admin)

    page = client.get(record_at(acme, version))
    answered = client.post(record_at(acme, version, "adopt/"))

    version.scorecard.refresh_from_db()
    assert "turned round" in page.text
    assert answered.status_code == 303
    assert known(version.scorecard.drafted).factors[0].points[0].share == 0.0


def test_a_page_costs_the_same_however_many_customers(
    acme, client_of, django_assert_max_num_queries
):
    version = a_published_card(acme)
    a_history(acme)
    found_out(version)
    client = client_of(acme.viewer)
    client.get(record_at(acme, version))

    with django_assert_max_num_queries(24):
        client.get(record_at(acme, version))
    with django_assert_max_num_queries(24):
        client.get(record_at(acme, version, "hit/"))


def test_a_verdict_is_never_told_without_departures(acme):
    version = a_published_card(acme)
    add_external_id(a_customer(acme, 1), value="one", by=acme.admin)

    backtest = found_out(version, now=MORNING)

    assert backtest.verdict == Verdict.TOO_FEW
    assert backtest.records[0].auc is None
