"""A passkey, made and used in a real browser: Chromium's virtual authenticator has no finger."""

import pytest
from playwright.sync_api import expect

from tests.stories.browser import barriers, window
from tests.stories.first_day import PASSWORD, become_owner, greeting
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def served(tmp_path):
    """A server that is called by a name: passkeys belong to names, not to addresses."""
    server = RunningVereda(home=tmp_path)
    server.settings = {"VEREDA_BASE_URL": f"http://localhost:{server.port}"}
    server.run("setup")
    server.start()
    yield server
    server.stop()


def virtual_authenticator(page):
    """Chromium's own authenticator, and the id by which it is asked."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    told = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devtools, told["authenticatorId"]


def sign_out(page, url):
    page.goto(f"{url}/me/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    if page.get_by_role("button", name="Sign out").count():
        page.get_by_role("button", name="Sign out").click()


def make_passkey(page, url):
    page.goto(f"{url}/me/security/keys/add/")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda address: "/keys/add/" not in address)


def test_somebody_makes_a_passkey_and_signs_in_with_nothing_else(served, browser):
    url = served.settings["VEREDA_BASE_URL"]
    with window(browser) as page:
        become_owner(page, url, name="Ana Ruiz", email="ana@acme.example", workspace="Acme")
        devtools, authenticator = virtual_authenticator(page)

        make_passkey(page, url)
        page.goto(f"{url}/me/security/keys/")
        expect(page.get_by_role("link", name="Rename My laptop")).to_be_visible()
        assert barriers(page) == []
        kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
        assert [one["isResidentCredential"] for one in kept["credentials"]] == [True]

        sign_out(page, url)
        page.goto(f"{url}/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_role("heading", level=1)).to_have_text(greeting("Ana"))


def test_another_authenticator_lets_nobody_in(served, browser):
    url = served.settings["VEREDA_BASE_URL"]
    with window(browser) as page:
        become_owner(page, url, name="Ana Ruiz", email="ana@acme.example", workspace="Acme")
        devtools, authenticator = virtual_authenticator(page)
        make_passkey(page, url)
        sign_out(page, url)
        kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
        stolen = {**kept["credentials"][0], "userHandle": "AAAA"}
        devtools.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
        devtools.send(
            "WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": stolen}
        )

        page.goto(f"{url}/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_load_state("networkidle")

        page.goto(f"{url}/me/")
        assert "/sign-in/" in page.url
