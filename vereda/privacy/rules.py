"""Decisions about privacy: who may be tracked, and when a request is due."""

import hmac
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from vereda.privacy.contracts import TrackingRule


def may_be_tracked(*, said_yes: bool | None, rule: TrackingRule) -> bool:
    """Whether somebody's use may be recorded; None is somebody who has said nothing."""
    if said_yes is None:
        return rule is TrackingRule.UNLESS_REFUSED
    return said_yes


def due_on(received_on: date) -> date:
    """One month after a request came (GDPR art. 12.3), the month's last day at the latest."""
    year, month = divmod(received_on.year * 12 + received_on.month, 12)
    return date(year, month + 1, min(received_on.day, monthrange(year, month + 1)[1]))


def mark_of(name: str, *, workspace_id: UUID, key: bytes) -> str:
    """What the list of erasures holds of a name: nobody can read the name from it, and whoever
    has the key can recognise it."""
    return hmac.new(key, f"{workspace_id.hex}\0{name}".encode(), "sha256").hexdigest()[:32]


def marks_of(names: Iterable[str], *, workspace_id: UUID, key: bytes) -> set[str]:
    """The marks of all names that are not empty."""
    return {mark_of(name, workspace_id=workspace_id, key=key) for name in names if name}
