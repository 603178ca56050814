"""Raising and clearing alerts, and what members do with them.

One open alert per account, kind and cause, whoever raises it and however many do at once. A cause
that somebody dealt with stays quiet while it goes on, for 30 days; it speaks again when it went
away and came back.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_id, listed_accounts
from vereda.foundation.facts import announce
from vereda.worklist.contracts import (
    AlertClosed,
    AlertKind,
    AlertNotOpen,
    AlertRaised,
    AlertReason,
    CloseReason,
    Details,
    DismissReason,
    SnoozeReason,
    WrongWork,
)
from vereda.worklist.models.alerts import LONGEST_CAUSE, Alert, AlertRows
from vereda.worklist.queries.ranks import rank_of_alert, reckoning_at
from vereda.worklist.rules.quiet import stays_quiet
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import workspace_itself

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member, Workspace


class AlertSaid(TypedDict):
    """What an alert is about, and why it is raised."""

    kind: AlertKind
    cause: str
    reason: AlertReason
    details: Details


# --- What rules do ------------------------------------------------------------


@transaction.atomic
def raise_alert(
    workspace: Workspace | UUID,
    *,
    account_id: UUID,
    kind: AlertKind,
    cause: str,
    reason: AlertReason,
    details: Details,
    now: datetime,
) -> Alert:
    """The alert of this cause: a new one, the open one with fresh details, or, where somebody
    dealt with the cause less than 30 days ago and it has not gone away since, that closed one."""
    home = workspace_itself(workspace)
    if not cause or len(cause) > LONGEST_CAUSE:
        raise ValueError(f"a cause has 1 to {LONGEST_CAUSE} characters: {cause!r}")
    account = account_with_id(home, account_id)
    said = {"reason": reason, "details": dict(details)}
    standing = _standing(home, account_id=account.pk, kind=kind, cause=cause, now=now)
    if standing is None:
        fresh = _fresh_alert(home, account, kind=kind, cause=cause, now=now, **said)
        try:
            with transaction.atomic():
                fresh.save(force_insert=True)
        except IntegrityError:  # somebody raised it meanwhile
            standing = _of_cause(home, account_id=account.pk, kind=kind, cause=cause).open().get()
        else:
            record(None, "raised", fresh, account=account.key, reason=reason)
            announce(AlertRaised(workspace_id=home.pk, account_id=account.pk, alert_id=fresh.pk))
            return fresh
    _refresh(standing, account, workspace=home, now=now, **said)
    return standing


def raise_if_listed(
    workspace: Workspace | UUID, *, account_id: UUID, now: datetime, **said: Unpack[AlertSaid]
) -> Alert | None:
    """The same for what others tell of; None where the account asks for nothing any more, because
    it is archived or became another."""
    if not listed_accounts(workspace).filter(pk=account_id).exists():
        return None
    return raise_alert(workspace, account_id=account_id, now=now, **said)


def _of_cause(
    workspace: Workspace | UUID, *, account_id: UUID, kind: AlertKind, cause: str
) -> AlertRows:
    rows: AlertRows = Alert.objects.of(workspace).filter(account=account_id, kind=kind, cause=cause)
    return rows


def _standing(workspace: Workspace, *, now: datetime, **cause: Any) -> Alert | None:
    """The alert that speaks for the cause already: open, or dealt with and to stay quiet."""
    rows = _of_cause(workspace, **cause)
    if (open_one := rows.open().first()) is not None:
        return open_one
    last = rows.order_by("-closed_at", "-id").first()
    if last is None or last.cause_gone_at is not None or last.closed_at is None:
        return None
    return last if stays_quiet(last.closed_at, now=now) else None


def _fresh_alert(
    workspace: Workspace,
    account: Account,
    *,
    kind: AlertKind,
    cause: str,
    now: datetime,
    **said: Any,
) -> Alert:
    alert = Alert(
        workspace=workspace,
        number=reserve_numbers(workspace, "AL")[0],
        account=account,
        owner_id=account.owner_id,
        kind=kind,
        cause=cause,
        raised_at=now,
        last_seen_at=now,
        **said,
    )
    alert.points = rank_of_alert(alert, account, reckoning=reckoning_at(workspace, now=now)).points
    return alert


def _refresh(
    alert: Alert, account: Account, *, workspace: Workspace, now: datetime, **said: Any
) -> None:
    """Let the row say what is noticed now; nothing else about it changes."""
    for name, value in said.items():
        setattr(alert, name, value)
    points = rank_of_alert(alert, account, reckoning=reckoning_at(workspace, now=now)).points
    rows = Alert.objects.of(workspace).filter(pk=alert.pk)
    rows.update(**said, points=points, last_seen_at=now, times=F("times") + 1, updated_at=now)
    alert.refresh_from_db()


@transaction.atomic
def clear_alert(
    workspace: Workspace | UUID,
    *,
    account_id: UUID,
    kind: AlertKind,
    cause: str,
    now: datetime,
) -> bool:
    """Close the alert of this cause because the cause is gone; whether one was open.

    Where a member closed it before, the cause is noted as gone: it may be raised anew.
    """
    rows = _of_cause(workspace, account_id=account_id, kind=kind, cause=cause)
    alert = rows.open().first()
    closed = rows.open().update(
        closed_at=now, closed_because=CloseReason.CLEARED, cause_gone_at=now, updated_at=now
    )
    rows.filter(cause_gone_at=None, closed_at__isnull=False).update(cause_gone_at=now)
    if not closed or alert is None:
        return False
    record(None, "cleared", alert)
    _tell_closed(alert, because=CloseReason.CLEARED)
    return True


@transaction.atomic
def clear_alerts_of_cause(
    workspace: Workspace | UUID, *, kind: AlertKind, cause: str, now: datetime
) -> int:
    """The same for every account where that cause was found; how many were open."""
    rows = Alert.objects.of(workspace).filter(kind=kind, cause=cause)
    where = sorted(set(rows.values_list("account_id", flat=True)))
    return sum(
        clear_alert(workspace, account_id=account_id, kind=kind, cause=cause, now=now)
        for account_id in where
    )


# --- What members do ----------------------------------------------------------


@transaction.atomic
def snooze_alert(
    alert: Alert, *, until: datetime, because: SnoozeReason, by: Member | None, now: datetime
) -> None:
    """Let it wait until then; it comes back by itself."""
    refuse_wrong_snooze(until, now=now)
    _change_open(alert, now=now, snoozed_until=until, snoozed_as=because)
    record(by, "snoozed", alert, until=until, because=because)


@transaction.atomic
def wake_alert(alert: Alert, *, by: Member | None, now: datetime) -> None:
    """Let it wait no longer."""
    _change_open(alert, now=now, snoozed_until=None, snoozed_as="")
    record(by, "woke", alert)


@transaction.atomic
def finish_alert(alert: Alert, *, by: Member | None, now: datetime) -> None:
    """Somebody did what it asks for; whoever is second is refused."""
    _close(alert, because=CloseReason.DONE, by=by, now=now)
    record(by, "finished", alert)


@transaction.atomic
def dismiss_alert(
    alert: Alert, *, because: DismissReason, by: Member | None, now: datetime
) -> None:
    """Nothing will be done about it, and why; whoever is second is refused."""
    _close(alert, because=CloseReason.DISMISSED, by=by, now=now, dismissed_as=because)
    record(by, "dismissed", alert, because=because)


@transaction.atomic
def reopen_alert(alert: Alert, *, by: Member | None, now: datetime) -> None:
    """Take back that it was done or dismissed."""
    rows = Alert.objects.of(alert.workspace_id).filter(pk=alert.pk)
    by_member = rows.filter(closed_because__in=(CloseReason.DONE, CloseReason.DISMISSED))
    try:
        with transaction.atomic():
            changed = by_member.filter(cause_gone_at=None).update(
                closed_at=None, closed_because="", dismissed_as="", closed_by=None, updated_at=now
            )
    except IntegrityError:
        changed = 0
    if not changed:
        raise AlertNotOpen(_("%s cannot be opened again: its cause is gone.") % alert.key)
    alert.refresh_from_db()
    record(by, "reopened", alert)


@transaction.atomic
def delegate_alert(alert: Alert, *, to: Member, by: Member | None, now: datetime) -> None:
    """Somebody else looks after it; it no longer follows the account's owner."""
    refuse_outsider(to, workspace_id=alert.workspace_id)
    _change_open(alert, now=now, owner=to, delegated_at=now)
    record(by, "delegated", alert, to=to.pk)


