import re
from datetime import timedelta
from time import perf_counter

import pytest
from asgiref.local import Local
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache, caches
from django.core.cache.backends import locmem
from django.test import Client

from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.links import one_time_link
from vereda.workspaces.models import User, Workspace

PASSWORD = "correct horse battery staple"
SIGN_UP = {
    "workspace_name": "Cafés del Sur",
    "name": "Ana",
    "email": "Ana@Sur.example",
    "password": PASSWORD,
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted():
    """Each test begins at zero."""
    cache.clear()


@pytest.fixture
def ana(acme):
    acme.member.user.set_password(PASSWORD)
    acme.member.user.save()
    return acme.member.user


def signed_in(email, password=PASSWORD, *, browser=None, **more):
    return (browser or Client()).post("/sign-in/", {"login": email, "password": password, **more})


def test_the_first_start_makes_an_owner_and_a_workspace():
    browser = Client()
    assert browser.get("/").headers["Location"] == "/set-up/"

    answer = browser.post("/set-up/", SIGN_UP)

    assert answer.headers["Location"] == "/w/cafes-del-sur/"
    assert User.objects.get().email == "ana@sur.example"
    assert browser.get("/w/cafes-del-sur/settings/members/").status_code == 200
    assert Client().get("/set-up/").status_code == 404
    assert Client().post("/set-up/", SIGN_UP).status_code == 404


def test_later_accounts_are_made_by_invitation_only(acme):
    answer = Client().post("/sign-up/", SIGN_UP)

    assert answer.status_code == 200
    assert not User.objects.filter(email="ana@sur.example").exists()


def test_open_sign_up_opens_a_workspace(acme, settings):
    settings.OPEN_SIGN_UP = True

    Client().post("/sign-up/", {**SIGN_UP, "workspace_name": "Acme"})

    assert Workspace.objects.get(slug="acme-2").name == "Acme"


def test_a_password_lets_in_and_a_wrong_one_does_not(ana):
    assert signed_in(ana.email).status_code == 302
    assert signed_in(ana.email, "wrong").status_code == 200


def test_whoever_comes_in_is_greeted_in_their_own_language(ana):
    User.objects.filter(pk=ana.pk).update(language="es")
    browser = Client(headers={"accept-language": "en"})

    signed_in(ana.email, browser=browser)

    shown = browser.get("/w/acme/").content.decode()
    assert f"Has iniciado sesión como {ana.name}." in shown
    assert "Successfully signed in" not in shown


@pytest.mark.parametrize(
    "to",
    [
        "//evil",
        "/\\evil",
        "https:evil",
        "https://app@evil",
        "https://evil",
        "javascript:x",
        "/%09/evil",
    ],
)
def test_after_signing_in_nobody_is_led_away(ana, to):
    place = signed_in(ana.email, next=to).headers["Location"]

    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))


@pytest.mark.parametrize("to", ["//evil", "/\\evil", "https://evil", "javascript:x"])
def test_the_quick_switches_lead_back_to_this_site_only(acme, client_of, to):
    answer = client_of(acme.viewer).post("/me/preferences/", {"theme": "dark", "next": to})

    assert answer.headers["Location"] == "/"


def test_an_unknown_address_looks_like_a_wrong_password(ana):
    known, unknown = signed_in(ana.email, "wrong"), signed_in("nobody@acme.example", "wrong")

    assert known.status_code == unknown.status_code
    assert strip(known, ana.email) == strip(unknown, "nobody@acme.example")


def strip(answer, email):
    """The page without what differs for good reason: the typed address, the form's token."""
    text = answer.content.decode().replace(email, "")
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", text)


def test_an_unknown_address_takes_as_long_as_a_wrong_password(ana, settings):
    """Other programs only ever add to what a request takes, so the quickest ones are compared; the
    two are asked in turn, so that both meet the same machine."""
    settings.ACCOUNT_RATE_LIMITS = False
    stranger = "nobody@acme.example"

    def seconds_of(email):
        began = perf_counter()
        signed_in(email, "wrong")
        return perf_counter() - began

    pairs = [(seconds_of(ana.email), seconds_of(stranger)) for _ in range(10)]

    known, unknown = (min(each) for each in zip(*pairs, strict=True))
    assert abs(known - unknown) < max(0.02, known * 0.5)


