import pytest

from vereda.foundation.scoping import WorkspaceNotNamed
from vereda.workspaces.contracts import Role
from vereda.workspaces.models import Member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("question", ["all", "filter", "get", "count", "create", "present"])
def test_no_question_is_answered_without_a_workspace(question):
    with pytest.raises(WorkspaceNotNamed):
        getattr(Member.objects, question)()


def test_rows_of_a_workspace_are_only_its_own(acme, globex):
    names = {member.user.email for member in Member.objects.of(acme.workspace)}

    assert names == {f"{role}@acme.example" for role in Role}


def test_what_is_created_through_a_workspace_belongs_to_it(acme, globex):
    Member.objects.of(globex.workspace).filter(user=acme.owner.user).delete()

    member = Member.objects.of(globex.workspace).create(user=acme.owner.user, role=Role.VIEWER)

    assert member.workspace == globex.workspace
