"""Asking how long events are kept, and what a rule would let go of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

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


def events_to_go(
    workspace: Workspace, *, keeping: Keeping, now: datetime, replacing: str | None = None
) -> int:
    """How many stored events the rule would let go of tonight, in the place of another."""
    replaced = keeping.name if replacing is None else replacing
    others = [each for each in retention_rules(workspace) if each.name != replaced]
    expiry = expiry_of(keeping, among=[keeping, *others], now=now)
    if expiry is None:
        return 0
    return event_store().count_expired(workspace_key(workspace.pk), expiry=expiry)


def names_without_rule(workspace: Workspace) -> list[str]:
    """The event names that have no rule of their own, the most used first."""
    ruled = {each.name for each in retention_rules(workspace)}
    seen = event_store().event_names(workspace_key(workspace.pk))
    return list(dict.fromkeys(each.name for each in seen if each.name and each.name not in ruled))


def workspaces_letting_go() -> list[Workspace]:
    """The workspaces that keep some events for a time only."""
    rows = EventRetention.every_workspace.exclude(days=None).select_related("workspace")
    return list({row.workspace_id: row.workspace for row in rows}.values())


def last_retention_run(workspace: Workspace) -> RetentionRun | None:
    """How the last letting go went, or goes."""
    return RetentionRun.objects.of(workspace).first()