def test_an_unknown_address_costs_one_hash_as_a_wrong_password_does(ana, monkeypatch):
    worked = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(hasher, password, said, *, real=real):
            worked.append((password, hasher.time_cost, hasher.memory_cost, hasher.parallelism))
            return real(hasher, password, said)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    signed_in(ana.email, "wrong")
    known, worked = worked, []
    signed_in("nobody@acme.example", "wrong")

    assert len(known) == 1
    assert worked == known


def test_a_password_reset_says_the_same_for_everybody(ana):
    known = Client().post("/password/reset/", {"email": ana.email}, follow=True)
    unknown = Client().post("/password/reset/", {"email": "nobody@acme.example"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert [letter.to for letter in mail.outbox] == [[ana.email]]


def test_a_password_reset_letter_leads_to_a_new_password(ana):
    Client().post("/password/reset/", {"email": ana.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/" in word)
    browser = Client()

    form = browser.get(link, follow=True)
    new = "another quite long password"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    assert signed_in(ana.email, new).status_code == 302
    assert signed_in(ana.email).status_code == 200


def test_many_wrong_passwords_are_stopped(ana):
    answers = [signed_in(ana.email, f"wrong {number}") for number in range(12)]

    assert "wrong 11" not in answers[-1].content.decode()
    assert signed_in(ana.email).status_code != 302


def test_one_password_on_many_addresses_is_stopped(ana):
    answers = [signed_in(f"p{n}@acme.example", "wrong") for n in range(40)]

    assert answers[-1].status_code == 429


def test_a_form_from_another_site_is_refused(ana):
    browser = Client(enforce_csrf_checks=True)

    refused = browser.post(
        "/sign-in/", {"login": ana.email, "password": PASSWORD}, HTTP_ORIGIN="https://evil.example"
    )
    as_text = browser.post("/me/preferences/", '{"theme":"dark"}', content_type="text/plain")

    assert (refused.status_code, as_text.status_code) == (403, 403)


def test_a_link_signs_in_once_and_looking_does_not_spend_it(ana, monkeypatch):
    monkeypatch.setattr("vereda.foundation.clock.now", lambda: MORNING + timedelta(minutes=9))
    path = one_time_link(ana, now=MORNING).removeprefix(django_settings.BASE_URL)

    assert [Client().get(path).status_code for _ in range(2)] == [200, 200]
    browser = Client()
    assert browser.post(path).status_code == 302
    assert browser.get("/me/").status_code == 200
    assert Client().post(path).status_code == 410
    assert Client().get(path).status_code == 410


def test_a_link_ends_after_ten_minutes(ana, monkeypatch):
    monkeypatch.setattr("vereda.foundation.clock.now", lambda: MORNING + timedelta(minutes=11))
    path = one_time_link(ana, now=MORNING).removeprefix(django_settings.BASE_URL)

    assert Client().get(path).status_code == 410
    assert Client().post(path).status_code == 410


def test_a_changed_password_ends_the_other_sessions(ana):
    here, elsewhere = Client(), Client()
    signed_in(ana.email, browser=here)
    signed_in(ana.email, browser=elsewhere)

    new = "another quite long password"
    here.post("/me/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert elsewhere.get("/me/").status_code == 302


def test_signing_out_elsewhere_ends_the_other_sessions(ana):
    here, elsewhere = Client(), Client()
    signed_in(ana.email, browser=here)
    signed_in(ana.email, browser=elsewhere)
    assert here.get("/me/sessions/").content.decode().count("127.0.0.1") == 2

    here.post("/me/sessions/")

    assert elsewhere.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


def test_nobody_is_signed_out_by_a_link(ana):
    browser = Client()
    signed_in(ana.email, browser=browser)

    browser.get("/sign-out/")
    assert browser.get("/me/").status_code == 200
    browser.post("/sign-out/")
    assert browser.get("/me/").status_code == 302


def test_another_process_counts_on(ana, another_process):
    for _ in range(6):
        signed_in(ana.email, "wrong")
    another_process()
    for _ in range(6):
        signed_in(ana.email, "wrong")

    assert signed_in(ana.email).status_code != 302


def test_six_wrong_passwords_are_not_too_many(ana):
    for _ in range(6):
        signed_in(ana.email, "wrong")

    assert signed_in(ana.email).status_code == 302


@pytest.fixture
def another_process(monkeypatch):
    """What a process knows by itself is forgotten, as if another one answered from now on."""

    def forget():
        for name in ("_caches", "_expire_info", "_locks"):
            getattr(locmem, name).clear()
        monkeypatch.setattr(caches, "_connections", Local(caches.thread_critical))

    return forget
