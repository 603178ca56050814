"""Their yes in a plan is a purchase: the time to a first use counts from that day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from vereda.adoption.contracts import PurchaseSource
from vereda.adoption.models import Purchase
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.plans import agree_plan
from vereda.onboarding.testing import a_plan

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def bought(plan):
    return [
        (row.sold_on, row.source)
        for row in Purchase.objects.of(plan.workspace_id).filter(
            account=plan.account, product=plan.product
        )
    ]


def test_who_starts_with_a_yes_bought_it_that_day(acme, facts):
    plan = a_plan(acme, started_at=MORNING)

    facts.deliver()

    assert bought(plan) == [(MORNING.date(), PurchaseSource.HANDSHAKE)]


def test_before_the_yes_nothing_was_bought_and_the_day_is_that_of_the_workspace(acme, facts):
    acme.workspace.time_zone = "America/Bogota"
    acme.workspace.save()
    plan = a_plan(acme, started_at=None)
    facts.deliver()
    assert bought(plan) == []

    late = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    agree_plan(plan, agreed_at=late, by=acme.owner, now=late + DAY)
    facts.deliver()
    facts.deliver()

    assert bought(plan) == [(date(2026, 3, 2), PurchaseSource.HANDSHAKE)]


def test_what_was_bought_earlier_stays(acme, facts):
    plan = a_plan(acme, started_at=MORNING)
    Purchase.objects.of(plan.workspace_id).create(
        account=plan.account,
        product=plan.product,
        sold_on=(MORNING - 9 * DAY).date(),
        source=PurchaseSource.SUBSCRIPTION,
    )

    facts.deliver()

    assert bought(plan) == [((MORNING - 9 * DAY).date(), PurchaseSource.SUBSCRIPTION)]
