"""Settling alerts: of one cause, for many accounts at once, exactly those that are due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.customers.queries.accounts import accounts_with_ids, listed_accounts
from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.worklist.contracts import (
    AlertKind,
    AlertsSettled,
    CloseReason,
    Noticed,
    Settled,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.queries.ranks import rank_of_alert, reckoning_at
from vereda.worklist.rules.quiet import QUIET
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

AT_ONCE = 500


@transaction.atomic
def settle_alerts(
    workspace: Workspace,
    *,
    kind: AlertKind,
    cause: str,
    noticed: Mapping[UUID, Noticed],
    now: datetime,
    among: Collection[UUID] | None = None,
) -> Settled:
    """Make the open alerts of this cause exactly those of the accounts in `noticed`.

    New ones are raised, those already open say what is noticed now, the others are cleared; what
    a member dealt with stays quiet as with `raise_alert`. `among`: only these accounts were
    looked at, the alerts of others stay as they are. A constant number of queries per 500.
    """
    rows = Alert.objects.of(workspace).filter(kind=kind, cause=cause)
    looked_at = rows if among is None else rows.filter(one_of_many(among, column="account_id"))
    standing = {row.account_id: row for row in looked_at.open()}
    quiet = set(
        looked_at.filter(closed_at__gt=now - QUIET, cause_gone_at=None).values_list(
            "account_id", flat=True
        )
    )
    gone = [row for row in standing.values() if row.account_id not in noticed]
    cleared = _clear(workspace, gone, now=now)
    looked_at.filter(closed_at__isnull=False, cause_gone_at=None).exclude(
        one_of_many(list(noticed), column="account_id")
    ).update(cause_gone_at=now)
    refreshed = _refresh_all(
        workspace, {id_: row for id_, row in standing.items() if id_ in noticed}, noticed, now=now
    )
    wanted = [id_ for id_ in noticed if id_ not in standing and id_ not in quiet]
    raised = _raise_all(workspace, wanted, noticed, kind=kind, cause=cause, now=now)
    touched = [*raised, *cleared]
    if touched:
        record(
            None, "settled alerts", workspace, cause=cause, raised=len(raised), cleared=len(cleared)
        )
        announce(AlertsSettled(workspace_id=workspace.pk, account_ids=tuple(touched)))
    return Settled(raised=len(raised), refreshed=refreshed, cleared=len(cleared))


def _clear(workspace: Workspace, rows: Collection[Alert], *, now: datetime) -> list[UUID]:
    """Close these because their cause is gone; the accounts they were about."""
    if rows:
        open_rows = Alert.objects.of(workspace).open()
        open_rows.filter(one_of_many([row.pk for row in rows])).update(
            closed_at=now, closed_because=CloseReason.CLEARED, cause_gone_at=now, updated_at=now
        )
    return [row.account_id for row in rows]


def _refresh_all(
    workspace: Workspace,
    standing: Mapping[UUID, Alert],
    noticed: Mapping[UUID, Noticed],
    *,
    now: datetime,
) -> int:
    """Let the open ones say what is noticed now; how many were seen again."""
    reckoning = reckoning_at(workspace, now=now)
    ids = list(standing)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        accounts = accounts_with_ids(workspace, part)
        for account_id in part:
            row, said = standing[account_id], noticed[account_id]
            row.reason, row.details = said.reason, dict(said.details)
            row.last_seen_at, row.times = now, row.times + 1
            row.points = rank_of_alert(row, accounts[account_id], reckoning=reckoning).points
        names = ["reason", "details", "last_seen_at", "times", "points"]
        Alert.objects.of(workspace).bulk_update([standing[each] for each in part], names)
    return len(ids)


def _raise_all(
    workspace: Workspace,
    ids: Collection[UUID],
    noticed: Mapping[UUID, Noticed],
    *,
    kind: AlertKind,
    cause: str,
    now: datetime,
) -> list[UUID]:
    """New alerts for these accounts, of those that are listed; the accounts that got one."""
    reckoning = reckoning_at(workspace, now=now)
    raised, waiting = list[UUID](), list(ids)
    for start in range(0, len(waiting), AT_ONCE):
        part = one_of_many(waiting[start : start + AT_ONCE])
        accounts = list(listed_accounts(workspace).filter(part))
        if not accounts:
            continue
        numbers = reserve_numbers(workspace, "AL", count=len(accounts))
        fresh = []
        for account, number in zip(accounts, numbers, strict=True):
            said = noticed[account.pk]
            alert = Alert(
                workspace=workspace,
                number=number,
                account=account,
                owner_id=account.owner_id,
                kind=kind,
                cause=cause,
                reason=said.reason,
                details=dict(said.details),
                raised_at=now,
                last_seen_at=now,
            )
            alert.points = rank_of_alert(alert, account, reckoning=reckoning).points
            fresh.append(alert)
        Alert.objects.of(workspace).bulk_create(fresh, ignore_conflicts=True)
        raised += [account.pk for account in accounts]
    return raised
