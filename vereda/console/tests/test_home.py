from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.console.listing import today_in
from vereda.customers.testing import a_note, an_account
from vereda.events.contracts.drifting import DriftKind
from vereda.events.models.definitions import Drift
from vereda.foundation.testing import MORNING
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


def some_drifts(cast, names, **said):
    Drift.objects.of(cast.workspace).bulk_create(
        Drift(
            workspace=cast.workspace,
            kind=DriftKind.EVENT_STOPPED.value,
            subject=name,
            noticed_at=MORNING,
            **said,
        )
        for name in names
    )


def test_open_warnings_about_events_are_counted_with_a_link(acme, globex, client_of):
    client = client_of(acme.viewer)
    none = client.get("/w/acme/").content.decode()
    some_drifts(acme, ["Exported", "Shared"])
    some_drifts(acme, ["Long over"], ended_at=MORNING)
    some_drifts(globex, ["Not of acme"])

    two = client.get("/w/acme/").content.decode()
    acme.viewer.user.language = "es"
    acme.viewer.user.save()
    spanish = client.get("/w/acme/").content.decode()

    link = 'href="/w/acme/events/definitions/">'
    assert "not as it used to be" not in none.lower()
    assert f"{link}2 things about your events are not as they used to be.</a>" in two
    assert f"{link}2 cosas de tus eventos ya no son como antes.</a>" in spanish


def test_many_warnings_cost_what_one_costs(acme, client_of):
    client = client_of(acme.member)
    some_drifts(acme, ["Exported"])
    client.get("/w/acme/")
    with CaptureQueriesContext(connection) as one:
        client.get("/w/acme/")
    some_drifts(acme, [f"Event {number}" for number in range(60)])
    with CaptureQueriesContext(connection) as many:
        client.get("/w/acme/")

    assert len(many) == len(one)


def test_the_palette_finds_places_and_accounts(acme, client_of):
    an_account(acme, name="Cantera Logística")
    client = client_of(acme.viewer)

    places = client.get("/w/acme/find?q=tick").content.decode()
    rows = client.get("/w/acme/find?q=canter").content.decode()

    assert "/w/acme/tickets/" in places
    assert "/w/acme/accounts/A-1/" in rows
