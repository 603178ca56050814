"""What really moved the world, in a form that can be kept aside as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from vereda.sample.contracts import InventedAccount, World
from vereda.sample.rules.calendar import months_between

TRUTH_FORMAT = 1


def truth_of(world: World) -> dict[str, Any]:
    """Planted stories, hidden health a month, and the true cause of every departure.

    Accounts are named by external id. `months` holds one list per month since the window
    opened: month, mean health, mean usage level, champion present, tickets left waiting.
    """
    return {
        "format": TRUTH_FORMAT,
        "seed": world.seed,
        "from": world.window.starts_on.isoformat(),
        "today": world.window.today.isoformat(),
        "accounts": [_truth_of_account(world, account) for account in world.accounts],
    }


def _truth_of_account(world: World, account: InventedAccount) -> dict[str, Any]:
    life = account.life
    return {
        "external_id": account.company.external_id,
        "story": account.company.story.value,
        "story_began_on": _iso(life.story_began_on),
        "champion_left_on": _iso(life.champion_left_on),
        "champion_replaced_on": _iso(life.champion_replaced_on),
        "decided_to_leave_on": _iso(life.decided_to_leave_on),
        "leaves_on": _iso(life.leaves_on),
        "cause": life.cause.value if life.cause else None,
        "said_reason": account.churn.reason if account.churn else None,
        "months": [
            month
            for first in months_between(world.window.starts_on, world.window.today)
            if (month := _truth_of_month(account, first))
        ],
    }


def _truth_of_month(account: InventedAccount, month: date) -> list[Any] | None:
    weeks = [w for w in account.life.weeks if w.starts_on.replace(day=1) == month]
    if not weeks:
        return None
    return [
        f"{month:%Y-%m}",
        round(sum(week.health for week in weeks) / len(weeks), 3),
        round(sum(week.usage_level for week in weeks) / len(weeks), 3),
        weeks[-1].champion_present,
        max(week.unanswered_tickets for week in weeks),
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
