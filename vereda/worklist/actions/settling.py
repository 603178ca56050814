"""Settling alerts: of one cause or several, for many accounts at once, exactly those due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.foundation.many_rows import NewRows
from vereda.worklist.contracts import (
    AlertKind,
    AlertsSettled,
    CloseReason,
    Details,
    Noticed,
    Settled,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.queries.ranks import rank_of_alert, reckoning_at
from vereda.worklist.rules.quiet import QUIET
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Workspace

AT_ONCE: Final = 1_000
SEEN_AGAIN_AFTER: Final = timedelta(hours=1)
"""What is noticed again within the hour, in the same words, is no other sighting."""

Cause: TypeAlias = tuple[str, UUID]
"""What an open alert of a kind is about: the name of a cause, and an account."""


class OpenAlert(NamedTuple):
    """What decides whether an open alert has to be written."""

    pk: UUID
    reason: str
    details: Details
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Alerts that speak already: open ones, and what a member dealt with."""

    open: Mapping[Cause, OpenAlert]
    quiet: Collection[Cause]
    gone: Collection[UUID]


def settle_alerts(
    workspace: Workspace,
    *,
    kind: AlertKind,
    cause: str,
    noticed: Mapping[UUID, Noticed],
    now: datetime,
    among: Collection[UUID] | None = None,
) -> Settled:
    """Make the open alerts of this cause exactly those of the accounts in `noticed`."""
    return settle_causes(workspace, kind=kind, noticed={cause: noticed}, now=now, among=among)


@transaction.atomic
def settle_causes(
    workspace: Workspace,
    *,
    kind: AlertKind,
    noticed: Mapping[str, Mapping[UUID, Noticed]],
    now: datetime,
    among: Collection[UUID] | None = None,
) -> Settled:
    """Make the open alerts of each of these causes exactly those of the accounts noticed for it.

    New ones are raised, those already open say what is noticed now, the others are cleared; what
    a member dealt with stays quiet as with `raise_alert`. `among`: only these accounts were
    looked at, the alerts of others stay as they are. A constant number of queries per thousand
    alerts, and nothing is written of those that say the same as within the last hour.
    """
    due = {(cause, id_): said for cause, told in noticed.items() for id_, said in told.items()}
    standing = _standing(workspace, kind=kind, causes=list(noticed), due=due, now=now, among=among)
    cleared = [about for about in standing.open if about not in due]
    _clear(workspace, [standing.open[about] for about in cleared], now=now)
    _let_go(workspace, standing.gone, now=now)
    seen = {about: row for about, row in standing.open.items() if about in due}
    _refresh(workspace, seen, due, now=now)
    fresh = {
        about: said
        for about, said in due.items()
        if about not in standing.open and about not in standing.quiet
    }
    raised = _raise_all(workspace, fresh, kind=kind, now=now) if fresh else []
    for cause in noticed:
        _tell(workspace, cause, raised=raised, cleared=cleared)
    return Settled(raised=len(raised), refreshed=len(seen), cleared=len(cleared))


def _standing(
    workspace: Workspace,
    *,
    kind: AlertKind,
    causes: Collection[str],
    due: Collection[Cause],
    now: datetime,
    among: Collection[UUID] | None,
) -> Standing:
    """What speaks for the causes already; `gone`: dealt with by a member, and over now."""
    rows = Alert.objects.of(workspace).filter(kind=kind, cause__in=causes)
    if among is not None:
        rows = rows.filter(one_of_many(among, column="account_id"))
    rows = rows.filter(Q(closed_at=None) | Q(cause_gone_at=None))
    spoken, quiet, gone = dict[Cause, OpenAlert](), set[Cause](), list[UUID]()
    for account_id, cause, closed_at, *told in rows.values_list(
        "account_id", "cause", "closed_at", *OpenAlert._fields
    ):
        about, alert = (cause, account_id), OpenAlert(*told)
        if closed_at is None:
            spoken[about] = alert
        elif about not in due:
            gone.append(alert.pk)
        elif closed_at > now - QUIET:
            quiet.add(about)
    return Standing(spoken, quiet, gone)


def _clear(workspace: Workspace, rows: Collection[OpenAlert], *, now: datetime) -> None:
    """Close these because their cause is gone."""
    if rows:
        open_rows = Alert.objects.of(workspace).open()
        open_rows.filter(one_of_many([row.pk for row in rows])).update(
            closed_at=now, closed_because=CloseReason.CLEARED, cause_gone_at=now, updated_at=now
        )


