"""What members see of letters, and what they can do with them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import a_person
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.addresses import close_reply_addresses
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.keyed import inbound_secret
from vereda.messaging.models.letters import Message
from vereda.messaging.models.people import Preference, Suppression
from vereda.messaging.models.settings import InboundKey, LetterSetting
from vereda.messaging.testing import a_letter, a_reply, an_address
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.queries import consents_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(acme, client_of):
    return client_of(acme.member)


def shown(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a_letter_that_does_not_leave_says_why(acme, client):
    silent = a_person(acme, name="Silent")
    letter = a_letter(acme, silent)

    assert "we have no address of this person" in shown(client, "/w/acme/letters/")
    assert "we have no address of this person" in shown(client, f"/w/acme/letters/{letter.pk}/")


def test_letters_are_found_by_state_and_kind(acme, client, person):
    a_letter(acme, person, subject="A request")
    a_letter(acme, person, subject="A digest", kind=LetterKind.DIGEST)
    a_letter(acme, a_person(acme, name="Silent"), subject="To nobody")

    stopped = shown(client, "/w/acme/letters/?state=stopped")
    digests = shown(client, "/w/acme/letters/?kind=digest")

    assert ("To nobody" in stopped, "A request" in stopped) == (True, False)
    assert ("A digest" in digests, "A request" in digests) == (True, False)
    assert shown(client, "/w/acme/letters/?state=%00&kind=none")


def test_the_lists_cost_the_same_however_long(acme, client, person):
    addresses = [an_address(acme, person) for _ in range(3)]
    a_letter(acme, person)
    a_reply(addresses[0])
    urls = ["/w/acme/letters/", "/w/acme/letters/in/", f"/w/acme/people/{person.key}/letters/"]
    before = [queries(client, url) for url in urls]
    for number in range(6):
        other = a_person(acme, name=f"P {number}", email=f"p{number}@x.example")
        a_letter(acme, other)
        a_letter(acme, person)
        a_reply(an_address(acme, other))
        a_reply(addresses[number % 3])

    assert [queries(client, url) for url in urls] == before


def test_a_member_stops_a_letter_that_waits(acme, client, person, facts):
    letter = a_letter(acme, person, not_before=MORNING + timedelta(days=1))

    stopped = client.post(f"/w/acme/letters/{letter.pk}/stop/")
    again = client.post(f"/w/acme/letters/{letter.pk}/stop/")

    letter.refresh_from_db()
    assert (stopped.status_code, again.status_code) == (303, 409)
    assert (letter.state, letter.stopped_because) == (LetterState.STOPPED, "by_member")


def test_a_member_sends_an_unclear_letter_once_more(acme, client, person):
    letter = a_letter(acme, person)
    Message.objects.of(acme.workspace).update(state=LetterState.UNCLEAR)

    assert client.post(f"/w/acme/letters/{letter.pk}/again/").status_code == 303
    letter.refresh_from_db()
    assert letter.state == LetterState.WAITING
    assert client.post(f"/w/acme/letters/{letter.pk}/again/").status_code == 409


def test_a_viewer_reads_and_sends_nothing(acme, client_of, person):
    letter = a_letter(acme, person)
    viewer = client_of(acme.viewer)

    assert shown(viewer, f"/w/acme/letters/{letter.pk}/")
    assert viewer.post(f"/w/acme/letters/{letter.pk}/stop/").status_code == 403
    assert viewer.get(f"/w/acme/people/{person.key}/letters/new/").status_code == 403
    assert viewer.get("/w/acme/settings/letters/").status_code == 403


def test_a_member_writes_to_somebody_and_their_values_stand_as_they_are(
    acme, client, facts, monkeypatch
):
    monkeypatch.setattr("vereda.messaging.posting.clock.now", lambda: MORNING)
    monkeypatch.setattr("vereda.messaging.pages.letters.now", lambda: MORNING)
    strange = a_person(acme, name="{{ email }} {% now 'Y' %} <b>", email="s@x.example")

    answer = client.post(
        f"/w/acme/people/{strange.key}/letters/new/",
        {"subject": "For {{ name }}", "text": "Dear {{name}},\n\n{{ sender }} writes."},
    )
    facts.deliver()

    assert answer.status_code == 303
    (letter,) = mail.outbox
    assert letter.subject == "For {{ email }} {% now 'Y' %} <b>"
    assert "Dear {{ email }} {% now 'Y' %} <b>," in str(letter.body)
    assert "Auto-Submitted" not in letter.extra_headers


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "Hello\r\nBcc: evil@x.example", "text": "Hello"},
        {"subject": "Hello", "text": "{{ password }}"},
        {"subject": "", "text": "Hello"},
        {"subject": "x" * 201, "text": "Hello"},
    ],
)
def test_e01_a_letter_that_cannot_be_is_refused_in_the_form(acme, client, person, said):
    before = Message.objects.of(acme.workspace).count()

    answer = client.post(f"/w/acme/people/{person.key}/letters/new/", said)

    assert answer.status_code == 422
    assert Message.objects.of(acme.workspace).count() == before


def test_nobody_writes_to_somebody_who_must_not_be_written_to(acme, client, person):
    client.post(f"/w/acme/people/{person.key}/letters/suppress/")

    answer = client.post(
        f"/w/acme/people/{person.key}/letters/new/", {"subject": "Hello", "text": "Hello"}
    )

    assert answer.status_code == 422
    assert "must not be written to" in answer.content.decode()
    assert client.post(f"/w/acme/people/{person.key}/letters/lift/").status_code == 303
    assert Suppression.objects.of(acme.workspace).count() == 0


def test_what_somebody_told_a_member_holds(acme, client, person):
    said = {"wanted": ["digest", "news"]}

    assert client.post(f"/w/acme/people/{person.key}/letters/wishes/", said).status_code == 303

    row = Preference.objects.of(acme.workspace).get()
    assert set(row.refused) == {"request", "reminder", "personal"}
    consent = consents_of(person)[ConsentPurpose.MESSAGES]
    assert consent is not None
    assert consent.given_at is not None


def test_the_page_of_somebody_says_how_many_letters_they_had(acme, client, person, facts):
    a_letter(acme, person)

    said = shown(client, f"/w/acme/people/{person.key}/letters/")

    assert "0 of 4 letters in the last seven days" in said
    assert "The plan of the warehouse" in said
    assert f"/w/acme/people/{person.key}/letters/" in shown(client, f"/w/acme/people/{person.key}/")


def test_dropped_letters_are_counted_by_reason_and_shown(acme, client, person):
    address = an_address(acme, person)
    close_reply_addresses(
        acme.workspace, about="test.thing", thing_id=address.thing_id, now=MORNING
    )
    dropped = a_reply(address, text="Too <b>late</b>")
    a_reply(an_address(acme, person), text="In time", vouched=False)

    everything = shown(client, "/w/acme/letters/in/")
    narrowed = shown(client, "/w/acme/letters/in/?reason=closed")

    assert "what it answers is over" in everything
    assert "Not verified" in everything
    assert "Not verified" not in narrowed
    assert "Too &lt;b&gt;late" in shown(client, f"/w/acme/letters/in/{dropped.pk}/")


def test_settings_are_checked(acme, client_of):
    client = client_of(acme.admin)
    url = "/w/acme/settings/letters/"
    good = {"sender_name": "Acme Care", "reply_domain": "Reply.Acme.example", "weekly_budget": 2}

    assert client.post(url, good).status_code == 303
    for wrong in (
        {"sender_name": "A\r\nB"},
        {"reply_domain": "not a domain"},
        {"weekly_budget": 0},
        {"weekly_budget": 51},
    ):
        assert client.post(url, {**good, **wrong}).status_code == 422

    row = LetterSetting.objects.of(acme.workspace).get()
    assert (row.sender_name, row.reply_domain, row.weekly_budget) == (
        "Acme Care",
        "reply.acme.example",
        2,
    )


def test_a_secret_is_shown_once(acme, client_of):
    client = client_of(acme.admin)
    url = "/w/acme/settings/letters/"

    made = client.post(f"{url}key/")

    secret = inbound_secret(InboundKey.objects.of(acme.workspace).get())
    assert secret in made.content.decode()
    assert secret not in shown(client, url)
    assert client.post(f"{url}key/end-older/").status_code == 303
