"""The page of arrivals as a ledger: it adds up, or says loudly that it does not."""

import pytest
from django.urls import reverse

from vereda.events.actions.storing import store_submission
from vereda.events.contracts.arriving import workspace_key
from vereda.events.queries.arrivals import arrival_days
from vereda.events.store.current import another_store
from vereda.events.testing import a_refusal, a_submission, an_event
from vereda.foundation.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


@pytest.fixture
def arrived(acme):
    """A good event, a refused one, and two requests refused as a whole, today."""
    key = workspace_key(acme.workspace.pk)
    refusals = [a_refusal(name="<i>Exported", received_at=now())]
    told = {"turned_away": {"too_large": 2}, "refusals": refusals}
    store_submission(a_submission(an_event(), workspace=key, at=now(), **told))


def opened(client, company):
    address = reverse("event_arrivals", kwargs={"workspace": company.workspace.slug})
    return client.get(address)


def test_a_day_that_adds_up_has_a_mark(arrived, acme, client_of):
    page = opened(client_of(acme.viewer), acme)

    assert "adds up" in page.text
    assert "does not add up" not in page.text


def test_a_day_that_does_not_add_up_is_an_alarm(arrived, store, acme, client_of):
    lost = "INSERT INTO arrivals SELECT workspace, day, 'received', '', 3 FROM arrivals LIMIT 1"
    store._writer.run(lambda connection: connection.execute(lost))

    page = opened(client_of(acme.viewer), acme)
    (day,) = arrival_days(acme.workspace, since=now().date(), until=now().date().replace(year=2100))

    assert "The ledger does not add up" in page.text
    assert "off by 3" in page.text
    assert (day.missing, day.adds_up) == (3, False)


def test_whole_requests_are_told_in_words(arrived, acme, client_of):
    page = opened(client_of(acme.viewer), acme)

    assert page.context["turned_away"] == [("More than 4 MB", 2)]


def test_only_who_may_repair_is_offered_it(arrived, acme, client_of):
    seen = opened(client_of(acme.viewer), acme)
    offered = opened(client_of(acme.member), acme)

    assert "&lt;i&gt;Exported" in seen.text
    assert "arrivals/repair/?" not in seen.text
    assert "arrivals/repair/?reason=no_id" in offered.text