def _change_open(alert: Alert, *, now: datetime, **values: Any) -> None:
    rows = Alert.objects.of(alert.workspace_id).filter(pk=alert.pk).open()
    if not rows.update(**values, updated_at=now):
        raise AlertNotOpen(_("%s is closed already.") % alert.key)
    alert.refresh_from_db()


def _close(
    alert: Alert, *, because: CloseReason, by: Member | None, now: datetime, **values: Any
) -> None:
    _change_open(alert, now=now, closed_at=now, closed_because=because, closed_by=by, **values)
    _tell_closed(alert, because=because)


def _tell_closed(alert: Alert, *, because: CloseReason) -> None:
    announce(
        AlertClosed(
            workspace_id=alert.workspace_id,
            account_id=alert.account_id,
            alert_id=alert.pk,
            because=because,
        )
    )


def refuse_outsider(member: Member, *, workspace_id: UUID) -> None:
    """Refuse somebody who does not work in the workspace (any more)."""
    if member.workspace_id != workspace_id or member.left_at is not None:
        raise WrongWork(_("This member does not work here."))


def refuse_wrong_snooze(until: datetime, *, now: datetime) -> None:
    """Refuse a day that has passed, or is too far away to mean anything."""
    days = (until - now).days
    if until <= now or days > LONGEST_SNOOZE_DAYS:
        raise WrongWork(_("It can wait until a day from tomorrow to a year from now."))


LONGEST_SNOOZE_DAYS = 366
