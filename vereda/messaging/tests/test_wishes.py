"""What readers say through the links of letters, without signing in (E07 to E09)."""

from uuid import uuid4

import pytest
from django.test import Client

from vereda.customers.testing import a_person
from vereda.messaging.contracts import LetterKind
from vereda.messaging.keyed import inbound_token, link_token, one_click_url, preferences_url
from vereda.messaging.models.people import Preference
from vereda.messaging.queries.people import wanted_kinds
from vereda.messaging.rules.kinds import REFUSABLE_KINDS
from vereda.messaging.testing import a_letter
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.queries import consents_of
from vereda.surveys.testing import a_consenting

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(acme):
    return a_consenting(a_person(acme, name="Lucía", email="l@cantera.example", language="es"))


@pytest.fixture
def letter(acme, person):
    return a_letter(acme, person, kind=LetterKind.DIGEST)


@pytest.fixture
def reader():
    """A browser, or a mail program, without a cookie; CSRF would stop it."""
    return Client(enforce_csrf_checks=True)


def path_of(url):
    return url.split("//", 1)[1].partition("/")[2].join(["/", ""])


def test_e07_one_click_works_in_every_way_mail_programs_do_it(acme, person, letter, reader):
    path = path_of(one_click_url(letter))

    answers = [
        reader.post(
            path,
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        ),
        reader.post(path, {"List-Unsubscribe": "One-Click"}),
        reader.post(
            path,
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
            headers={"Origin": "https://mail.example"},
        ),
        reader.post(path, b"", content_type="application/octet-stream"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert not any(answer.cookies for answer in answers)
    assert LetterKind.DIGEST not in wanted_kinds(person)
    assert LetterKind.REQUEST in wanted_kinds(person)


def test_a_click_about_news_takes_the_consent_back(acme, person, reader):
    news = a_letter(acme, person, kind=LetterKind.NEWS)

    reader.post(path_of(one_click_url(news)))

    said = consents_of(person)[ConsentPurpose.MESSAGES]
    assert said is not None
    assert said.refused_at is not None
    assert LetterKind.DIGEST in wanted_kinds(person)


def test_what_they_asked_for_cannot_be_refused(acme, person, reader):
    link = a_letter(acme, person, kind=LetterKind.SIGN_IN)

    answer = reader.post(path_of(one_click_url(link)))

    assert answer.status_code == 200
    assert "Pediste esta carta" in answer.content.decode() or "asked" in answer.content.decode()
    assert Preference.objects.of(acme.workspace).count() == 0


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("address", [preferences_url, one_click_url])
def test_e08_looking_changes_nothing(acme, person, letter, reader, method, address):
    before = wanted_kinds(person)

    answer = getattr(reader, method)(path_of(address(letter)) + "?wanted=&unsubscribe=1")

    assert answer.status_code == 200
    assert wanted_kinds(person) == before
    assert Preference.objects.of(acme.workspace).count() == 0
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_e09_a_link_that_was_made_or_changed_by_others_leads_nowhere(
    acme, globex, person, letter, reader
):
    stranger = a_person(globex, name="Zoe", email="z@other.example")
    theirs = link_token(a_letter(globex, stranger))
    good = link_token(letter)
    wrong = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good[:-1],
        good + "A",
        theirs[:22] + good[22:],
        good[:22] + theirs[22:],
        good[:43] + theirs[43:],
        "A" * 64,
        "é" * 64,
        uuid4().hex * 2,
        inbound_token(acme.workspace.pk),
    ]

    for token in wrong:
        for tail in ("", "unsubscribe/"):
            answer = reader.post(f"/l/{token}/{tail}")
            assert answer.status_code == 404
            assert "Location" not in answer.headers
    assert Preference.every_workspace.count() == 0


def test_a_reader_chooses_and_it_holds(acme, person, letter, reader):
    path = path_of(preferences_url(letter))

    shown = reader.get(path)
    saved = reader.post(path, {"wanted": ["request", "sign_in", "nonsense"]})

    assert shown.content.decode().count(" checked") == len(REFUSABLE_KINDS)
    assert shown.headers["Content-Language"] == "es"
    assert saved.status_code == 200
    assert wanted_kinds(person) == [LetterKind.REQUEST]


def test_somebody_who_tries_many_links_is_told_to_wait(acme, letter, reader, monkeypatch):
    monkeypatch.setattr("vereda.messaging.hurry.WRONG_LINKS_PER_HOUR", 3)

    statuses = [reader.get(f"/l/{'A' * 64}/").status_code for _ in range(5)]

    assert statuses == [404, 404, 404, 429, 429]
    assert reader.get(path_of(preferences_url(letter))).status_code == 200
