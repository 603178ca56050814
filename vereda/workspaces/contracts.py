"""The words others may use about workspaces."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID


class Role(StrEnum):
    """What a member may do, from all to looking only."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class Theme(StrEnum):
    """Light, dark, or what the device says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """The languages of the interface; both are complete."""

    ENGLISH = "en"
    SPANISH = "es"


class WriteKeyKind(StrEnum):
    """`PUBLIC` stands in pages that anybody can read; `SECRET` only in the workspace's servers."""

    PUBLIC = "public"
    SECRET = "secret"  # noqa: S105 - a word of our own


class Call(StrEnum):
    """The calls of the tracking dialects that a browser may be allowed to make."""

    TRACK = "track"
    IDENTIFY = "identify"
    GROUP = "group"
    PAGE = "page"
    SCREEN = "screen"
    ALIAS = "alias"


SERVER_TRAITS: Final = (
    "account_id",
    "arr",
    "is_admin",
    "is_verified",
    "lifecycle_stage",
    "mrr",
    "plan",
    "role",
    "stage",
    "tenant_id",
    "workspace_id",
)
"""What only a workspace's own systems may say, unless it chooses otherwise."""


def plain_trait(name: str) -> str:
    """`isAdmin`, `Is Admin` and `is-admin` are the same word."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[\s-]+", "_", words).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserRules:
    """What a public key may say. `names` are forbidden, or with `only_these_names` allowed."""

    calls: frozenset[str] = frozenset(Call)
    names: frozenset[str] = frozenset()
    only_these_names: bool = False
    server_traits: frozenset[str] = frozenset(SERVER_TRAITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolder:
    """Whose events come under a write key, and what they may say.

    `shown` is as much of the key as may be told. `signing_secrets` are those with which a
    browser's user ids may be signed today. Limits are events a second; None is the usual one.
    """

    key_id: UUID
    workspace_id: UUID
    kind: WriteKeyKind = WriteKeyKind.PUBLIC
    shown: str = ""
    browser: BrowserRules = field(default_factory=BrowserRules)
    origins: frozenset[str] = frozenset()
    signed_only: bool = False
    signing_secrets: tuple[str, ...] = ()
    events_per_second: int | None = None
    events_per_address: int | None = None

    @property
    def is_secret(self) -> bool:
        """Is what comes with the key the word of the workspace's own systems?"""
        return self.kind is WriteKeyKind.SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined:
    """Somebody began to work in a workspace."""

    workspace_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft:
    """A member left, or was asked to leave."""

    workspace_id: UUID
    member_id: UUID
