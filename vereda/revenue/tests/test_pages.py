from datetime import date

from vereda.revenue.models import ChurnEvent, Subscription
from vereda.revenue.testing import a_subscription

TERMS = {"plan": "Pro", "amount": "120.50", "currency": "eur", "period": "monthly", "seats": "4"}


def test_a_member_adds_a_subscription(acme, cantera, client_of):
    response = client_of(acme.member).post(
        f"/w/acme/accounts/{cantera.key}/subscriptions/start/",
        {**TERMS, "started_on": "2026-01-01"},
    )

    row = Subscription.objects.of(acme.workspace).get()
    assert response.status_code == 303
    assert (row.amount_minor, row.currency, row.account) == (12_050, "EUR", cantera)


def test_what_does_not_fit_is_said_in_the_form(acme, cantera, client_of):
    response = client_of(acme.member).post(
        f"/w/acme/accounts/{cantera.key}/subscriptions/start/",
        {**TERMS, "started_on": "2026-01-01", "ends_on": "2025-01-01"},
    )

    assert response.status_code == 422
    assert "It ends before it starts" in response.content.decode()
    assert Subscription.objects.of(acme.workspace).count() == 0


def test_a_fraction_of_a_cent_is_refused(acme, cantera, client_of):
    response = client_of(acme.member).post(
        f"/w/acme/accounts/{cantera.key}/subscriptions/start/",
        {**TERMS, "amount": "1.005", "started_on": "2026-01-01"},
    )

    assert response.status_code == 422
    assert Subscription.objects.of(acme.workspace).count() == 0


def test_a_member_changes_and_ends(acme, cantera, client_of):
    row = a_subscription(cantera)
    client = client_of(acme.member)

    shown = client.get(f"/w/acme/subscriptions/{row.key}/")
    changed = client.post(f"/w/acme/subscriptions/{row.key}/", {**TERMS, "from_on": "2026-10-01"})
    last = Subscription.objects.of(acme.workspace).get(started_on=date(2026, 10, 1))
    ended = client.post(f"/w/acme/subscriptions/{last.key}/end/", {"ends_on": "2099-01-01"})

    last.refresh_from_db()
    assert [shown.status_code, changed.status_code, ended.status_code] == [200, 303, 303]
    assert (last.continues_id, last.ends_on) == (row.pk, date(2099, 1, 1))


def test_a_goodbye_by_form(acme, cantera, client_of):
    response = client_of(acme.member).post(
        f"/w/acme/accounts/{cantera.key}/churn/", {"churned_on": "2026-01-01", "reason": "price"}
    )

    assert response.status_code == 303
    assert ChurnEvent.objects.of(acme.workspace).get().reason == "price"


def test_a_viewer_may_not_and_a_stranger_sees_nothing(acme, globex, cantera, client_of):
    row = a_subscription(cantera)
    url = f"/w/acme/subscriptions/{row.key}/"

    assert client_of(acme.viewer).get(url).status_code == 403
    assert client_of(globex.owner).get(url).status_code == 404
    assert client_of(globex.owner).get(f"/w/globex/subscriptions/{row.key}/").status_code == 404
