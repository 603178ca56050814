"""The rank of a row: its rule fed with what the row and its account say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from babel.numbers import get_currency_precision

from vereda.foundation.zones import day_where
from vereda.revenue.queries.exchange import rates_of
from vereda.worklist.contracts import AlertReason, TaskPriority
from vereda.worklist.rules.ranking import SEVERITY, TASK_SEVERITY, Rank, day_to_act, rank_for

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.revenue.rules.exchange import RateBook
    from vereda.worklist.models.alerts import Alert
    from vereda.worklist.models.tasks import Task
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The day on which ranks are reckoned, and what other money is worth that day."""

    today: date
    currency: str
    book: RateBook
    time_zone: str = "UTC"

    def at_stake_minor(self, account: Account) -> int | None:
        """What the account pays in a year, in the workspace's money; None when nobody knows."""
        if account.arr_minor is None:
            return None
        currency = account.currency or self.currency
        return self.book.at_home(account.arr_minor, currency=currency, day=self.today)

    def at_stake(self, account: Account) -> float | None:
        """The same in whole units."""
        minor = self.at_stake_minor(account)
        if minor is None:
            return None
        return float(Decimal(minor).scaleb(-get_currency_precision(self.currency)))


def reckoning_at(workspace: Workspace, *, now: datetime) -> Reckoning:
    """What ranks of that moment are reckoned with; one query."""
    return Reckoning(
        today_at(workspace, now=now),
        workspace.currency,
        rates_of(workspace),
        workspace.time_zone,
    )


def today_at(workspace: Workspace, *, now: datetime) -> date:
    """The day it is where the workspace works."""
    return day_where(now, workspace.time_zone)


def rank_of_alert(alert: Alert, account: Account, *, reckoning: Reckoning) -> Rank:
    """Where the alert stands that day; `account` is the alert's."""
    today = reckoning.today
    return rank_for(
        at_stake=reckoning.at_stake(account),
        due_on=day_to_act(alert.details, renewal_on=account.renewal_on, today=today),
        severity=SEVERITY[AlertReason(alert.reason)],
        since_on=day_where(alert.raised_at, reckoning.time_zone),
        today=today,
    )


def rank_of_task(task: Task, account: Account | None, *, reckoning: Reckoning) -> Rank:
    """Where the task stands that day; `account` is the task's, if it has one."""
    return rank_for(
        at_stake=reckoning.at_stake(account) if account else None,
        due_on=task.due_on,
        severity=TASK_SEVERITY[TaskPriority(task.priority)],
        since_on=day_where(task.added_at, reckoning.time_zone),
        today=reckoning.today,
    )
