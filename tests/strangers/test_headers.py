"""Every answer of every page carries the headers that keep a browser on our side."""

import pytest
from django.test import Client

from tests.strangers.test_pages import address, body_of, every_page

pytestmark = pytest.mark.django_db
PUBLIC = ["/sign-in/", "/password/reset/", "/sign-up/", "/nowhere/", "/healthz"]


def check(answer):
    """The headers, whatever the answer is; its body is read and let go of."""
    body_of(answer)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    for cookie in answer.cookies.values():
        assert cookie["samesite"] == "Lax"
    if "vereda" in answer.cookies:
        assert answer.cookies["vereda"]["httponly"]


@every_page
def test_a_members_page_is_guarded(route, view, ours, client_of):
    url = address(route, workspace="ours", keys=ours.keys)

    check(client_of(ours.company.owner).get(url))


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_guarded(path):
    check(Client().get(path))


def test_the_session_cookie_is_out_of_reach_of_scripts(acme):
    acme.owner.user.set_password("correct horse battery staple")
    acme.owner.user.save()
    said = {"login": acme.owner.user.email, "password": "correct horse battery staple"}

    cookie = Client().post("/sign-in/", said).cookies["vereda"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "text/plain"]
)
def test_a01_a_form_from_elsewhere_changes_nothing(acme, kind):
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    browser.force_login(acme.owner.user)

    answer = browser.post("/w/acme/settings/workspace/", b"name=Evil", content_type=kind)

    assert answer.status_code == 403
    acme.workspace.refresh_from_db()
    assert acme.workspace.name == "Acme"
