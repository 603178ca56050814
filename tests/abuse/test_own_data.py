"""What a visitor must not be able to do with data about people, their own included (M13, M14)."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client

from vereda.collector.rules.consents import EVERYBODY
from vereda.collector.testing import Poster, a_track
from vereda.collector.wsgi import consents_at
from vereda.customers.testing import a_note, a_person, an_account
from vereda.events.store.current import another_store
from vereda.events.store.duckdb import IN_MEMORY, DuckStore
from vereda.foundation.clock import now
from vereda.portal.access import COOKIE
from vereda.portal.actions.links import end_visits_of
from vereda.portal.testing import a_visitor
from vereda.privacy.models import Consent, DataRequest
from vereda.privacy.queries import privacy_revision
from vereda.workspaces.models import AuditLine

DATA = "/p/acme/data/"
PATIENCE_SECONDS = 60
VERBS = ["messages/answer/", "copy/", "ask/", "confirm/"]
SAID = {"said": "yes", "kind": "correction", "note": "changed", "to": DATA}


@pytest.fixture
def account(acme):
    """A customer."""
    return an_account(acme, name="Muebles Mara")


@pytest.fixture
def mara(acme, account):
    """Somebody there."""
    return a_person(
        acme, name="Mara", email="mara@muebles.example", account=account, external_id="u1"
    )


@pytest.fixture
def leo(acme, account):
    """Her colleague, about whom something is written."""
    person = a_person(acme, name="Leo Secret", email="leo@muebles.example", account=account)
    a_note(account, body="Secret words about him", participants=[person])
    return person


def answers(acme):
    return Consent.objects.of(acme.workspace)


def requests(acme):
    return DataRequest.objects.of(acme.workspace)


def exports(acme):
    return AuditLine.objects.of(acme.workspace).filter(verb="exported")


@pytest.mark.django_db
def test_m14_no_key_of_somebody_else_makes_their_copy(acme, mara, leo):
    client = a_visitor(mara)
    told = {"person": leo.key, "key": leo.key, "person_id": str(leo.pk), "workspace": "globex"}

    copies = [
        client.post(f"{DATA}copy/", told),
        client.post(f"{DATA}copy/?person={leo.key}&key={leo.key}"),
    ]

    texts = [copy.getvalue().decode() for copy in copies]
    assert [json.loads(text)["person"] for text in texts] == [mara.key] * 2
    assert ["Secret" in text for text in texts] == [False, False]
    assert {line.thing_id for line in exports(acme)} == {mara.pk}


@pytest.mark.django_db
def test_m14_once_the_visit_is_over_nobody_gets_a_byte(acme, mara):
    client = a_visitor(mara)
    end_visits_of(mara, now=now())
    stranger = Client()
    stranger.cookies[COOKIE] = "made-up"

    copies = [each.post(f"{DATA}copy/") for each in (client, stranger, Client())]

    assert [copy.status_code for copy in copies] == [303] * 3
    assert not exports(acme).exists()


@pytest.mark.django_db
def test_m14_a_copy_is_kept_by_nobody_and_run_by_no_browser(mara):
    copy = a_visitor(mara).post(f"{DATA}copy/")

    assert copy["Content-Type"].startswith("application/json")
    assert copy["Content-Disposition"].startswith("attachment")
    assert copy["X-Content-Type-Options"] == "nosniff"
    assert copy["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_a01_no_other_site_answers_takes_or_asks(acme, mara, verb):
    client = a_visitor(mara)
    client.handler.enforce_csrf_checks = True

    answer = client.post(f"{DATA}{verb}", SAID, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert not answers(acme).exists()
    assert not requests(acme).exists()
    assert not exports(acme).exists()


@pytest.mark.django_db
def test_nobody_answers_or_asks_as_somebody_else(acme, globex, mara, leo):
    client = a_visitor(mara)
    told = SAID | {
        "person": str(leo.pk),
        "by": str(acme.owner.pk),
        "source": "the person in our office",
        "proof": "https://evil.example",
        "given_at": "2020-01-01T00:00:00Z",
        "answered_at": "2020-01-01T00:00:00Z",
        "due_on": "2099-01-01",
    }

    client.post(f"{DATA}messages/answer/", told)
    client.post(f"{DATA}ask/", told)

    consent, request = answers(acme).get(), requests(acme).get()
    assert (consent.person_id, consent.by, consent.source, consent.proof) == (
        mara.pk,
        None,
        "portal",
        "",
    )
    assert consent.given_at.year > 2020
    assert (request.person_id, request.source, request.answered_at) == (mara.pk, "portal", None)
    assert request.due_on.year < 2099


@pytest.mark.django_db
def test_a_way_back_leads_nowhere_else(mara):
    answer = a_visitor(mara).post(f"{DATA}confirm/", {"to": "https://evil.example/p/acme/"})

    assert answer.status_code == 303
    assert "evil" not in answer["Location"]


@pytest.mark.django_db
def test_words_are_words_wherever_they_are_read(acme, mara, client_of):
    words = "<script>alert(1)</script>"
    visitor = a_visitor(mara)
    visitor.post(f"{DATA}ask/", {"kind": "correction", "note": words})

    pages = [
        visitor.get(DATA),
        client_of(acme.admin).get(f"/w/acme/people/{mara.key}/privacy/"),
        client_of(acme.admin).get("/w/acme/settings/privacy/"),
    ]

    assert [words in page.content.decode() for page in pages] == [False] * 3
    assert "&lt;script&gt;" in pages[0].content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("verb", "said"),
    [("messages/answer/", {"said": "no"}), ("ask/", {"kind": "erasure"})],
    ids=["answer", "ask"],
)
def test_pressed_twice_at_once_is_one_word(acme, mara, verb, said):
    clients, told = [a_visitor(mara) for _ in range(2)], []

    def press(client):
        try:
            told.append(client.post(f"{DATA}{verb}", said).status_code)
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=(client,)) for client in clients]
    for each in presses:
        each.start()
    for each in presses:
        each.join(PATIENCE_SECONDS)

    assert set(told) <= {303, 409}
    assert told.count(303) >= 1
    assert answers(acme).count() + requests(acme).count() == 1


@pytest.mark.django_db
def test_a_no_on_the_page_stops_the_collector_and_a_yes_starts_it_again(acme, mara):
    store = DuckStore(IN_MEMORY, on_broken=lambda _error: None)
    client, collector = a_visitor(mara), Poster(store)

    def stored_after(said):
        """How many events of hers are stored once she said so and did something more."""
        if said:
            client.post(f"{DATA}product_analytics/answer/", {"said": said})
            with another_store(store):
                known = (acme.workspace.pk, privacy_revision(acme.workspace))
                collector.consents = consents_at(known)
        collector.batch(a_track(), a_track(userId="u2"))
        return [event.person_key for event in collector.stored()].count("u1")

    assert collector.consents == EVERYBODY
    assert [stored_after(said) for said in ("", "no", "yes")] == [1, 1, 2]
    store.close()
