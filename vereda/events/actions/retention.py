"""Saying how long events are kept, and letting go of those that are too old."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vereda.events.contracts.arriving import workspace_key
from vereda.events.models.retention import EventRetention, RetentionRun
from vereda.events.queries.retention import events_to_go, retention_rules
from vereda.events.rules.retention import LEAST_DAYS, MOST_DAYS, Keeping, expiry_of
from vereda.events.store.current import event_store
from vereda.foundation.errors import Refused
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

log = logging.getLogger(__name__)

STEP: Final = 20_000
"""Events that go in one step; events that come in wait for one step at most."""


class WrongRetention(Refused):
    """Events cannot be kept that long, or that short."""


@transaction.atomic
def set_retention(workspace: Workspace, *, keeping: Keeping, by: Member | None) -> None:
    """Keep the events of a name that long from tonight on."""
    if keeping.days is not None and not LEAST_DAYS <= keeping.days <= MOST_DAYS:
        raise WrongRetention(
            _("Events are kept from %(least)d to %(most)d days, or for ever.")
            % {"least": LEAST_DAYS, "most": MOST_DAYS}
        )
    rows = EventRetention.objects.of(workspace)
    row, _made = rows.update_or_create(
        workspace_id=workspace.pk,
        name=keeping.name,
        defaults={"days": keeping.days, "keep_counts": keeping.keep_counts},
    )
    record(by, "changed", row, days=keeping.days, keep_counts=keeping.keep_counts)


@transaction.atomic
def drop_retention(workspace: Workspace, *, name: str, by: Member | None) -> None:
    """The name has no rule of its own any more: the rule for all events holds."""
    row = EventRetention.objects.of(workspace).filter(name=name).exclude(name="").first()
    if row is None:
        raise WrongRetention(_("This event has no rule of its own."))
    record(by, "removed", row, days=row.days)
    row.delete()


def let_old_events_go(workspace: Workspace, *, clock: Callable[[], datetime]) -> int:
    """Remove what the workspace's rules say, step by step; how many events went.

    Cut off, it goes on where it was the next night.
    """
    started_at = clock()
    rules = retention_rules(workspace)
    expected = [events_to_go(workspace, keeping=rule, now=started_at).tonight for rule in rules]
    run, _made = RetentionRun.objects.of(workspace).update_or_create(
        workspace_id=workspace.pk,
        defaults={
            "started_at": started_at,
            "beat_at": started_at,
            "finished_at": None,
            "expected": sum(expected),
            "removed": 0,
        },
    )
    removed = sum(
        _let_go(workspace, rule, among=rules, run=run, started_at=started_at, clock=clock)
        for rule in rules
        if rule.days is not None
    )
    RetentionRun.objects.of(workspace).filter(pk=run.pk).update(finished_at=clock())
    return removed


def _let_go(
    workspace: Workspace,
    rule: Keeping,
    *,
    among: list[Keeping],
    run: RetentionRun,
    started_at: datetime,
    clock: Callable[[], datetime],
) -> int:
    """All steps of one rule, and one audit line when anything went."""
    expiry = expiry_of(rule, among=among, now=started_at)
    if expiry is None:
        return 0
    store, key, removed = event_store(), workspace_key(workspace.pk), 0
    while True:
        gone = store.expire(key, expiry=expiry, limit=STEP)
        removed += gone
        rows = RetentionRun.objects.of(workspace).filter(pk=run.pk)
        rows.update(removed=F("removed") + gone, beat_at=clock())
        if gone < STEP:
            break
    if removed:
        row = EventRetention.objects.of(workspace).get(name=rule.name)
        with transaction.atomic():
            record(None, "let go of", row, events=removed, before=expiry.before)
        log.info("%d events of %s were too old and went", removed, workspace.slug)
    return removed
