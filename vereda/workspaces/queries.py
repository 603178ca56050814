"""Asking about workspaces and their people."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from vereda.foundation.scoping import found
from vereda.workspaces.models import Member, MemberRows, User, Workspace


def member_in(user: User | AnonymousUser, slug: str) -> Member | None:
    """The member that `user` is in the workspace with that slug; None to strangers."""
    if not isinstance(user, User):
        return None
    return (
        Member.every_workspace.filter(
            user=user, workspace__slug=slug, workspace__suspended_at=None, left_at=None
        )
        .select_related("workspace", "user")
        .first()
    )


def memberships_of(user: User) -> list[Member]:
    """Every workspace that a user works in, by name."""
    return list(
        Member.every_workspace.filter(user=user, left_at=None, workspace__suspended_at=None)
        .select_related("workspace", "user")
        .order_by("workspace__name", "id")
    )


def members_of(workspace: Workspace) -> MemberRows:
    """Those who work in the workspace today, by name."""
    return (
        Member.objects.of(workspace)
        .present()
        .select_related("user")
        .order_by("user__name", "user__email")
    )


def workspace_with_slug(slug: str) -> Workspace:
    """The workspace with that short name, or `Missing`."""
    return found(Workspace.objects.filter(slug=slug))


def workspace_with_id(workspace_id: UUID) -> Workspace:
    """The workspace with that id, or `Missing`."""
    return found(Workspace.objects.filter(pk=workspace_id))
