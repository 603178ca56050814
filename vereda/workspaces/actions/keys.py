"""Write keys for tracking clients, tokens for programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vereda.foundation.errors import Refused
from vereda.workspaces.actions.audit import record
from vereda.workspaces.models import ApiToken, Member, Workspace, WriteKey
from vereda.workspaces.rules import (
    API_TOKEN_PREFIX,
    PREFIX_SHOWN,
    WRITE_KEY_PREFIX,
    digest_of,
    random_token,
)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token's row and the secret, which exists nowhere else and is shown once."""

    token: ApiToken
    secret: str


@transaction.atomic
def issue_write_key(
    workspace: Workspace, *, label: str, by: Member | None, now: datetime
) -> WriteKey:
    """A new write key beside those there are: to rotate, add one, move clients, revoke the old."""
    key: WriteKey = WriteKey.objects.of(workspace).create(
        secret=random_token(WRITE_KEY_PREFIX), label=label.strip(), by=by, created_at=now
    )
    record(by, "issued", key)
    return key


@transaction.atomic
def revoke_write_key(key: WriteKey, *, by: Member, now: datetime) -> None:
    """End a write key: the collector refuses it from the next request on."""
    if WriteKey.objects.of(by.workspace).valid().filter(pk=key.pk).update(revoked_at=now):
        record(by, "revoked", key)


def note_use_of_key(key_id: UUID, *, on: date) -> None:
    """Remember the last day on which a write key was used; writes once a day."""
    older = Q(last_used_on=None) | Q(last_used_on__lt=on)
    WriteKey.every_workspace.filter(older, pk=key_id).update(last_used_on=on)


@transaction.atomic
def issue_token(
    *, label: str, scopes: Iterable[str], expires_at: datetime | None, by: Member, now: datetime
) -> IssuedToken:
    """A token that may do `scopes`, none of which its issuer lacks."""
    wanted = sorted(set(scopes))
    if not wanted or not all(by.may(scope) for scope in wanted):
        raise Refused(_("Choose at least one permission, and only those that you have yourself."))
    if expires_at is not None and expires_at <= now:
        raise Refused(_("The last day must lie ahead."))
    secret = random_token(API_TOKEN_PREFIX)
    token: ApiToken = ApiToken.objects.of(by.workspace).create(
        digest=digest_of(secret),
        prefix=secret[:PREFIX_SHOWN],
        label=label.strip(),
        scopes=wanted,
        expires_at=expires_at,
        by=by,
    )
    record(by, "issued", token, scopes=wanted)
    return IssuedToken(token, secret)


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Member, now: datetime) -> None:
    """End a token: the next call with it is refused."""
    rows = ApiToken.objects.of(by.workspace).filter(pk=token.pk, revoked_at=None)
    if rows.update(revoked_at=now):
        record(by, "revoked", token)


def note_use_of_token(token_id: UUID, *, on: date) -> None:
    """Remember the last day on which a token was used; writes once a day."""
    older = Q(last_used_on=None) | Q(last_used_on__lt=on)
    ApiToken.every_workspace.filter(older, pk=token_id).update(last_used_on=on)
