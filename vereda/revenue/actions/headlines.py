"""Telling `customers` what its lists show of each account's money."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.actions.figures import note_money
from vereda.foundation.zones import day_where
from vereda.revenue.queries.subscriptions import (
    account_ids_with_terms,
    figures_of_accounts,
    in_batches,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def day_of(workspace: Workspace, *, now: datetime) -> date:
    """The day it is in the workspace."""
    return day_where(now, workspace.time_zone)


def tell_money(workspace: Workspace, *, account_ids: Collection[UUID], now: datetime) -> int:
    """Say what these accounts are worth today; answers how many differ from what was said."""
    told = 0
    for ids in in_batches(set(account_ids)):
        figures = figures_of_accounts(workspace, ids, on=day_of(workspace, now=now))
        told += note_money(workspace, figures=figures)
    return told


def tell_all_money(workspace: Workspace, *, now: datetime) -> int:
    """The same for every account that ever had a subscription: dates pass by themselves."""
    return tell_money(workspace, account_ids=list(account_ids_with_terms(workspace)), now=now)
