"""For who leads: what is at risk and why, and how soon somebody acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q

from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.tasks import Task
from vereda.worklist.rules.waiting import Waited, waited_of

if TYPE_CHECKING:
    from vereda.worklist.queries.ranks import Reckoning
    from vereda.workspaces.models import Workspace

JUDGED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class RiskOfReason:
    """What stands behind one reason: open alerts, distinct accounts, and their money in a year.

    `at_stake` is in minor units of the workspace's money; `unknown` accounts have none that is
    known.
    """

    reason: AlertReason
    kind: AlertKind
    alerts: int
    accounts: int
    at_stake: int
    unknown: int


def risk_by_reason(workspace: Workspace, *, reckoning: Reckoning) -> list[RiskOfReason]:
    """The open alerts by reason, most money first; an account counts once per reason. One query."""
    rows = (
        Alert.objects.of(workspace)
        .open()
        .order_by()
        .values_list("reason", "kind", "account_id", "account__arr_minor", "account__currency")
    )
    alerts: defaultdict[tuple[str, str], int] = defaultdict(int)
    money: defaultdict[tuple[str, str], dict[UUID, int | None]] = defaultdict(dict)
    for reason, kind, account_id, arr_minor, currency in rows.iterator(chunk_size=5_000):
        alerts[reason, kind] += 1
        money[reason, kind][account_id] = (
            None
            if arr_minor is None
            else reckoning.book.at_home(
                arr_minor, currency=currency or reckoning.currency, day=reckoning.today
            )
        )
    told = [
        RiskOfReason(
            AlertReason(reason),
            AlertKind(kind),
            alerts[reason, kind],
            len(amounts),
            sum(each for each in amounts.values() if each is not None),
            sum(each is None for each in amounts.values()),
        )
        for (reason, kind), amounts in money.items()
    ]
    return sorted(told, key=lambda each: (-each.at_stake, -each.accounts, each.reason))


@dataclass(frozen=True, slots=True)
class TimeToAct:
    """How soon members dealt with alerts of a kind, and how many closed by themselves."""

    kind: AlertKind | None
    waited: Waited
    by_themselves: int


def time_to_act(workspace: Workspace | UUID, *, now: datetime) -> list[TimeToAct]:
    """From the moment an alert was raised until a member closed it, in hours, of those closed in
    90 days: of all kinds together, then of each that has any. One query."""
    rows = Alert.objects.of(workspace).filter(closed_at__gt=now - JUDGED)
    hours: defaultdict[AlertKind | None, list[float]] = defaultdict(list)
    alone: defaultdict[AlertKind | None, int] = defaultdict(int)
    told = rows.values_list("kind", "raised_at", "closed_at", "closed_because")
    for kind, raised_at, closed_at, because in told.iterator(chunk_size=5_000):
        for group in (None, AlertKind(kind)):
            if closed_at and because in (CloseReason.DONE, CloseReason.DISMISSED):
                hours[group].append((closed_at - raised_at).total_seconds() / 3600)
            elif because == CloseReason.CLEARED:
                alone[group] += 1
    kinds = [None, *(kind for kind in AlertKind if hours[kind] or alone[kind])]
    return [TimeToAct(kind, waited_of(hours[kind]), alone[kind]) for kind in kinds]


@dataclass(frozen=True, slots=True)
class WorkOfOwner:
    """What a member has open, and what of it is late."""

    alerts: int = 0
    waiting: int = 0
    tasks: int = 0
    late: int = 0


def work_by_owner(
    workspace: Workspace | UUID, *, today: date, now: datetime
) -> dict[UUID | None, WorkOfOwner]:
    """Open alerts and tasks by member; None is nobody's. Two queries."""
    alerts = {
        owner: (count, waiting)
        for owner, count, waiting in Alert.objects.of(workspace)
        .open()
        .order_by()
        .values_list("owner_id")
        .annotate(count=Count("pk"), waiting=Count("pk", filter=Q(snoozed_until__gt=now)))
    }
    tasks = {
        owner: (count, late)
        for owner, count, late in Task.objects.of(workspace)
        .open()
        .filter(queue=None)
        .order_by()
        .values_list("owner_id")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    }
    owners: Iterable[UUID | None] = {*alerts, *tasks}
    return {
        owner: WorkOfOwner(*alerts.get(owner, (0, 0)), *tasks.get(owner, (0, 0)))
        for owner in owners
    }
