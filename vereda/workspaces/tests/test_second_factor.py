import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(acme):
    cache.clear()
    acme.member.user.set_password(PASSWORD)
    acme.member.user.save()
    browser = Client()
    browser.post("/sign-in/", {"login": acme.member.user.email, "password": PASSWORD})
    return browser


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def switched_on(browser):
    """Switch the authenticator app on; answers its secret."""
    assert browser.get("/me/security/app/").headers["Location"].startswith("/me/confirm/")
    browser.post("/me/confirm/", {"password": PASSWORD})
    page = browser.get("/me/security/app/").content.decode()
    secret = re.findall(r'value="([A-Z2-7]{32})"', page)[0]
    browser.post("/me/security/app/", {"code": code_of(secret)})
    return secret


def test_an_app_is_asked_for_after_the_password(acme, browser):
    switched_on(browser)
    other = Client()

    answer = other.post("/sign-in/", {"login": acme.member.user.email, "password": PASSWORD})

    assert answer.headers["Location"].startswith("/sign-in/second/")
    assert other.get("/me/").status_code == 302
    assert other.post("/sign-in/second/", {"code": "000000"}).status_code == 200
    assert other.get("/me/").status_code == 302


def test_a_code_works_once(acme, browser):
    secret = switched_on(browser)
    cache.clear()
    code = code_of(secret)

    def with_code():
        other = Client()
        other.post("/sign-in/", {"login": acme.member.user.email, "password": PASSWORD})
        return other.post("/sign-in/second/", {"code": code}).status_code

    assert (with_code(), with_code()) == (302, 200)


def test_recovery_codes_let_in_once(acme, browser):
    switched_on(browser)
    page = browser.get("/me/security/codes/", follow=True).content.decode()
    if "recovery_codes" not in page:
        browser.post("/me/security/codes/new/")
        page = browser.get("/me/security/codes/").content.decode()
    code = re.findall(r"<textarea[^>]*>\s*(\w+)", page)[0]

    def with_code():
        other = Client()
        other.post("/sign-in/", {"login": acme.member.user.email, "password": PASSWORD})
        return other.post("/sign-in/second/", {"code": code}).status_code

    assert (with_code(), with_code()) == (302, 200)


def test_pages_of_passkeys_need_no_inline_script(browser):
    browser.post("/me/confirm/", {"password": PASSWORD})
    for page in ("/sign-in/", "/me/security/keys/add/", "/me/security/app/"):
        text = (Client() if page == "/sign-in/" else browser).get(page).content.decode()
        inline = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>", text)
        assert inline == []
        assert " style=" not in text
