import threading

import pytest
from django.db import connection

from vereda.foundation.errors import Conflict
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.invitations import accept_invitation, invite
from vereda.workspaces.actions.members import add_member, end_membership
from vereda.workspaces.contracts import Role
from vereda.workspaces.models import Member, User


def at_once(*verbs):
    """Run them in threads that start together; answers what each returned or raised."""
    barrier, results = threading.Barrier(len(verbs)), []

    def run(verb):
        try:
            barrier.wait(timeout=10)
            results.append(verb())
        except Conflict as conflict:
            results.append(conflict)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_accepts_at_once_make_one_member(acme):
    invited = invite(email="new@acme.example", role=Role.MEMBER, by=acme.admin, now=MORNING)
    user = User.objects.create_user("new@acme.example")

    results = at_once(*[lambda: accept_invitation(invited.invitation, user=user, now=MORNING)] * 2)

    assert sorted(type(each).__name__ for each in results) == ["Conflict", "Member"]
    assert Member.every_workspace.filter(user=user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_both_leave(acme):
    second = add_member(acme.workspace, user=acme.admin.user, role=Role.OWNER, now=MORNING)

    results = at_once(
        lambda: end_membership(acme.owner, by=acme.owner, now=MORNING),
        lambda: end_membership(second, by=second, now=MORNING),
    )

    assert sorted(type(each).__name__ for each in results) == ["Conflict", "Member"]
    assert Member.objects.of(acme.workspace).present().filter(role=Role.OWNER).count() == 1
