"""Write keys for tracking clients, tokens for programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vereda.foundation.errors import Refused
from vereda.foundation.scoping import found
from vereda.foundation.tokens import digest_of, random_token
from vereda.workspaces.actions.audit import record
from vereda.workspaces.contracts import Role, WriteKeyKind
from vereda.workspaces.letters import send_key_warning
from vereda.workspaces.models import ApiToken, BrowserSetting, Member, Workspace, WriteKey
from vereda.workspaces.rules import (
    API_TOKEN_PREFIX,
    PREFIX_SHOWN,
    SECRET_WRITE_KEY_PREFIX,
    SECRET_WRITE_KEY_SHOWN,
    WRITE_KEY_PREFIX,
    WRITE_KEY_SHOWN,
)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token's row and the secret, which exists nowhere else and is shown once."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A write key's row and the key itself; a secret one exists nowhere else."""

    key: WriteKey
    secret: str


def issue_write_key(
    workspace: Workspace, *, label: str, by: Member | None, now: datetime
) -> WriteKey:
    """A new public write key beside those there are; it can be read for ever."""
    return issue_key_of_kind(workspace, kind=WriteKeyKind.PUBLIC, label=label, by=by, now=now).key


@transaction.atomic
def issue_key_of_kind(
    workspace: Workspace,
    *,
    kind: WriteKeyKind,
    label: str,
    by: Member | None,
    now: datetime,
    **settings: Any,
) -> IssuedKey:
    """A new write key, public or secret, with its origins and limits."""
    issued = _new_key(workspace, kind=kind, label=label, by=by, created_at=now, **settings)
    record(by, "issued", issued.key, key_kind=kind.value)
    return issued


def _new_key(workspace: Workspace | UUID, *, kind: WriteKeyKind, **values: Any) -> IssuedKey:
    is_secret = kind is WriteKeyKind.SECRET
    secret = random_token(SECRET_WRITE_KEY_PREFIX if is_secret else WRITE_KEY_PREFIX)
    shown = SECRET_WRITE_KEY_SHOWN if is_secret else WRITE_KEY_SHOWN
    values["label"] = values["label"].strip()
    key: WriteKey = WriteKey.objects.of(workspace).create(
        kind=kind,
        digest=digest_of(secret),
        secret="" if is_secret else secret,
        prefix=secret[:shown],
        **values,
    )
    return IssuedKey(key, secret)


KEY_SETTINGS = ("label", "origins", "signed_only", "events_per_second", "events_per_address")


@transaction.atomic
def edit_write_key(key: WriteKey, *, by: Member, **values: Any) -> None:
    """Change what a key is for, from where it may come, and how much it may bring."""
    rows = WriteKey.objects.of(by.workspace).filter(pk=key.pk)
    before = rows.values(*KEY_SETTINGS).get()
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return
    rows.update(**changed)
    record(by, "edited", key, changes={name: [before[name], changed[name]] for name in changed})


@transaction.atomic
def replace_write_key(key: WriteKey, *, ends_at: datetime, by: Member, now: datetime) -> IssuedKey:
    """A new key with the same settings; the old one works on until `ends_at`."""
    if ends_at < now:
        raise Refused(_("The old key cannot end in the past."))
    rows = WriteKey.objects.of(by.workspace).valid(now=now).filter(pk=key.pk, replaced_at=None)
    old = rows.select_for_update().first()
    if old is None:
        raise Refused(_("This key was replaced already, or works no more."))
    same = {name: getattr(old, name) for name in KEY_SETTINGS}
    issued = _new_key(by.workspace, kind=WriteKeyKind(old.kind), by=by, created_at=now, **same)
    rows.update(replaced_by=issued.key, replaced_at=now, ends_at=ends_at)
    record(by, "replaced", old, ends_at=ends_at)
    return issued


@transaction.atomic
def revoke_write_key(key: WriteKey, *, by: Member, now: datetime) -> None:
    """End a write key: the collector refuses it from the next request on."""
    if WriteKey.objects.of(by.workspace).filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        record(by, "revoked", key)


@transaction.atomic
def set_browser_rules(
    *,
    calls: Iterable[str],
    names: Iterable[str],
    only_these_names: bool,
    server_traits: Iterable[str],
    by: Member,
) -> None:
    """Choose what browsers may say with any public key of the workspace."""
    values: dict[str, Any] = {
        "calls": sorted(calls),
        "names": sorted(set(names)),
        "only_these_names": only_these_names,
        "server_traits": sorted(set(server_traits)),
    }
    setting = _browser_setting(by)
    changes = {
        name: [getattr(setting, name), value]
        for name, value in values.items()
        if getattr(setting, name) != value
    }
    if not changes:
        return
    for name, value in values.items():
        setattr(setting, name, value)
    setting.save()
    record(by, "edited", setting, changes=changes)


@transaction.atomic
def change_signing_secret(*, former_until: datetime, by: Member, now: datetime) -> None:
    """Sign user ids with a new secret; what the former one signed is believed until then."""
    if former_until < now:
        raise Refused(_("The old secret cannot end in the past."))
    setting = _browser_setting(by)
    setting.signing_round += 1
    setting.former_secret_until = former_until
    setting.save()
    record(by, "replaced", setting, ends_at=former_until)


def _browser_setting(by: Member) -> BrowserSetting:
    rows = BrowserSetting.objects.of(by.workspace)
    rows.get_or_create(workspace=by.workspace)
    return found(rows.select_for_update())


def note_use_of_key(key_id: UUID, *, at: datetime) -> None:
    """Remember when a write key was last used; the caller asks every few minutes."""
    older = Q(last_used_at=None) | Q(last_used_at__lt=at)
    WriteKey.every_workspace.filter(older, pk=key_id).update(last_used_at=at)


@transaction.atomic
def note_key_in_browser(key_id: UUID, *, at: datetime) -> None:
    """A browser sent a secret key: the page says so; the first time of a day stands in the audit
    log, and the owners hear of it by letter."""
    key = WriteKey.every_workspace.filter(pk=key_id).select_for_update().first()
    if key is None:
        return
    if key.in_browser_at is None or key.in_browser_at.date() < at.date():
        record(None, "sent by a browser", key)
        for owner in Member.objects.of(key.workspace_id).filter(role=Role.OWNER, left_at=None):
            transaction.on_commit(partial(send_key_warning, key, to=owner), robust=True)
    WriteKey.every_workspace.filter(pk=key_id).update(in_browser_at=at)


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
