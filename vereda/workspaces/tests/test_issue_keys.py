from datetime import timedelta

import pytest

from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.keys import issue_write_key, note_use_of_key, revoke_write_key
from vereda.workspaces.models import AuditLine, WriteKey
from vereda.workspaces.queries import write_key_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(acme):
    return issue_write_key(acme.workspace, label="website", by=acme.admin, now=MORNING)


def test_a_key_names_its_workspace(acme, key):
    assert key.secret.startswith("wk_")
    assert write_key_named(key.secret) == acme.workspace.pk


@pytest.mark.parametrize("secret", ["", "wk_", "wk_nobody", "\x00", "x" * 10_000])
def test_any_other_word_names_none(key, secret):
    assert write_key_named(secret) is None


def test_a_revoked_key_names_none_while_the_new_one_works(acme, key):
    new = issue_write_key(acme.workspace, label="website 2", by=acme.admin, now=MORNING)
    assert {write_key_named(key.secret), write_key_named(new.secret)} == {acme.workspace.pk}

    revoke_write_key(key, by=acme.admin, now=MORNING)

    assert write_key_named(key.secret) is None
    assert write_key_named(new.secret) == acme.workspace.pk


def test_a_suspended_workspaces_key_names_none(acme, key):
    acme.workspace.suspended_at = MORNING
    acme.workspace.save()

    assert write_key_named(key.secret) is None


def test_the_last_day_of_use_only_goes_forward(key):
    note_use_of_key(key.pk, on=MORNING.date())
    note_use_of_key(key.pk, on=MORNING.date() - timedelta(days=1))

    key.refresh_from_db()
    assert key.last_used_on == MORNING.date()


def test_the_page_makes_shows_and_revokes(acme, client_of):
    browser = client_of(acme.admin)

    browser.post("/w/acme/settings/keys/", {"label": "app"})
    key = WriteKey.objects.of(acme.workspace).get()
    assert key.secret in browser.get("/w/acme/settings/keys/").content.decode()
    browser.post(f"/w/acme/settings/keys/{key.pk}/revoke/")

    assert write_key_named(key.secret) is None
    verbs = list(
        AuditLine.objects.of(acme.workspace).filter(thing_id=key.pk).values_list("verb", flat=True)
    )
    assert sorted(verbs) == ["issued", "revoked"]


def test_a_key_of_another_workspace_is_not_there(globex, key, client_of):
    address = f"/w/globex/settings/keys/{key.pk}/revoke/"

    assert client_of(globex.owner).post(address).status_code == 404
    assert write_key_named(key.secret) is not None
