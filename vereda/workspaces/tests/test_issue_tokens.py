import json
from datetime import timedelta

import pytest
from django.test import Client

from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.keys import issue_token, revoke_token
from vereda.workspaces.actions.members import change_role, end_membership
from vereda.workspaces.bearers import bearer_of
from vereda.workspaces.contracts import Role
from vereda.workspaces.models import ApiToken

pytestmark = pytest.mark.django_db


def token_for(member, *scopes, expires_at=None):
    return issue_token(label="bi", scopes=scopes, expires_at=expires_at, by=member, now=MORNING)


def asked(secret, path="/api/v1/members", **more):
    return Client().get(path, headers={"authorization": f"Bearer {secret}"}, **more)


@pytest.fixture
def issued(acme):
    return token_for(acme.admin, "workspaces.see")


def test_a_token_reads_its_own_workspace(acme, globex, issued):
    answer = asked(issued.secret)

    assert answer.status_code == 200
    assert {each["email"].partition("@")[2] for each in answer.json()} == {"acme.example"}
    assert asked(issued.secret, "/api/v1/workspace").json()["slug"] == "acme"


def test_the_secret_is_kept_only_as_its_hash(issued):
    row = ApiToken.every_workspace.values().get()

    assert issued.secret.startswith("vt_live_")
    assert issued.secret not in str(row)
    assert issued.secret.startswith(row["prefix"])
    assert len(issued.secret) - len(row["prefix"]) >= 27  # more than 160 bits stay unknown


def test_the_day_of_use_is_noted(issued):
    asked(issued.secret)

    issued.token.refresh_from_db()
    assert issued.token.last_used_on == now().date()


def test_a_token_is_taken_only_from_the_header(issued, acme, client_of):
    assert Client().get(f"/api/v1/members?token={issued.secret}").status_code == 401
    assert Client().get(f"/api/v1/members?Authorization={issued.secret}").status_code == 401
    assert client_of(acme.owner).get("/api/v1/members").status_code == 401


@pytest.mark.parametrize("secret", ["", "x", "vt_live_nobody", "vt_live_" + "x" * 10_000, "wk_a"])
def test_a_wrong_token_is_unauthorized_in_json(issued, secret):
    answer = asked(secret)

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"


def test_a_scope_that_is_missing_is_forbidden(acme):
    narrow = token_for(acme.admin, "workspaces.see_audit")

    answer = asked(narrow.secret)

    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"
    assert "workspaces.see" in answer.json()["message"]


def test_a_scope_counts_only_while_the_member_has_it_too(acme):
    token = token_for(acme.admin, "workspaces.see")
    end_membership(acme.admin, by=acme.owner, now=MORNING)

    assert asked(token.secret).status_code == 401


def test_a_token_does_not_outgrow_a_lower_role(acme):
    token = token_for(acme.admin, "workspaces.issue_key", "workspaces.see")
    change_role(acme.admin, role=Role.VIEWER, by=acme.owner, now=MORNING)

    assert asked(token.secret).status_code == 200
    bearer = bearer_of(token.secret, now=MORNING)
    assert bearer is not None
    assert not bearer.may("workspaces.issue_key")


def test_an_expired_a_revoked_and_a_deactivated_persons_token_are_refused(acme):
    expired = token_for(acme.admin, "workspaces.see", expires_at=MORNING + timedelta(days=1))
    revoked = token_for(acme.admin, "workspaces.see")
    revoke_token(revoked.token, by=acme.admin, now=MORNING)
    orphan = token_for(acme.owner, "workspaces.see")
    acme.owner.user.is_active = False
    acme.owner.user.save()

    assert [asked(each.secret).status_code for each in (expired, revoked, orphan)] == [401] * 3


def test_nobody_hands_on_a_permission_they_lack(acme):
    with pytest.raises(Refused):
        token_for(acme.viewer, "workspaces.configure")
    with pytest.raises(Refused):
        token_for(acme.admin)


def test_errors_are_json_without_internals(issued):
    wrong_method = Client().post(
        "/api/v1/members", headers={"authorization": f"Bearer {issued.secret}"}
    )

    assert wrong_method.status_code == 405
    missing = asked(issued.secret, "/api/v1/nothing-here")
    assert missing.status_code == 404
    assert b"Traceback" not in missing.content + wrong_method.content


def test_every_operation_is_described_and_needs_a_permission():
    described = json.loads(Client().get("/api/v1/openapi.json").content)

    assert {"/api/v1/workspace", "/api/v1/members"} <= set(described["paths"])


def test_the_page_shows_a_new_token_once(acme, client_of):
    browser = client_of(acme.admin)

    answer = browser.post(
        "/w/acme/settings/tokens/", {"label": "bi", "scopes": ["workspaces.see"]}
    ).content.decode()

    secret = answer.partition("vt_live_")[2].partition("<")[0].strip()
    assert asked(f"vt_live_{secret}").status_code == 200
    assert f"vt_live_{secret}" not in browser.get("/w/acme/settings/tokens/").content.decode()


def test_no_answer_opens_the_api_to_another_site(issued):
    answer = asked(issued.secret, "/api/v1/members", HTTP_ORIGIN="https://evil.example")

    assert "Access-Control-Allow-Origin" not in answer.headers
