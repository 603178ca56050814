from datetime import timedelta

import pytest

from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING, NOON
from vereda.workspaces.actions.keys import (
    edit_write_key,
    issue_key_of_kind,
    issue_write_key,
    note_key_in_browser,
    note_use_of_key,
    replace_write_key,
    revoke_write_key,
)
from vereda.workspaces.contracts import WriteKeyKind
from vereda.workspaces.models import AuditLine, User, WriteKey
from vereda.workspaces.queries import holder_of_write_key, valid_write_key, write_key_named

pytestmark = pytest.mark.django_db

TOMORROW = MORNING + timedelta(days=1)


@pytest.fixture
def key(acme):
    return issue_write_key(acme.workspace, label="website", by=acme.admin, now=MORNING)


@pytest.fixture
def secret(acme):
    return issue_key_of_kind(
        acme.workspace, kind=WriteKeyKind.SECRET, label="server", by=acme.admin, now=MORNING
    )


def held(secret, *, now=MORNING):
    holder = holder_of_write_key(secret, now=now)
    assert holder is not None
    return holder


def verbs_about(key):
    lines = AuditLine.objects.of(key.workspace_id).filter(thing_id=key.pk)
    return list(lines.order_by("created_at", "pk").values_list("verb", flat=True))


def test_a_key_names_its_workspace(acme, key):
    assert key.secret.startswith("wk_")
    assert write_key_named(key.secret, now=MORNING) == acme.workspace.pk


@pytest.mark.parametrize("said", ["", "wk_", "wk_nobody", "\x00", "x" * 10_000])
def test_any_other_word_names_none(key, said):
    assert write_key_named(said, now=MORNING) is None


def test_of_a_secret_key_nothing_is_kept_that_could_be_sent(acme, secret):
    key = WriteKey.objects.of(acme.workspace).get()

    kept = {key.secret, key.digest, key.prefix}
    assert secret.secret.startswith("ws_")
    assert all(write_key_named(word, now=MORNING) is None for word in kept)
    assert key.prefix == secret.secret[:7]
    assert held(secret.secret).is_secret


def test_snippets_never_show_a_secret_key(acme, secret):
    assert valid_write_key(acme.workspace, now=MORNING) is None


def test_a_revoked_key_names_none_while_the_new_one_works(acme, key):
    new = issue_write_key(acme.workspace, label="website 2", by=acme.admin, now=MORNING)
    both = {write_key_named(one.secret, now=MORNING) for one in (key, new)}
    assert both == {acme.workspace.pk}

    revoke_write_key(key, by=acme.admin, now=MORNING)

    assert write_key_named(key.secret, now=MORNING) is None
    assert write_key_named(new.secret, now=MORNING) == acme.workspace.pk


def test_a_suspended_workspaces_key_names_none(acme, key):
    acme.workspace.suspended_at = MORNING
    acme.workspace.save()

    assert write_key_named(key.secret, now=MORNING) is None


def test_the_last_use_only_goes_forward(key):
    note_use_of_key(key.pk, at=NOON)
    note_use_of_key(key.pk, at=MORNING)

    key.refresh_from_db()
    assert key.last_used_at == NOON


def test_a_replaced_key_works_until_the_chosen_time_and_the_new_one_like_it(acme, key):
    edit_write_key(
        key, by=acme.admin, origins=["https://app.example"], events_per_second=50, signed_only=True
    )

    issued = replace_write_key(key, ends_at=TOMORROW, by=acme.admin, now=MORNING)

    holder = held(issued.secret)
    assert (holder.origins, holder.events_per_second, holder.signed_only) == (
        {"https://app.example"},
        50,
        True,
    )
    just_before = TOMORROW - timedelta(seconds=1)
    assert write_key_named(key.secret, now=just_before) == acme.workspace.pk
    assert write_key_named(key.secret, now=TOMORROW) is None
    assert write_key_named(issued.secret, now=TOMORROW) == acme.workspace.pk
    assert valid_write_key(acme.workspace, now=MORNING) == issued.key
    assert verbs_about(key) == ["issued", "edited", "replaced"]


def test_a_key_is_replaced_once_and_never_in_the_past(acme, key):
    with pytest.raises(Refused):
        replace_write_key(key, ends_at=MORNING - timedelta(seconds=1), by=acme.admin, now=MORNING)
    replace_write_key(key, ends_at=TOMORROW, by=acme.admin, now=MORNING)
    with pytest.raises(Refused):
        replace_write_key(key, ends_at=TOMORROW, by=acme.admin, now=MORNING)

    assert WriteKey.objects.of(acme.workspace).count() == 2


@pytest.mark.parametrize(("used_at", "warned"), [(MORNING, False), (NOON, True)])
def test_a_replaced_key_that_still_sends_is_shown(acme, key, client_of, used_at, warned):
    replace_write_key(key, ends_at=MORNING + timedelta(days=30_000), by=acme.admin, now=MORNING)
    note_use_of_key(key.pk, at=used_at)

    page = client_of(acme.admin).get("/w/acme/settings/keys/").content.decode()

    assert ("Replaced, still sends" in page) is warned


