"""Asking how long events are kept, and what a rule would let go of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from vereda.events.contracts.arriving import workspace_key
from vereda.events.models.retention import EventRetention, RetentionRun
from vereda.events.rules.retention import Keeping, expiry_of
from vereda.events.store.current import event_store
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.workspaces.models import Workspace

FOR_EVER = Keeping(name="", days=None, keep_counts=True)
"""What holds where nobody said anything."""


def retention_rules(workspace: Workspace | UUID) -> list[Keeping]:
    """The rule for all events first, then those of single names."""
    rows = EventRetention.objects.of(workspace).order_by("name")
    rules = [row.keeping for row in rows]
    return rules if rules and not rules[0].name else [FOR_EVER, *rules]


def retention_rule_for(workspace: Workspace | UUID, *, name: str) -> Keeping:
    """The rule of that name, or `Missing`; "" is the rule for all others."""
    if not name:
        return retention_rules(workspace)[0]
    return found(EventRetention.objects.of(workspace).filter(name=name)).keeping


@dataclass(frozen=True, slots=True)
class ToGo:
    """How many events a rule lets go of: tonight, and later because they arrived only lately."""

    tonight: int = 0
    later: int = 0

    def __bool__(self) -> bool:
        return bool(self.tonight or self.later)


def events_to_go(workspace: Workspace, *, keeping: Keeping, now: datetime) -> ToGo:
    """How many stored events the rule would let go of, in the place of that of the same name."""
    others = [each for each in retention_rules(workspace) if each.name != keeping.name]
    expiry = expiry_of(keeping, among=[keeping, *others], now=now)
    if expiry is None:
        return ToGo()
    store, key = event_store(), workspace_key(workspace.pk)
    tonight = store.count_expired(key, expiry=expiry)
    whenever = msgspec.structs.replace(expiry, arrived_before=now + timedelta(days=1))
    return ToGo(tonight, store.count_expired(key, expiry=whenever) - tonight)


def names_without_rule(workspace: Workspace) -> list[str]:
    """The event names that have no rule of their own, the most used first."""
    ruled = {each.name for each in retention_rules(workspace)}
    seen = event_store().event_names(workspace_key(workspace.pk))
    return list(dict.fromkeys(each.name for each in seen if each.name and each.name not in ruled))


def last_retention_run(workspace: Workspace) -> RetentionRun | None:
    """How the last letting go went, or goes."""
    return RetentionRun.objects.of(workspace).first()
