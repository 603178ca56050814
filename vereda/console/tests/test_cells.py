from datetime import date

import pytest

from vereda.customers.queries.accounts import tags_of_all
from vereda.revenue.testing import a_subscription

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}


@pytest.fixture
def client(acme, client_of):
    return client_of(acme.member)


def cell(account, column):
    return f"/w/acme/accounts/{account.key}/cells/{column}/"


def test_the_stage_of_a_row_is_changed_in_place(acme, some, client):
    form = client.get(cell(some[0], "stage"), **HTMX)
    saved = client.post(cell(some[0], "stage"), {"value": "value", "was": "adoption"}, **HTMX)

    some[0].refresh_from_db()
    assert "<select" in form.content.decode()
    assert (saved.status_code, some[0].stage) == (200, "value")
    assert saved.content.decode().startswith("<button")
    assert "Value" in saved.content.decode()


def test_without_scripts_one_is_led_back_to_the_list(acme, some, client):
    back = "/w/acme/accounts/?sort=-name"

    page = client.get(cell(some[0], "next_step"), {"next": back})
    saved = client.post(cell(some[0], "next_step"), {"value": "Call Ana", "was": "", "next": back})

    some[0].refresh_from_db()
    assert "<html" in page.content.decode()
    assert (saved.status_code, saved.headers["Location"]) == (303, back)
    assert some[0].next_step == "Call Ana"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_one_is_never_led_elsewhere(some, client, elsewhere):
    saved = client.post(cell(some[0], "next_step"), {"value": "x", "was": "", "next": elsewhere})

    assert saved.headers["Location"] == "/w/acme/accounts/"


def test_what_somebody_else_wrote_meanwhile_is_not_lost(acme, some, client):
    client.post(cell(some[0], "next_step"), {"value": "First", "was": ""})

    second = client.post(cell(some[0], "next_step"), {"value": "Second", "was": ""}, **HTMX)

    some[0].refresh_from_db()
    assert (second.status_code, some[0].next_step) == (409, "First")
    assert "Somebody changed this meanwhile" in second.content.decode()
    assert 'value="Second"' in second.content.decode()


def test_owner_and_nobody(acme, some, client):
    gone = client.post(cell(some[0], "owner"), {"value": "", "was": str(acme.member.pk)})
    some[0].refresh_from_db()
    nobody = some[0].owner_id
    client.post(cell(some[0], "owner"), {"value": str(acme.admin.pk), "was": ""})

    some[0].refresh_from_db()
    assert (gone.status_code, nobody, some[0].owner_id) == (303, None, acme.admin.pk)


def test_a_stranger_cannot_own(acme, globex, some, client):
    refused = client.post(cell(some[1], "owner"), {"value": str(globex.owner.pk), "was": ""})

    some[1].refresh_from_db()
    assert (refused.status_code, some[1].owner_id) == (422, None)


def test_tags_are_written_with_commas(acme, some, client):
    client.post(cell(some[0], "tags"), {"value": "vip, Madrid", "was": ""})

    tags = tags_of_all(acme.workspace, [some[0].pk])[some[0].pk]
    assert [tag.name for tag in tags] == ["Madrid", "vip"]


def test_the_renewal_is_told_to_revenue(acme, some, client):
    subscription = a_subscription(some[0])

    client.post(cell(some[0], "renewal_on"), {"value": "2099-03-01", "was": ""})

    subscription.refresh_from_db()
    some[0].refresh_from_db()
    assert subscription.renews_on == some[0].renewal_on == date(2099, 3, 1)


@pytest.mark.parametrize(
    ("column", "value"),
    [("stage", "nowhere"), ("renewal_on", "soon"), ("renewal_on", "2099-01-01")],
)
def test_what_does_not_fit_is_said_beside_the_cell(some, client, column, value):
    refused = client.post(cell(some[0], column), {"value": value}, **HTMX)

    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()


@pytest.mark.parametrize("column", ["name", "arr", "workspace", "custom.x"])
def test_no_other_column_is_changed_this_way(some, client, column):
    assert client.post(cell(some[0], column), {"value": "1"}).status_code == 404


def test_a_viewer_may_not(acme, some, client_of):
    assert client_of(acme.viewer).get(cell(some[0], "stage")).status_code == 403