def test_a_secret_key_in_a_browser_is_shown_and_stands_in_the_audit_log_once_a_day(
    acme, secret, client_of
):
    for hours in (0, 1, 25):
        note_key_in_browser(secret.key.pk, at=MORNING + timedelta(hours=hours))

    page = client_of(acme.admin).get("/w/acme/settings/keys/").content.decode()
    assert "Seen in a browser" in page
    assert verbs_about(secret.key) == ["issued", "sent by a browser", "sent by a browser"]


def test_every_owner_hears_of_a_secret_key_in_a_browser_once_a_day(
    acme, globex, secret, mailoutbox, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=acme.owner.user_id).update(language="es")

    def seen(hours):
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            note_key_in_browser(secret.key.pk, at=MORNING + timedelta(hours=hours))
        return [letter.to for letter in mailoutbox]

    assert seen(0) == [[acme.owner.user.email]]
    (letter,) = mailoutbox
    assert secret.key.prefix in letter.body
    assert f"/w/acme/settings/keys/{secret.key.pk}/" in letter.body
    assert secret.secret not in letter.body
    assert seen(1) == []
    assert seen(25) == [[acme.owner.user.email]]


def test_the_page_makes_shows_and_revokes(acme, client_of):
    browser = client_of(acme.admin)

    browser.post("/w/acme/settings/keys/", {"label": "app", "kind": "public"})
    key = WriteKey.objects.of(acme.workspace).get()
    assert key.secret in browser.get("/w/acme/settings/keys/").content.decode()
    browser.post(f"/w/acme/settings/keys/{key.pk}/revoke/")

    assert write_key_named(key.secret, now=NOON) is None
    assert verbs_about(key) == ["issued", "revoked"]


def test_a_secret_key_is_shown_once(acme, client_of):
    browser = client_of(acme.admin)

    made = browser.post("/w/acme/settings/keys/", {"label": "server", "kind": "secret"})
    key = WriteKey.objects.of(acme.workspace).get()
    shown = next(
        word
        for word in made.content.decode().replace("<", " ").replace(">", " ").split()
        if word.startswith("ws_") and not word.endswith("…")
    )

    assert held(shown, now=NOON).key_id == key.pk
    assert shown not in browser.get("/w/acme/settings/keys/").content.decode()


def test_the_page_of_a_key_saves_its_settings(acme, key, client_of):
    browser, address = client_of(acme.admin), f"/w/acme/settings/keys/{key.pk}/"

    saved = browser.post(
        address,
        {
            "label": "shop",
            "origins": "https://Shop.example:443/\n\nhttp://localhost:3000",
            "signed_only": "on",
            "events_per_second": "100",
            "events_per_address": "",
        },
    )

    key.refresh_from_db()
    assert saved.status_code == 303
    assert (key.label, key.signed_only) == ("shop", True)
    assert key.origins == ["https://shop.example", "http://localhost:3000"]
    assert (key.events_per_second, key.events_per_address) == (100, None)
    assert "http://localhost:3000" in browser.get(address).content.decode()


@pytest.mark.parametrize(
    "said", ["app.example", "ftp://app.example", "https://app.example/path", "https://a@b", "*"]
)
def test_what_is_no_site_is_refused(acme, key, client_of, said):
    address = f"/w/acme/settings/keys/{key.pk}/"

    answer = client_of(acme.admin).post(address, {"label": "shop", "origins": said})

    key.refresh_from_db()
    assert answer.status_code == 422
    assert key.label == "website"


def test_the_page_of_a_key_replaces_it(acme, key, client_of):
    browser = client_of(acme.admin)

    refused = browser.post(f"/w/acme/settings/keys/{key.pk}/replace/", {"lasts": "-1"})
    assert refused.status_code == 422
    browser.post(f"/w/acme/settings/keys/{key.pk}/replace/", {"lasts": "24"})

    key.refresh_from_db()
    new = WriteKey.objects.of(acme.workspace).exclude(pk=key.pk).get()
    assert (key.replaced_by, key.ends_at - key.replaced_at) == (new, timedelta(hours=24))
    assert "takes its place" not in browser.get(f"/w/acme/settings/keys/{key.pk}/").content.decode()


@pytest.mark.parametrize("verb", ["", "revoke/", "replace/"])
def test_a_key_of_another_workspace_is_not_there(globex, key, client_of, verb):
    address = f"/w/globex/settings/keys/{key.pk}/{verb}"

    assert client_of(globex.owner).post(address, {"lasts": "0"}).status_code == 404
    assert write_key_named(key.secret, now=NOON) is not None


@pytest.mark.parametrize("address", ["", "browsers/"])
def test_only_administrators_see_keys_and_rules(acme, client_of, address):
    assert client_of(acme.member).get(f"/w/acme/settings/keys/{address}").status_code == 403
