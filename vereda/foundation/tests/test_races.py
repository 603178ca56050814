"""What two requests did in the same moment is refused with a sentence, whatever the check said."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from vereda.audiences.actions.audiences import save_audience
from vereda.audiences.contracts import About, AudienceTaken
from vereda.audiences.testing import a_row, all_of, an_audience
from vereda.customers.testing import an_account
from vereda.foundation.errors import Refused
from vereda.foundation.races import refused_if_taken
from vereda.foundation.testing import MORNING
from vereda.health.actions.scorecards import ScorecardNameTaken, draft_scorecard
from vereda.health.testing import a_published_card, some_rules
from vereda.product import actions
from vereda.product.actions import add_product, edit_feature
from vereda.product.contracts import Cadence, EventTaken, NameTaken
from vereda.product.models import FeatureEvent
from vereda.product.testing import a_feature, a_product
from vereda.revenue.actions.costs import assume
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.actions.subscriptions import start_subscription
from vereda.revenue.contracts import RateIn, SubscriptionTaken, WrongCost, WrongRate
from vereda.revenue.models import Assumption, ExchangeRate
from vereda.support.actions.outages import decide_publishing
from vereda.support.actions.promises import put_business_hours
from vereda.support.actions.queues import put_ticket_queue
from vereda.support.actions.tickets import open_ticket
from vereda.support.contracts import TicketTaken, WrongOutage, WrongPolicy
from vereda.support.models.outages import OutagePolicy
from vereda.support.models.promises import BusinessHours
from vereda.support.models.repairs import TicketQueue
from vereda.support.testing import some_hours

pytestmark = pytest.mark.django_db


def the_check_says(monkeypatch, where, *, answer):
    """The check before writing lets everybody through: two looked in the same moment."""
    monkeypatch.setattr(where, lambda *_said, **_more: answer)


def still_works(company):
    """The transaction around the refused writing goes on."""
    return an_account(company, name="After").pk is not None


def test_business_hours(acme, monkeypatch):
    hours = some_hours(acme)
    the_check_says(monkeypatch, "vereda.support.actions.promises._hours_are_named_so", answer=False)

    with pytest.raises(WrongPolicy, match="with that name already"):
        put_business_hours(
            acme.workspace,
            None,
            name=hours.name,
            time_zone="UTC",
            spans=[],
            holidays=[],
            by=acme.owner,
        )

    assert BusinessHours.objects.of(acme.workspace).count() == 1
    assert still_works(acme)


def test_ticket_queues(acme, monkeypatch):
    def put():
        put_ticket_queue(acme.workspace, None, name="First line", members=[], by=acme.owner)

    put()
    the_check_says(monkeypatch, "vereda.support.actions.queues._queue_is_named_so", answer=False)
    with pytest.raises(WrongPolicy, match="with that name already"):
        put()

    assert TicketQueue.objects.of(acme.workspace).count() == 1
    assert still_works(acme)


def test_what_is_decided_about_outages(acme, monkeypatch):
    def decide():
        decide_publishing(
            acme.workspace, publishes=True, how="Status page", by=acme.owner, now=MORNING
        )

    decide()
    the_check_says(
        monkeypatch, "vereda.support.actions.outages.outage_policy_of", answer=OutagePolicy()
    )
    with pytest.raises(WrongOutage, match="in the same moment"):
        decide()
    assert still_works(acme)


def test_tickets_and_subscriptions_of_another_system(acme):
    account = an_account(acme)
    said: dict[str, Any] = {"external_id": "Z-1", "by": None, "now": MORNING}
    terms: dict[str, Any] = {"started_on": MORNING.date(), "amount_minor": 100}
    open_ticket(account, subject="A", **said)
    start_subscription(account, **terms, **said)

    with pytest.raises(TicketTaken, match="“Z-1” already"):
        open_ticket(account, subject="B", **said)
    with pytest.raises(SubscriptionTaken, match="“Z-1” already"):
        start_subscription(account, **terms, **said)
    assert still_works(acme)


def test_exchange_rates(acme, monkeypatch):
    rate = RateIn(currency="USD", on=date(2026, 1, 1), rate=Decimal("0.9"), source="")
    put_exchange_rates(acme.workspace, [rate], by=acme.owner)
    nothing = ExchangeRate.objects.of(acme.workspace).none()
    the_check_says(monkeypatch, "vereda.revenue.actions.rates.exchange_rates", answer=nothing)

    with pytest.raises(WrongRate, match="meanwhile"):
        put_exchange_rates(acme.workspace, [rate], by=acme.owner)
    assert still_works(acme)


def test_assumptions(acme, monkeypatch):
    assume(acme.workspace, by=acme.owner, horizon_years=3)
    fresh = Assumption(workspace=acme.workspace)
    the_check_says(monkeypatch, "vereda.revenue.actions.costs.assumption_of", answer=fresh)

    with pytest.raises(WrongCost, match="in the same moment"):
        assume(acme.workspace, by=acme.owner, horizon_years=4)
    assert still_works(acme)


def test_names_of_products_audiences_and_scorecards(acme):
    a_product(acme, name="Ruta")
    an_audience(acme, a_row("customers.name", "known"), name="All")
    a_published_card(acme, name="Card")

    with pytest.raises(NameTaken, match="“ruta”"):
        add_product(acme.workspace, name="Ruta", by=acme.owner)
    with pytest.raises(AudienceTaken, match="“all”"):
        save_audience(
            acme.workspace,
            name="All",
            about=About.ACCOUNTS,
            question=all_of(a_row("customers.name", "known")),
            by=acme.owner,
            now=MORNING,
        )
    with pytest.raises(ScorecardNameTaken, match="“Card”"):
        draft_scorecard(acme.workspace, name="Card", rules=some_rules(), by=acme.admin)
    assert still_works(acme)


def test_an_event_that_another_feature_took_meanwhile(acme, monkeypatch):
    product = a_product(acme)
    first = a_feature(product, name="First", events=["Exported"])
    second = a_feature(product, name="Second", events=[])
    looks = []

    def lets_the_first_through(feature, names):
        looks.append(names)
        if len(looks) > 1:
            really(feature, names)

    really = actions._refuse_taken_events
    monkeypatch.setattr(actions, "_refuse_taken_events", lets_the_first_through)
    with pytest.raises(EventTaken, match="“Exported” means “First” already"):
        edit_feature(
            second,
            name="Second",
            description="",
            cadence=Cadence.REGULAR,
            events=["Exported"],
            by=acme.owner,
        )

    assert FeatureEvent.objects.of(acme.workspace).get().feature_id == first.pk


def test_other_mistakes_stay_mistakes(acme):
    account = an_account(acme)

    def unlike():
        with refused_if_taken(Refused("taken")):
            type(account).objects.of(acme.workspace).filter(pk=account.pk).update(number=None)

    with pytest.raises(IntegrityError):
        unlike()
    assert still_works(acme)