def _let_go(workspace: Workspace, ids: Collection[UUID], *, now: datetime) -> None:
    """What a member closed may speak again when its cause comes back."""
    if ids:
        rows = Alert.objects.of(workspace).filter(one_of_many(ids))
        rows.update(cause_gone_at=now, updated_at=now)


def _refresh(
    workspace: Workspace,
    standing: Mapping[Cause, OpenAlert],
    due: Mapping[Cause, Noticed],
    *,
    now: datetime,
) -> None:
    """Let the open ones say what is noticed now. Those that say so already are only counted; what
    their rank is on another day is reckoned every night."""
    other, same = dict[UUID, Noticed](), list[UUID]()
    for about, alert in standing.items():
        said = due[about]
        if alert.reason != said.reason or alert.details != said.details:
            other[alert.pk] = said
        elif now - alert.last_seen_at >= SEEN_AGAIN_AFTER:
            same.append(alert.pk)
    if same:
        rows = Alert.objects.of(workspace).filter(one_of_many(same))
        rows.update(last_seen_at=now, times=F("times") + 1, updated_at=now)
    if other:
        _say_otherwise(workspace, other, now=now)


def _say_otherwise(workspace: Workspace, other: Mapping[UUID, Noticed], *, now: datetime) -> None:
    """Let these alerts say something else, and rank them by it."""
    reckoning, ids = reckoning_at(workspace, now=now), list(other)
    for start in range(0, len(ids), AT_ONCE):
        part = one_of_many(ids[start : start + AT_ONCE])
        rows = list(Alert.objects.of(workspace).filter(part).select_related("account"))
        for row in rows:
            said = other[row.pk]
            row.reason, row.details = said.reason, dict(said.details)
            row.last_seen_at, row.times = now, row.times + 1
            row.points = rank_of_alert(row, row.account, reckoning=reckoning).points
        names = ["reason", "details", "last_seen_at", "times", "points"]
        Alert.objects.of(workspace).bulk_update(rows, names)


def _raise_all(
    workspace: Workspace,
    fresh: Mapping[Cause, Noticed],
    *,
    kind: AlertKind,
    now: datetime,
) -> list[Cause]:
    """New alerts of these causes, of accounts that are listed; what they are about."""
    reckoning = reckoning_at(workspace, now=now)
    made = NewRows(
        Alert, workspace_id=workspace.pk, kind=kind, raised_at=now, last_seen_at=now, times=1
    )
    raised, waiting = list[Cause](), list(fresh)
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        accounts = _accounts_to_rank(workspace, {id_ for _, id_ in part})
        known = [about for about in part if about[1] in accounts]
        if not known:
            continue
        numbers = reserve_numbers(workspace, "AL", count=len(known))
        rows = []
        for (cause, account_id), number in zip(known, numbers, strict=True):
            account, said = accounts[account_id], fresh[cause, account_id]
            alert = made.make(
                number=number,
                account_id=account_id,
                owner_id=account.owner_id,
                cause=cause,
                reason=said.reason,
                details=dict(said.details),
            )
            alert.points = rank_of_alert(alert, account, reckoning=reckoning).points
            rows.append(alert)
        Alert.objects.of(workspace).bulk_create(rows, ignore_conflicts=True)
        raised += known
    return raised


def _accounts_to_rank(workspace: Workspace, ids: Collection[UUID]) -> dict[UUID, Account]:
    """The listed ones of these accounts, with what decides a rank and nothing else."""
    rows = listed_accounts(workspace).filter(one_of_many(ids))
    return {row.pk: row for row in rows.only("owner", "arr_minor", "currency", "renewal_on")}


def _tell(
    workspace: Workspace, cause: str, *, raised: Iterable[Cause], cleared: Iterable[Cause]
) -> None:
    """The audit line and the fact of one cause; nothing where nothing came or went."""
    came = [id_ for name, id_ in raised if name == cause]
    went = [id_ for name, id_ in cleared if name == cause]
    if came or went:
        record(None, "settled alerts", workspace, cause=cause, raised=len(came), cleared=len(went))
        announce(AlertsSettled(workspace_id=workspace.pk, account_ids=(*came, *went)))
