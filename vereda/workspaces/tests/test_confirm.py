import pytest
from django.core.cache import cache
from django.test import Client

from vereda.workspaces.models import ApiToken, AuditLine, WriteKey

PASSWORD = "correct horse battery staple"
KEYS, TOKENS = "/w/acme/settings/keys/", "/w/acme/settings/tokens/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(acme):
    """The admin's browser, in which they signed in with their password."""
    cache.clear()
    acme.admin.user.set_password(PASSWORD)
    acme.admin.user.save()
    browser = Client()
    browser.post("/sign-in/", {"login": acme.admin.user.email, "password": PASSWORD})
    return browser


@pytest.fixture
def left_open(browser):
    """The same an hour later."""
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    return browser


def test_who_just_signed_in_is_not_asked_again(acme, browser):
    assert browser.post(KEYS, {"label": "Shop", "kind": "public"}).headers["Location"] == KEYS
    assert WriteKey.objects.of(acme.workspace).get().label == "Shop"


def test_a_key_is_made_after_the_password_was_given_again(acme, left_open):
    asked = left_open.post(KEYS, {"label": "Shop", "kind": "public"})

    assert asked.headers["Location"] == f"/me/confirm/?next={KEYS.replace('/', '%2F')}"
    assert not WriteKey.objects.of(acme.workspace).exists()
    assert left_open.get(asked.headers["Location"]).status_code == 200

    wrong = left_open.post("/me/confirm/", {"password": "wrong", "next": KEYS})
    assert wrong.status_code == 200
    assert not WriteKey.objects.of(acme.workspace).exists()

    done = left_open.post("/me/confirm/", {"password": PASSWORD, "next": KEYS})
    assert done.headers["Location"] == KEYS
    assert WriteKey.objects.of(acme.workspace).get().label == "Shop"


def test_a_token_is_made_after_the_password_was_given_again(acme, left_open):
    asked = {"label": "Sync", "scopes": ["customers.see"], "days": "30"}

    assert left_open.post(TOKENS, asked).headers["Location"].startswith("/me/confirm/")
    assert not ApiToken.objects.of(acme.workspace).exists()


def test_a_script_is_led_to_the_question_too(acme, left_open):
    answer = left_open.post(
        KEYS,
        {"label": "Shop", "kind": "public"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{KEYS}"},
    )

    assert answer.headers["HX-Redirect"] == f"/me/confirm/?next={KEYS.replace('/', '%2F')}"
    assert not WriteKey.objects.of(acme.workspace).exists()


def test_looking_is_not_asked_about(left_open):
    assert left_open.get(KEYS).status_code == 200


def test_who_came_by_a_link_has_nothing_to_confirm_with(acme, client_of):
    made = client_of(acme.owner).post(KEYS, {"label": "Shop", "kind": "public"})

    assert made.headers["Location"] == KEYS


def test_a_failed_sign_in_stands_in_the_audit_log(acme, globex, facts):
    acme.admin.user.set_password(PASSWORD)
    acme.admin.user.save()
    cache.clear()

    refused = Client(REMOTE_ADDR="203.0.113.9").post(
        "/sign-in/", {"login": acme.admin.user.email, "password": "a guess"}
    )
    Client().post("/sign-in/", {"login": "nobody@acme.example", "password": "a guess"})
    facts.deliver()

    line = AuditLine.every_workspace.get(verb="failed sign-in")
    assert refused.status_code == 200
    assert line.workspace == acme.workspace
    assert line.thing_id == acme.admin.pk
    assert line.by is None
    assert line.details["address"] == "203.0.113.9"
    assert "a guess" not in str(line.details)
