"""How much an account used, by day, name and person; and the pulse of many."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import (
    accounts_by_external_id,
    external_ids_of,
    external_ids_of_all,
)
from vereda.events.contracts.answers import (
    ActivityOfAccount,
    UsageOfName,
    UsageOfNameOnDay,
    UsageOnDay,
)
from vereda.events.contracts.arriving import workspace_key
from vereda.events.store.current import event_store
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace
from vereda.events.queries.single_events import _people_named

KEYS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTrend:
    """How much of one thing an account did, and how much in the span just before."""

    name: str
    count: int
    before: int
    people: int
    days: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTrend:
    """How much one person did; `person` is None for somebody customers does not know."""

    person: Person | None
    key: str
    count: int
    before: int
    names: int
    days: int
    last_at: datetime


def account_usage_per_day(
    account: Account,
    *,
    since: date,
    until: date,
    names: Collection[str] | None = None,
    with_children: bool = False,
) -> list[UsageOnDay]:
    """One entry for each day from `since` to before `until`, quiet days with zero."""
    found = event_store().usage_per_day(
        workspace_key(account.workspace_id),
        since=since,
        until=until,
        accounts=external_ids_of(account, with_children=with_children),
        names=names,
    )
    by_day = {usage.day: usage for usage in found}
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return [by_day.get(day) or UsageOnDay(day=day, count=0, people=0) for day in days]


def account_usage_by_name(
    account: Account, *, since: date, until: date, with_children: bool = False
) -> list[FeatureTrend]:
    """What the account did, the most used first, beside the span of equal length before."""
    keys = external_ids_of(account, with_children=with_children)
    workspace, store = workspace_key(account.workspace_id), event_store()
    now = store.usage_by_name(workspace, since=since, until=until, accounts=keys)
    before = store.usage_by_name(
        workspace, since=since - (until - since), until=since, accounts=keys
    )
    return [_feature_trend(usage, before) for usage in now]


def account_usage_by_person(
    account: Account, *, since: date, until: date, with_children: bool = False
) -> list[PersonTrend]:
    """Who did how much, the most active first, beside the span of equal length before.

    A person with several ids is one; so is each visitor known only anonymously.
    """
    keys = external_ids_of(account, with_children=with_children)
    workspace, store = workspace_key(account.workspace_id), event_store()
    now = store.usage_by_person(workspace, since=since, until=until, accounts=keys)
    before = store.usage_by_person(
        workspace, since=since - (until - since), until=since, accounts=keys
    )
    people = _people_named(account.workspace_id, {usage.person_key for usage in now})
    earlier: dict[str, int] = {}
    for usage in before:
        key = usage.person_key or usage.anonymous_id
        earlier[key] = earlier.get(key, 0) + usage.count
    return [
        PersonTrend(
            person=people.get(usage.person_key),
            key=usage.person_key or usage.anonymous_id,
            count=usage.count,
            before=earlier.get(usage.person_key or usage.anonymous_id, 0),
            names=usage.names,
            days=usage.days,
            last_at=usage.last_at,
        )
        for usage in now
    ]


def uses_per_day(workspace: Workspace | UUID, *, since: date, until: date) -> dict[date, int]:
    """How many events the whole workspace had on each day; quiet days are left out."""
    found = event_store().usage_per_day(workspace_key(id_of(workspace)), since=since, until=until)
    return {usage.day: usage.count for usage in found}


def usage_of_accounts(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], since: date, until: date
) -> dict[UUID, list[UsageOfNameOnDay]]:
    """The days and names of several accounts at once, for a timeline."""
    keys = external_ids_of_all(workspace, account_ids)
    store = event_store()
    return {
        account_id: store.usage_per_day_and_name(
            workspace_key(id_of(workspace)), since=since, until=until, accounts=account_keys
        )
        for account_id, account_keys in keys.items()
    }


def activity_of_accounts(
    workspace: Workspace | UUID, *, on: date, keys: Collection[str] | None = None
) -> list[ActivityOfAccount]:
    """The pulse of the accounts with those keys (None: of all) at the end of that day."""
    return event_store().activity_by_account(workspace_key(id_of(workspace)), on=on, accounts=keys)


def _feature_trend(usage: UsageOfName, before: Iterable[UsageOfName]) -> FeatureTrend:
    earlier = next((other.count for other in before if other.name == usage.name), 0)
    return FeatureTrend(
        name=usage.name,
        count=usage.count,
        before=earlier,
        people=usage.people,
        days=usage.days,
        last_at=usage.last_at,
    )


def accounts_that_did(
    workspace: Workspace | UUID, *, names: Collection[str], since: date, until: date
) -> set[UUID]:
    """The accounts in which somebody did one of these from `since` until before `until`."""
    used = event_store().usage_by_account(
        workspace_key(id_of(workspace)), since=since, until=until, names=names
    )
    keys = [row.account_key for row in used if row.count > 0]
    found = set[UUID]()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        found |= set(
            accounts_by_external_id(workspace, keys[start : start + KEYS_AT_ONCE]).values()
        )
    return found
