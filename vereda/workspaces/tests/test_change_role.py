import pytest

from vereda.foundation.errors import Conflict, Missing, Refused
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.members import change_role, end_membership
from vereda.workspaces.contracts import MemberLeft, Role
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def test_an_administrator_makes_a_viewer_a_member(acme):
    changed = change_role(acme.viewer, role=Role.MEMBER, by=acme.admin, now=MORNING)

    assert changed.role == Role.MEMBER
    line = AuditLine.objects.of(acme.workspace).latest("id")
    assert line.details == {"before": "viewer", "after": "member"}


def test_nobody_raises_their_own_role(acme):
    with pytest.raises(Refused):
        change_role(acme.admin, role=Role.OWNER, by=acme.admin, now=MORNING)


def test_an_administrator_cannot_touch_an_owner(acme):
    with pytest.raises(Refused):
        change_role(acme.owner, role=Role.VIEWER, by=acme.admin, now=MORNING)
    with pytest.raises(Refused):
        end_membership(acme.owner, by=acme.admin, now=MORNING)


def test_the_last_owner_stays(acme):
    with pytest.raises(Conflict):
        change_role(acme.owner, role=Role.ADMIN, by=acme.owner, now=MORNING)
    with pytest.raises(Conflict):
        end_membership(acme.owner, by=acme.owner, now=MORNING)


def test_an_owner_may_leave_when_there_is_another(acme, facts):
    change_role(acme.admin, role=Role.OWNER, by=acme.owner, now=MORNING)

    end_membership(acme.owner, by=acme.owner, now=MORNING)

    assert facts.of(MemberLeft)[-1].member_id == acme.owner.pk


def test_a_member_of_another_workspace_is_not_there(acme, globex):
    with pytest.raises(Missing):
        change_role(globex.viewer, role=Role.MEMBER, by=acme.owner, now=MORNING)


def test_a_removed_member_is_out_at_the_next_request(acme, client_of):
    browser = client_of(acme.member)
    assert browser.get("/w/acme/settings/members/").status_code == 200

    end_membership(acme.member, by=acme.owner, now=MORNING)

    assert browser.get("/w/acme/settings/members/").status_code == 404


def test_a_lower_role_counts_at_the_next_request(acme, client_of):
    browser = client_of(acme.admin)
    assert browser.get("/w/acme/settings/keys/").status_code == 200

    change_role(acme.admin, role=Role.VIEWER, by=acme.owner, now=MORNING)

    assert browser.get("/w/acme/settings/keys/").status_code == 403


def test_a_deactivated_person_is_out_at_the_next_request(acme, client_of):
    browser = client_of(acme.member)

    acme.member.user.is_active = False
    acme.member.user.save()

    assert browser.get("/w/acme/settings/members/").status_code in (302, 404)


@pytest.mark.parametrize("path", ["settings/members/{}/role/", "settings/members/{}/remove/"])
def test_members_cannot_change_anybody(acme, client_of, path):
    address = f"/w/acme/{path.format(acme.viewer.pk)}"

    assert client_of(acme.member).post(address, {"role": "owner"}).status_code == 403
    acme.viewer.refresh_from_db()
    assert (acme.viewer.role, acme.viewer.left_at) == ("viewer", None)


def test_a_role_that_does_not_exist_is_refused(acme, client_of):
    address = f"/w/acme/settings/members/{acme.viewer.pk}/role/"

    assert client_of(acme.owner).post(address, {"role": "god"}).status_code == 422


def test_a_person_leaves_on_the_page(acme, client_of):
    answer = client_of(acme.viewer).post("/w/acme/settings/members/leave/")

    assert answer.status_code == 303
    acme.viewer.refresh_from_db()
    assert acme.viewer.left_at is not None
