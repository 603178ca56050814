from datetime import UTC, date, datetime, timedelta

import pytest

from vereda.console.pages.volumes import months_of_volumes, rounded_down, sentences_of
from vereda.customers.testing import an_account
from vereda.events.actions.storing import store_submission
from vereda.events.contracts.arriving import workspace_key
from vereda.events.testing import a_submission, an_event
from vereda.revenue.testing import a_subscription
from vereda.support.contracts import Extent
from vereda.support.models.outages import Outage
from vereda.support.testing import a_ticket

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, 1),
        (2, 1),
        (19, 18),
        (20, 19),
        (304, 300),
        (300, 290),
        (100, 99),
        (1_000, 990),
        (129_908, 120_000),
    ],
)
def test_more_than_is_always_true(count, told):
    assert rounded_down(count) == told
    assert told < count or count == 1


def test_a_month_counts_who_paid_what_was_used_and_what_was_resolved(acme, globex):
    payer = an_account(acme, name="Payer")
    a_subscription(payer, started_on=date(2026, 9, 10), ends_on=date(2026, 11, 1))
    a_subscription(an_account(acme), started_on=date(2026, 11, 2))
    a_subscription(an_account(globex), started_on=date(2026, 9, 10))
    at = datetime(2026, 10, 5, 10, tzinfo=UTC)
    store_submission(
        a_submission(
            *(an_event("used", occurred_at=at + timedelta(hours=n)) for n in range(3)),
            workspace=workspace_key(acme.workspace.pk),
        )
    )
    a_ticket(payer, opened_at=at, resolved_at=at + timedelta(days=1))

    told = {each.month: each for each in months_of_volumes(acme.workspace, today=TODAY, now=NOW)}

    assert next(iter(told)) == date(2025, 12, 1)
    assert len(told) == 12
    assert told[date(2026, 9, 1)].customers == 1
    assert (told[date(2026, 10, 1)].uses, told[date(2026, 10, 1)].resolved) == (3, 1)
    assert told[date(2026, 11, 1)].customers == 1
    assert {each.worked for each in told.values()} == {None}


def test_time_at_work_is_that_of_the_service_that_did_worst(acme):
    for service, hours in (("App", 24), ("API", 72)):
        Outage.objects.of(acme.workspace).create(
            number=hours,
            service=service,
            extent=Extent.FULL,
            started_at=datetime(2026, 10, 3, tzinfo=UTC),
            ended_at=datetime(2026, 10, 3, tzinfo=UTC) + timedelta(hours=hours),
        )

    told = {each.month: each for each in months_of_volumes(acme.workspace, today=TODAY, now=NOW)}

    assert told[date(2026, 10, 1)].worked == pytest.approx(1 - 3 / 31, abs=1e-3)
    assert told[date(2026, 9, 1)].worked == 1
    assert "there" in sentences_of(list(told.values()))[-1]


def test_somebody_reads_it_and_an_empty_workspace_is_told_so(acme, client_of):
    a_subscription(an_account(acme), started_on=date(2025, 1, 1))

    shown = client_of(acme.viewer).get("/w/acme/reports/volumes/").content.decode()

    assert "1 company works with us." in shown


def test_it_costs_the_same_however_much_happened(acme, client_of, django_assert_max_num_queries):
    for _each in range(12):
        a_subscription(an_account(acme), started_on=date(2025, 1, 1))
    browser = client_of(acme.member)
    browser.get("/w/acme/reports/volumes/")

    with django_assert_max_num_queries(24):
        browser.get("/w/acme/reports/volumes/")
