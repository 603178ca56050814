"""What members do with an alert or a task alike: one verb for both."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from vereda.foundation.errors import Refused
from vereda.worklist.actions.alerts import (
    delegate_alert,
    finish_alert,
    reopen_alert,
    snooze_alert,
    wake_alert,
)
from vereda.worklist.actions.tasks import (
    delegate_task,
    finish_task,
    reopen_task,
    snooze_task,
    wake_task,
)
from vereda.worklist.contracts import SnoozeReason
from vereda.worklist.models.alerts import Alert
from vereda.worklist.queries.items import Item

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


def finish_item(item: Item, *, by: Member, now: datetime) -> None:
    """It is done; whoever is second is refused."""
    if isinstance(item, Alert):
        finish_alert(item, by=by, now=now)
    else:
        finish_task(item, by=by, now=now)


def reopen_item(item: Item, *, by: Member, now: datetime) -> None:
    """It is to do again."""
    if isinstance(item, Alert):
        reopen_alert(item, by=by, now=now)
    else:
        reopen_task(item, by=by, now=now)


def take_items_back(
    items: Collection[Item], *, snoozed: bool, by: Member, now: datetime
) -> list[Item]:
    """Each of them is to do again, or waits no longer; what cannot be taken back is left as it is.
    Those taken back."""
    undo, taken = (wake_item if snoozed else reopen_item), []
    for item in items:
        try:
            with transaction.atomic():
                undo(item, by=by, now=now)
        except Refused:
            continue
        taken.append(item)
    return taken


def snooze_item(
    item: Item, *, until: datetime, because: SnoozeReason, by: Member, now: datetime
) -> None:
    """It waits until then, and comes back by itself."""
    if isinstance(item, Alert):
        snooze_alert(item, until=until, because=because, by=by, now=now)
    else:
        snooze_task(item, until=until, because=because, by=by, now=now)


def wake_item(item: Item, *, by: Member, now: datetime) -> None:
    """It waits no longer."""
    if isinstance(item, Alert):
        wake_alert(item, by=by, now=now)
    else:
        wake_task(item, by=by, now=now)


def delegate_item(item: Item, *, to: Member, by: Member, now: datetime) -> None:
    """Another member has it from now on."""
    if isinstance(item, Alert):
        delegate_alert(item, to=to, by=by, now=now)
    else:
        delegate_task(item, to=to, by=by, now=now)


def finish_items(items: Collection[Item], *, by: Member, now: datetime) -> list[Item]:
    """Each of them is done; what somebody else did first is left as it is. Those done here."""
    done = []
    for item in items:
        try:
            with transaction.atomic():
                finish_item(item, by=by, now=now)
        except Refused:
            continue
        done.append(item)
    return done


def snooze_items(
    items: Collection[Item], *, until: datetime, because: SnoozeReason, by: Member, now: datetime
) -> list[Item]:
    """Each of them waits; those that are closed already are left as they are."""
    done = []
    for item in items:
        try:
            with transaction.atomic():
                snooze_item(item, until=until, because=because, by=by, now=now)
        except Refused:
            continue
        done.append(item)
    return done


def delegate_items(items: Collection[Item], *, to: Member, by: Member, now: datetime) -> list[Item]:
    """Each of them is another member's; those that are closed already are left as they are."""
    done = []
    for item in items:
        try:
            with transaction.atomic():
                delegate_item(item, to=to, by=by, now=now)
        except Refused:
            continue
        done.append(item)
    return done
