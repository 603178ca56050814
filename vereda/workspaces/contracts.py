"""The words others may use about workspaces."""

from dataclasses import dataclass
from enum import StrEnum
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
