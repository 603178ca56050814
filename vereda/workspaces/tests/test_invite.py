import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from vereda.foundation.errors import Conflict, Refused
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.invitations import (
    accept_as_newcomer,
    accept_invitation,
    invite,
    revoke_invitation,
)
from vereda.workspaces.contracts import Role
from vereda.workspaces.letters import invitation_path
from vereda.workspaces.models import AuditLine, Invitation, Member, User
from vereda.workspaces.queries import member_of

PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(acme):
    return invite(email="New@Acme.Example ", role=Role.MEMBER, by=acme.admin, now=MORNING)


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr("vereda.foundation.clock.now", lambda: MORNING + timedelta(hours=1))


def path_to(invited):
    return invitation_path(invited.invitation, token=invited.token)


def test_a_letter_with_the_link_goes_out_in_the_workspaces_language(
    acme, django_capture_on_commit_callbacks
):
    acme.workspace.language = "es"
    acme.workspace.save()

    with django_capture_on_commit_callbacks(execute=True):
        invited = invite(email="new@acme.example", role=Role.MEMBER, by=acme.admin, now=MORNING)

    letter = mail.outbox[0]
    assert letter.to == ["new@acme.example"]
    assert path_to(invited) in letter.body
    html, kind = letter.alternatives[0]  # type: ignore[attr-defined]
    assert kind == "text/html"
    assert 'lang="es"' in html


def test_the_token_is_kept_only_as_its_hash(invited):
    row = Invitation.every_workspace.values().get()

    assert invited.token not in str(row)
    assert len(invited.token) >= 43
    assert row["email"] == "new@acme.example"


def test_looking_at_the_page_changes_nothing_and_the_button_joins(invited, acme, today):
    browser = Client()

    assert browser.get(path_to(invited)).status_code == 200
    assert member_of(acme.workspace, email="new@acme.example") is None

    answer = browser.post(path_to(invited), {"name": "New Person", "password": PASSWORD})

    assert answer.headers["Location"] == "/w/acme/"
    joined = member_of(acme.workspace, email="new@acme.example")
    assert joined is not None
    assert joined.role == Role.MEMBER
    assert browser.get("/me/").status_code == 200


def test_a_weak_password_joins_nobody(invited, today):
    answer = Client().post(path_to(invited), {"name": "New", "password": "short"})

    assert answer.status_code == 422
    assert not User.objects.filter(email="new@acme.example").exists()


def test_somebody_with_an_account_joins_signed_in(acme, globex, client_of, today):
    invited = invite(email="owner@globex.example", role=Role.VIEWER, by=acme.owner, now=MORNING)

    assert Client().post(path_to(invited)).status_code == 200
    assert member_of(acme.workspace, email="owner@globex.example") is None
    client_of(globex.owner).post(path_to(invited))

    joined = member_of(acme.workspace, email="owner@globex.example")
    assert joined is not None
    assert joined.role == Role.VIEWER


def test_somebody_else_cannot_use_it(invited, globex, client_of, today):
    answer = client_of(globex.owner).post(path_to(invited))

    assert answer.status_code == 422
    assert Member.every_workspace.filter(user=globex.owner.user).count() == 1


def test_a_token_of_one_workspace_opens_nothing_in_another(invited, globex, today):
    other = path_to(invited).replace("/acme/", "/globex/")

    assert Client().get(other).status_code == 404
    assert Client().post(other, {"name": "New", "password": PASSWORD}).status_code == 404


def test_it_works_once(invited, today):
    accept_as_newcomer(invited.invitation, name="New", password=PASSWORD, now=MORNING)

    assert Client().get(path_to(invited)).status_code == 404
    with pytest.raises(Conflict):
        accept_invitation(
            invited.invitation, user=User.objects.get(email="new@acme.example"), now=MORNING
        )


def test_it_ends_after_a_week(invited, monkeypatch):
    late = MORNING + timedelta(days=7, seconds=1)
    monkeypatch.setattr("vereda.foundation.clock.now", lambda: late)

    assert Client().get(path_to(invited)).status_code == 404


def test_one_taken_back_leads_nowhere(invited, acme, today):
    revoke_invitation(invited.invitation, by=acme.owner, now=MORNING)

    assert Client().get(path_to(invited)).status_code == 404


def test_a_second_invitation_replaces_the_first(invited, acme, today):
    second = invite(email="new@acme.example", role=Role.VIEWER, by=acme.admin, now=MORNING)

    assert Client().get(path_to(invited)).status_code == 404
    assert Client().get(path_to(second)).status_code == 200


def test_nobody_invites_above_their_own_role(acme):
    with pytest.raises(Refused):
        invite(email="new@acme.example", role=Role.OWNER, by=acme.admin, now=MORNING)


def test_a_member_is_not_invited_again(acme):
    with pytest.raises(Refused):
        invite(email="viewer@acme.example", role=Role.ADMIN, by=acme.owner, now=MORNING)


def test_administrators_invite_on_the_page_and_see_the_link_once(acme, client_of):
    browser = client_of(acme.admin)

    answer = browser.post(
        "/w/acme/settings/members/", {"email": "new@acme.example", "role": "member"}
    )

    assert re.search(r"/join/acme/[\w-]{43}/", answer.content.decode())
    assert "/join/acme/" not in browser.get("/w/acme/settings/members/").content.decode()


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_others_cannot_invite(acme, client_of, role):
    answer = client_of(getattr(acme, role)).post(
        "/w/acme/settings/members/", {"email": "new@acme.example", "role": "viewer"}
    )

    assert answer.status_code == 403
    assert not Invitation.every_workspace.exists()


def test_each_step_leaves_an_audit_line(invited, acme):
    accept_as_newcomer(invited.invitation, name="New", password=PASSWORD, now=MORNING)

    verbs = set(AuditLine.objects.of(acme.workspace).values_list("verb", flat=True))
    assert {"invited", "joined"} <= verbs
