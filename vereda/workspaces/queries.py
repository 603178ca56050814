"""Asking about workspaces and their people."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from vereda.foundation.errors import Missing
from vereda.foundation.scoping import found
from vereda.workspaces.models import (
    ApiToken,
    AuditLine,
    Invitation,
    InvitationRows,
    JobRun,
    Member,
    MemberRows,
    SignInLink,
    User,
    Workspace,
    WriteKey,
    WriteKeyRows,
)
from vereda.workspaces.rules import (
    API_TOKEN_PREFIX,
    LONGEST_SLUG,
    LONGEST_TOKEN,
    digest_of,
    short_name_of,
)

if TYPE_CHECKING:
    from vereda.foundation.scoping import OwnedRows


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


def workspaces_of_user(user: User) -> list[Workspace]:
    """Every workspace that a user works in, by name: what the switcher shows."""
    return [member.workspace for member in memberships_of(user)]


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


def member_of(workspace: Workspace, *, email: str) -> Member | None:
    """Who works in the workspace under that address today."""
    return members_of(workspace).filter(user__email=email.strip().lower()).first()


def member_with_id(workspace: Workspace, member_id: UUID) -> Member:
    """The member with that id who works here today, or `Missing`."""
    return found(members_of(workspace).filter(pk=member_id))


def owner_of(workspace: Workspace) -> Member:
    """The first owner, or `Missing`."""
    return found(members_of(workspace).filter(role="owner").order_by("created_at", "pk"))


def no_user_yet() -> bool:
    """Is this the first start, before anybody has an account?"""
    return not User.objects.exists()


def user_with_email(email: str) -> User:
    """The person with that address, or `Missing`."""
    return found(User.objects.filter(email=email.strip().lower()))


def free_slug(name: str) -> str:
    """A short name for a workspace called `name` that no other has."""
    stem = short_name_of(name)
    numbered = (f"{stem[: LONGEST_SLUG - 8]}-{number}" for number in count(2))
    return next(
        slug for slug in chain([stem], numbered) if not Workspace.objects.filter(slug=slug).exists()
    )


def invitations_of(workspace: Workspace) -> InvitationRows:
    """Invitations that wait for an answer, the newest first."""
    return (
        Invitation.objects.of(workspace)
        .waiting()
        .select_related("by__user")
        .order_by("-created_at")
    )


def invitation_with_id(workspace: Workspace, invitation_id: UUID) -> Invitation:
    """The waiting invitation with that id, or `Missing`."""
    return found(invitations_of(workspace).filter(pk=invitation_id))


def invitation_with_token(slug: str, token: str, *, now: datetime) -> Invitation:
    """The open invitation to the workspace `slug` whose token this is, or `Missing`."""
    return found(
        Invitation.every_workspace.filter(
            workspace__slug=slug,
            workspace__suspended_at=None,
            digest=digest_of(token),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=now,
        ).select_related("workspace", "by__user")
    )


def has_account(email: str) -> bool:
    """Does somebody sign in with that address?"""
    return User.objects.filter(email=email).exists()


def write_keys_of(workspace: Workspace) -> WriteKeyRows:
    """All write keys, valid ones first, then the newest."""
    return (
        WriteKey.objects.of(workspace)
        .select_related("by__user")
        .order_by("revoked_at", "-created_at", "-pk")
    )


def write_key_with_id(workspace: Workspace, key_id: UUID) -> WriteKey:
    """The write key with that id, or `Missing`."""
    return found(WriteKey.objects.of(workspace).filter(pk=key_id))


def valid_write_key(workspace: Workspace) -> WriteKey | None:
    """A write key that works, the oldest one: snippets and scripts show it."""
    return WriteKey.objects.of(workspace).valid().order_by("created_at", "pk").first()


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose events come under a write key."""

    key_id: UUID
    workspace_id: UUID


def holder_of_write_key(secret: str) -> KeyHolder | None:
    """The key and its workspace; None for a key unknown, revoked or of a suspended workspace."""
    if len(secret) > LONGEST_TOKEN or "\x00" in secret:
        return None
    row = (
        WriteKey.every_workspace.filter(
            secret=secret, revoked_at=None, workspace__suspended_at=None
        )
        .values_list("pk", "workspace_id")
        .first()
    )
    return KeyHolder(*row) if row else None


def write_key_named(secret: str) -> UUID | None:
    """The id of the workspace whose write key this is, or None."""
    holder = holder_of_write_key(secret)
    return holder.workspace_id if holder else None


def tokens_of(workspace: Workspace) -> "OwnedRows[ApiToken]":
    """All API tokens, valid ones first, then the newest."""
    return (
        ApiToken.objects.of(workspace)
        .select_related("by__user")
        .order_by("revoked_at", "-created_at", "-pk")
    )


def token_with_id(workspace: Workspace, token_id: UUID) -> ApiToken:
    """The token with that id, or `Missing`."""
    return found(ApiToken.objects.of(workspace).filter(pk=token_id))


def token_with_secret(secret: str, *, now: datetime) -> ApiToken | None:
    """The token that works under that secret today, with its workspace and the member behind it."""
    if not secret.startswith(API_TOKEN_PREFIX) or len(secret) > LONGEST_TOKEN:
        return None
    return (
        ApiToken.every_workspace.filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            digest=digest_of(secret),
            revoked_at=None,
            workspace__suspended_at=None,
            by__left_at=None,
            by__user__is_active=True,
        )
        .select_related("workspace", "by__user", "by__workspace")
        .first()
    )


def link_is_open(token: str, *, now: datetime) -> bool:
    """Would this link sign somebody in?"""
    links = SignInLink.objects.filter(digest=digest_of(token), user__is_active=True)
    return links.filter(used_at=None, expires_at__gt=now).exists()


def audit_lines_of(workspace: Workspace, *, kind: str = "", by: str = "") -> QuerySet[AuditLine]:
    """What was done in the workspace; of one kind of thing, or by one member's id."""
    lines = AuditLine.objects.of(workspace).select_related("by__user")
    if kind:
        lines = lines.filter(kind=kind)
    if by:
        lines = lines.filter(by_id=id_in(by))
    return lines


def audited_kinds_of(workspace: Workspace) -> list[str]:
    """The kinds of things that audit lines speak of."""
    kinds = AuditLine.objects.of(workspace).order_by("kind").values_list("kind", flat=True)
    return list(kinds.distinct())


def id_in(text: str) -> UUID:
    """The id that a form or an address names, or `Missing`."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Missing(text[:40]) from error


def last_turns() -> list[JobRun]:
    """The last hundred turns of scheduled jobs, the newest first."""
    return list(JobRun.objects.order_by("-due_at", "job")[:100])


def turn_with_id(run_id: UUID) -> JobRun:
    """The turn with that id, or `Missing`."""
    return found(JobRun.objects.filter(pk=run_id))


def no_workspace_yet() -> bool:
    """Is there nothing here at all?"""
    return not Workspace.objects.exists()
