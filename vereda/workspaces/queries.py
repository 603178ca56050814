"""Asking about workspaces and their people."""

from datetime import datetime
from itertools import chain, count
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from vereda.foundation.errors import Missing
from vereda.foundation.scoping import found, id_of
from vereda.foundation.tokens import LONGEST_TOKEN, digest_of
from vereda.workspaces.contracts import BrowserRules, KeyHolder, WriteKeyKind
from vereda.workspaces.models import (
    ApiToken,
    AuditLine,
    BrowserSetting,
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
from vereda.workspaces.rules import API_TOKEN_PREFIX, LONGEST_SLUG, short_name_of

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
    rows = Member.every_workspace.filter(user=user, left_at=None, workspace__suspended_at=None)
    named = rows.select_related("workspace").only("workspace__name", "workspace__slug")
    return [member.workspace for member in named.order_by("workspace__name", "id")]


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


def workspaces_at_work() -> list[Workspace]:
    """Every workspace that is not suspended, for what is done for each by night."""
    return list(Workspace.objects.filter(suspended_at=None).order_by("pk"))


def workspace_with_id(workspace_id: UUID) -> Workspace:
    """The workspace with that id, or `Missing`."""
    return found(Workspace.objects.filter(pk=workspace_id))


def workspace_itself(workspace: Workspace | UUID) -> Workspace:
    """The row, read where no more than its id is known."""
    return workspace_with_id(workspace) if isinstance(workspace, UUID) else workspace


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
        .select_related("by__user", "replaced_by")
        .order_by("revoked_at", "-created_at", "-pk")
    )


def write_key_with_id(workspace: Workspace, key_id: UUID) -> WriteKey:
    """The write key with that id, or `Missing`."""
    return found(WriteKey.objects.of(workspace).select_related("replaced_by").filter(pk=key_id))


def valid_write_key(workspace: Workspace, *, now: datetime) -> WriteKey | None:
    """A public write key that stays, the oldest one: snippets and scripts show it."""
    keys = WriteKey.objects.of(workspace).valid(now=now).filter(kind=WriteKeyKind.PUBLIC)
    return keys.filter(replaced_at=None).order_by("created_at", "pk").first()


def holder_of_write_key(secret: str, *, now: datetime) -> KeyHolder | None:
    """Whose the key is; None for one unknown, revoked, run out or of a suspended workspace."""
    if len(secret) > LONGEST_TOKEN or "\x00" in secret:
        return None
    keys = WriteKey.every_workspace.filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        digest=digest_of(secret),
        revoked_at=None,
        workspace__suspended_at=None,
    )
    key = keys.first()
    if key is None:
        return None
    setting = browser_setting_of(key.workspace_id)
    return KeyHolder(
        key_id=key.pk,
        workspace_id=key.workspace_id,
        kind=WriteKeyKind(key.kind),
        shown=key.prefix,
        browser=BrowserRules(
            calls=frozenset(setting.calls),
            names=frozenset(setting.names),
            only_these_names=setting.only_these_names,
            server_traits=frozenset(setting.server_traits),
        ),
        origins=frozenset(key.origins),
        signed_only=key.signed_only,
        signing_secrets=signing_secrets_of(setting, now=now),
        events_per_second=key.events_per_second,
        events_per_address=key.events_per_address,
    )


def write_key_named(secret: str, *, now: datetime) -> UUID | None:
    """The id of the workspace whose write key this is, or None."""
    holder = holder_of_write_key(secret, now=now)
    return holder.workspace_id if holder else None


def browser_setting_of(workspace: Workspace | UUID) -> BrowserSetting:
    """What browsers may say; as it is at first where nobody chose, then not stored."""
    chosen = BrowserSetting.objects.of(workspace).first()
    return chosen or BrowserSetting(workspace_id=id_of(workspace))


def signing_secrets_of(setting: BrowserSetting, *, now: datetime) -> tuple[str, ...]:
    """The secrets with which user ids may be signed today, the present one first."""
    until = setting.former_secret_until
    former = [setting.signing_round - 1] if until and until > now else []
    return tuple(
        salted_hmac(
            "vereda.browser-setting", f"{setting.workspace_id}:{count}", algorithm="sha256"
        ).hexdigest()
        for count in (setting.signing_round, *former)
    )


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


def turn_with_id(run_id: UUID) -> JobRun:
    """The turn with that id, or `Missing`."""
    return found(JobRun.objects.filter(pk=run_id))


def no_workspace_yet() -> bool:
    """Is there nothing here at all?"""
    return not Workspace.objects.exists()
