import pytest
from django.urls import reverse

from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.storing import store_events, store_submission
from vereda.events.contracts.arriving import Reason, workspace_key
from vereda.events.queries.arrivals import arrival_days
from vereda.events.store.current import another_store
from vereda.events.testing import a_refusal, a_submission, an_event
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


def opened(client, name, company, query="", **ids):
    address = reverse(name, kwargs={"workspace": company.workspace.slug, **ids})
    return client.get(address + query)


def test_before_the_first_event_the_page_says_how_to_send_one(acme, client_of):
    page = opened(client_of(acme.viewer), "live_events", acme)

    assert page.status_code == 200
    assert "Send your first event" in page.text


def test_the_last_events_are_shown_with_whose_they_are(acme, client_of):
    store_events(acme.workspace, [an_event("Exported", account_key="acme-inc")], now=MORNING)
    fold_workspace(acme.workspace, now=MORNING)

    page = opened(client_of(acme.viewer), "live_events", acme)

    assert "Exported" in page.text
    assert "acme-inc" in page.text
    assert "every 5s" in page.text


def test_events_are_filtered_by_name_person_and_account(acme, client_of):
    store_events(
        acme.workspace,
        [an_event("Exported", account_key="acme-inc"), an_event("Printed", person_key="u2")],
        now=MORNING,
    )
    fold_workspace(acme.workspace, now=MORNING)
    client = client_of(acme.viewer)

    by_name = opened(client, "live_events", acme, "?name=Printed")
    by_account = opened(client, "live_events", acme, "?account=A-1")
    by_person = opened(client, "live_events", acme, "?person=PE-1")

    assert [shown(page) for page in (by_name, by_account, by_person)] == [
        ["Printed"],
        ["Exported"],
        ["Exported"],
    ]


def shown(page):
    return [one.event.name for one, _kind in page.context["seen"]]


def test_earlier_events_are_a_link_away(acme, client_of):
    store_events(acme.workspace, [an_event(f"E{number}") for number in range(60)], now=MORNING)
    client = client_of(acme.viewer)

    first = opened(client, "live_events", acme)
    second = opened(client, "live_events", acme, f"?before={first.context['next']}")

    assert len(shown(first)) == 50
    assert shown(second) == [f"E{number}" for number in range(9, -1, -1)]


def test_htmx_gets_only_the_events(acme, client_of):
    client = client_of(acme.viewer)
    address = reverse("live_events", kwargs={"workspace": "acme"})

    page = client.get(address, headers={"HX-Request": "true"})

    assert page.text.strip().startswith('<div id="events"')


def test_an_event_is_shown_in_full_and_escaped(acme, client_of):
    event = an_event("<script>", properties='{"x":"<b>"}', source="key:wk_1")
    store_events(acme.workspace, [event], now=MORNING)

    page = opened(client_of(acme.viewer), "event_details", acme, seq=1)

    assert "&lt;script&gt;" in page.text
    assert "&quot;x&quot;: &quot;&lt;b&gt;&quot;" in page.text
    assert "key:wk_1" in page.text


def test_why_an_event_is_missing(acme, client_of):
    refused = a_refusal(Reason.ILLEGAL_ID, found="null", item='{"userId":"null<i>"}')
    key = workspace_key(acme.workspace.pk)
    store_submission(a_submission(an_event(), refusals=[refused], workspace=key, at=now()))
    client = client_of(acme.viewer)

    arrivals = opened(client, "event_arrivals", acme)
    item = opened(client, "quarantined_item", acme, seq=arrivals.context["items"][0][0].seq)

    (day,) = arrivals.context["days"]
    assert (day.received, day.stored, day.quarantined, day.adds_up) == (2, 1, 1, True)
    assert "An id that means nobody" in arrivals.text
    assert "null&lt;i&gt;" in item.text
    assert "strangers would become one person" in item.text


def test_refusals_are_filtered_by_reason(acme, client_of):
    key = workspace_key(acme.workspace.pk)
    refusals = [a_refusal(Reason.NO_ID), a_refusal(Reason.NO_NAME)]
    store_submission(a_submission(refusals=refusals, workspace=key))

    page = opened(client_of(acme.viewer), "event_arrivals", acme, "?reason=no_name")

    assert [item.reason for item, *_ in page.context["items"]] == [Reason.NO_NAME]


@pytest.mark.parametrize("name", ["event_details", "quarantined_item"])
def test_another_workspaces_event_is_not_there(acme, globex, client_of, name):
    key = workspace_key(acme.workspace.pk)
    store_submission(a_submission(refusals=[a_refusal()], workspace=key))
    store_submission(a_submission(an_event(), workspace=key))
    seq = {"quarantined_item": 1, "event_details": 2}[name]

    assert opened(client_of(acme.owner), name, acme, seq=seq).status_code == 200
    assert opened(client_of(globex.owner), name, globex, seq=seq).status_code == 404
    assert opened(client_of(globex.owner), name, acme, seq=seq).status_code == 404


def test_an_edited_address_leads_nowhere(acme, client_of):
    client = client_of(acme.viewer)

    assert opened(client, "live_events", acme, "?before=x").status_code == 404
    assert opened(client, "live_events", acme, "?person=x").status_code == 404
    assert arrival_days(acme.workspace, since=MORNING.date(), until=MORNING.date()) == []
