from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.console.listing import today_in
from vereda.customers.testing import a_note, an_account
from vereda.revenue.testing import a_subscription


def steps(client):
    return [step.done for step in client.get("/w/acme/").context["steps"]]


def test_the_checklist_is_computed_from_what_is_there(acme, client_of):
    client = client_of(acme.owner)
    before = steps(client)
    for number in range(10):
        an_account(acme, name=f"N {number}", owner_id=acme.owner.pk)

    after = steps(client)

    assert before[:3] == [False, False, False]
    assert after[:3] == [True, True, False]


def test_nothing_yet_says_what_to_do(acme, client_of):
    page = client_of(acme.owner).get("/w/acme/").content.decode()

    assert "Import accounts" in page
    assert "Load the sample" in page


def test_it_shows_what_is_near_and_what_changed(acme, client_of):
    soon = an_account(acme, name="Tejo Salud")
    a_subscription(soon, renews_on=today_in(acme.workspace) + timedelta(days=20))
    a_note(soon, body="They ask for a discount.")

    response = client_of(acme.member).get("/w/acme/")

    assert [(row.name, days) for row, days in response.context["renewing"]] == [("Tejo Salud", 20)]
    assert "They ask for a discount." in response.content.decode()


def test_ones_own_accounts_come_first(acme, client_of):
    an_account(acme, name="Mine", owner_id=acme.member.pk)
    other = an_account(acme, name="Theirs")
    a_note(other, body="Not of mine.")

    assert "Not of mine." not in client_of(acme.member).get("/w/acme/").content.decode()
    assert "Not of mine." in client_of(acme.admin).get("/w/acme/").content.decode()


def test_it_costs_the_same_for_three_and_for_sixty(acme, client_of):
    client = client_of(acme.member)
    for number in range(3):
        a_note(an_account(acme, name=f"N {number}"))
    client.get("/w/acme/")
    with CaptureQueriesContext(connection) as few:
        client.get("/w/acme/")
    for number in range(57):
        a_note(an_account(acme, name=f"M {number}"))
    with CaptureQueriesContext(connection) as many:
        client.get("/w/acme/")

    assert len(many) == len(few)


def test_the_palette_finds_places_and_accounts(acme, client_of):
    an_account(acme, name="Cantera Logística")
    client = client_of(acme.viewer)

    places = client.get("/w/acme/find?q=tick").content.decode()
    rows = client.get("/w/acme/find?q=canter").content.decode()

    assert "/w/acme/tickets/" in places
    assert "/w/acme/accounts/A-1/" in rows
