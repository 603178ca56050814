"""What becomes of members: another role, and leaving."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vereda.foundation.errors import Conflict, Missing, Refused
from vereda.foundation.facts import announce
from vereda.workspaces.actions.audit import record
from vereda.workspaces.contracts import MemberJoined, MemberLeft, Role
from vereda.workspaces.models import Member, User, Workspace
from vereda.workspaces.rules import may_give

LAST_OWNER = _("A workspace needs an owner: make somebody else an owner first.")
NOT_ABOVE_YOURSELF = _("You cannot give a role above your own, nor change somebody who has one.")


@transaction.atomic
def change_role(member: Member, *, role: Role, by: Member, now: datetime) -> Member:
    """Give a member another role; nobody above their own, and the last owner stays one."""
    team = locked_team(by)
    held, giver = one_of(team, member), Role(one_of(team, by).role)
    if not (may_give(giver, role) and may_give(giver, Role(held.role))):
        raise Refused(NOT_ABOVE_YOURSELF)
    if held.role == role:
        return held
    refuse_without_owner(held, team=team)
    before, held.role, held.updated_at = held.role, role, now
    held.save(update_fields=["role", "updated_at"])
    record(by, "changed role", held, before=before, after=role)
    return held


@transaction.atomic
def end_membership(member: Member, *, by: Member, now: datetime) -> Member:
    """Let a member go, or leave oneself; from the next request on they are a stranger."""
    team = locked_team(by)
    held = one_of(team, member)
    if held.pk != by.pk and not may_give(Role(one_of(team, by).role), Role(held.role)):
        raise Refused(NOT_ABOVE_YOURSELF)
    refuse_without_owner(held, team=team)
    held.left_at = held.updated_at = now
    held.save(update_fields=["left_at", "updated_at"])
    record(by, "left" if held.pk == by.pk else "removed", held)
    announce(MemberLeft(workspace_id=held.workspace_id, member_id=held.pk))
    return held


def locked_team(by: Member) -> dict[UUID, Member]:
    """Everybody who works in the workspace of `by`; their rows are ours until we are done.

    All are locked, in one order: otherwise two owners could each let the other go.
    """
    rows = Member.objects.of(by.workspace_id).present().select_for_update().order_by("pk")
    return {member.pk: member for member in rows}


def one_of(team: dict[UUID, Member], member: Member) -> Member:
    """That member as the locked row says, or `Missing`."""
    if member.pk not in team:
        raise Missing("Member")
    return team[member.pk]


def refuse_without_owner(member: Member, *, team: dict[UUID, Member]) -> None:
    """Stop when nobody but `member` is an owner."""
    owners = {each.pk for each in team.values() if each.role == Role.OWNER}
    if owners == {member.pk}:
        raise Conflict(LAST_OWNER)


@transaction.atomic
def add_member(workspace: Workspace, *, user: User, role: Role, now: datetime) -> Member:
    """Let a user work in the workspace; somebody who left comes back with the new role."""
    member, _ = Member.objects.of(workspace).update_or_create(
        workspace=workspace, user=user, defaults={"role": role, "left_at": None, "updated_at": now}
    )
    announce(MemberJoined(workspace_id=workspace.pk, member_id=member.pk))
    return member


@transaction.atomic
def find_or_add_user(email: str, *, name: str, language: str, time_zone: str) -> User:
    """The person with that address; a new one, who signs in by link only, when nobody has it."""
    known = User.objects.filter(email=email.strip().lower()).first()
    return known or User.objects.create_user(
        email, name=name, language=language, time_zone=time_zone
    )
