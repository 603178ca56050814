"""The rank of a row: its rule fed with what the row and its account say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from vereda.worklist.contracts import AlertReason, TaskPriority
from vereda.worklist.rules.ranking import SEVERITY, TASK_SEVERITY, Rank, day_to_act, ranked

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.worklist.models.alerts import Alert
    from vereda.worklist.models.tasks import Task
    from vereda.workspaces.models import Workspace


def today_at(workspace: Workspace, *, now: datetime) -> date:
    """The day it is where the workspace works."""
    return now.astimezone(ZoneInfo(workspace.time_zone)).date()


def rank_of_alert(alert: Alert, account: Account, *, today: date) -> Rank:
    """Where the alert stands today; `account` is the alert's."""
    return ranked(
        at_stake=stake_of(account),
        due_on=day_to_act(alert.details, renewal_on=account.renewal_on, today=today),
        severity=SEVERITY[AlertReason(alert.reason)],
        since_on=alert.raised_at.date(),
        today=today,
    )


def rank_of_task(task: Task, account: Account | None, *, today: date) -> Rank:
    """Where the task stands today; `account` is the task's, if it has one."""
    return ranked(
        at_stake=stake_of(account) if account else None,
        due_on=task.due_on,
        severity=TASK_SEVERITY[TaskPriority(task.priority)],
        since_on=task.added_at.date(),
        today=today,
    )


def stake_of(account: Account) -> float | None:
    """What the account pays in a year, in whole units of its money; None when nobody knows."""
    if account.arr_minor is None:
        return None
    exponent = get_currency_precision(account.currency) if account.currency else 2
    return float(Decimal(account.arr_minor).scaleb(-exponent))
