"""What the invented company spends, and its register of wins and losses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import accounts_with_ids
from vereda.revenue.actions.costs import put_monthly_cost
from vereda.revenue.actions.wins import note_win
from vereda.revenue.contracts import WinKind, WinReason
from vereda.sample.contracts import InventedAccount, World

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member, Workspace

MONTHS = 13
GOODS_PERCENT = 27
WINNING_MINOR = 640_000
WINS_TOLD = 4
LOST_FOR = {
    "price": WinReason.PRICE,
    "budget": WinReason.PRICE,
    "not_enough_value": WinReason.VALUE,
    "missing_features": WinReason.FEATURES,
    "competitor": WinReason.FEATURES,
    "support": WinReason.SERVICE,
    "not_adopted": WinReason.EASE,
}
STORIES = {
    "es": "Compararon tres programas. Decidió **lo rápido que vieron sus propios datos**.",
    "en": "They compared three products. What decided it: **they saw their own data at once**.",
}


def store_sample_economics(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> None:
    """What months cost, and what was won and lost."""
    _store_costs(workspace, world=world, today=now.date(), by=by)
    _store_wins(workspace, world=world, account_ids=account_ids, by=by)


def _store_costs(workspace: Workspace, *, world: World, today: date, by: Member) -> None:
    """What each of the last whole months cost; today's month is not over."""
    for back in range(1, MONTHS):
        month = today.year * 12 + today.month - 1 - back
        first = date(month // 12, month % 12 + 1, 1)
        put_monthly_cost(
            workspace,
            month=first,
            goods_minor=_earned(world, first) * GOODS_PERCENT // 100,
            acquisition_minor=WINNING_MINOR + 5_000 * back,
            by=by,
        )


def _earned(world: World, day: date) -> int:
    """What every paid subscription that ran that day makes in a month."""
    return sum(
        terms.monthly_minor
        for account in world.accounts
        for terms in account.subscriptions
        if not terms.is_trial
        and terms.started_on <= day
        and (terms.ends_on is None or day < terms.ends_on)
    )


def _store_wins(
    workspace: Workspace, *, world: World, account_ids: Mapping[str, UUID], by: Member
) -> None:
    """Some wins with a story, and a loss for every goodbye."""
    accounts = accounts_with_ids(workspace, list(account_ids.values()))
    paying = [account for account in world.accounts if _first_day(account) > date.min]
    newest = sorted(paying, key=_first_day, reverse=True)[:WINS_TOLD]
    for number, told in enumerate(newest):
        note_win(
            _row(told, account_ids, accounts),
            kind=WinKind.WIN,
            happened_on=_first_day(told),
            reason=WinReason.VALUE if number % 2 else WinReason.EASE,
            story=STORIES["en" if told.company.language == "en" else "es"],
            public=number == 0,
            by=by,
        )
    for told in world.accounts:
        if told.churn:
            note_win(
                _row(told, account_ids, accounts),
                kind=WinKind.LOSS,
                happened_on=told.churn.left_on,
                reason=LOST_FOR.get(told.churn.reason, WinReason.OTHER),
                by=by,
            )


def _row(
    told: InventedAccount, ids: Mapping[str, UUID], accounts: Mapping[UUID, Account]
) -> Account:
    return accounts[ids[told.company.external_id]]


def _first_day(account: InventedAccount) -> date:
    """The first day on which it paid; the first of all days for one that never did."""
    days = [terms.started_on for terms in account.subscriptions if not terms.is_trial]
    return min(days, default=date.min)
