"""Asking about events, in terms of accounts and people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import (
    accounts_by_external_id,
    accounts_with_ids,
    external_ids_of,
    external_ids_of_all,
)
from vereda.customers.queries.people import (
    people_by_external_id,
    people_with_ids,
    person_keys_of,
)
from vereda.events.contracts import (
    ActivityOfAccount,
    ArrivalCount,
    EventName,
    Outcome,
    QuarantinedItem,
    Reason,
    StoredEvent,
    UsageOfName,
    UsageOfNameOnDay,
    UsageOnDay,
    workspace_key,
)
from vereda.events.store.current import event_store
from vereda.foundation.errors import Missing
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


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


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event with the account and person it belongs to, where they are known."""

    event: StoredEvent
    person: Person | None
    account: Account | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalDay:
    """What became of everything received on a day; the last five make up the first."""

    day: date
    received: int
    stored: int
    quarantined: int
    deduplicated: int
    suppressed: int
    limited: int
    reasons: Mapping[str, int]

    @property
    def adds_up(self) -> bool:
        """Is nothing unaccounted for?"""
        ended = self.stored + self.quarantined + self.deduplicated
        return self.received == ended + self.suppressed + self.limited


# --- Usage of an account ----------------------------------------------------------


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


def account_usage_by_day_and_name(
    account: Account, *, since: date, until: date, with_children: bool = False
) -> list[UsageOfNameOnDay]:
    """What the account did each day, name by name."""
    return event_store().usage_per_day_and_name(
        workspace_key(account.workspace_id),
        since=since,
        until=until,
        accounts=external_ids_of(account, with_children=with_children),
    )


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


# --- Single events ------------------------------------------------------------------


def count_events(workspace: Workspace | UUID, *, name: str | None = None) -> int:
    """How many events the store holds, of any kind or with that name."""
    return event_store().count(workspace_key(id_of(workspace)), name=name)


def names_of_events(workspace: Workspace | UUID) -> list[EventName]:
    """Every name that events came under, the most used first."""
    return event_store().event_names(workspace_key(id_of(workspace)))


def latest_events(
    workspace: Workspace | UUID,
    *,
    limit: int,
    before: int | None = None,
    name: str | None = None,
    person: Person | None = None,
    account: Account | None = None,
) -> list[SeenEvent]:
    """The newest to arrive first, with whose they are."""
    events = event_store().last_events(
        workspace_key(id_of(workspace)),
        limit=limit,
        before=before,
        name=name or None,
        people=None if person is None else person_keys_of(person),
        accounts=None if account is None else external_ids_of(account),
    )
    return _seen(workspace, events)


def event_numbered(workspace: Workspace | UUID, seq: int) -> SeenEvent:
    """The event with that number, or `Missing`."""
    event = event_store().event_at(workspace_key(id_of(workspace)), seq=seq)
    if event is None:
        raise Missing("event")
    return _seen(workspace, [event])[0]


def events_with_messages(
    workspace: Workspace | UUID, *, messages: Collection[str]
) -> list[StoredEvent]:
    """Those of the messages that are stored."""
    return event_store().events_with(workspace_key(id_of(workspace)), messages=messages)


def events_of_person(
    workspace: Workspace | UUID, *, keys: Collection[str]
) -> Iterator[StoredEvent]:
    """Every event of the person with those ids, the newest first, page by page."""
    before: int | None = None
    while events := event_store().last_events(
        workspace_key(id_of(workspace)), limit=1_000, before=before, people=keys
    ):
        yield from events
        before = events[-1].seq


# --- Arrivals -----------------------------------------------------------------------


def arrival_days(workspace: Workspace | UUID, *, since: date, until: date) -> list[ArrivalDay]:
    """What became of everything received, the newest day first; days without any are left out."""
    counts = event_store().arrivals(workspace_key(id_of(workspace)), since=since, until=until)
    days = sorted({count.day for count in counts}, reverse=True)
    return [_arrival_day(day, [one for one in counts if one.day == day]) for day in days]


def quarantined_items(
    workspace: Workspace | UUID,
    *,
    limit: int,
    before: int | None = None,
    reason: Reason | None = None,
) -> list[QuarantinedItem]:
    """What was refused, or stored otherwise than sent; the newest first."""
    return event_store().quarantined(
        workspace_key(id_of(workspace)), limit=limit, before=before, reason=reason
    )


def quarantined_item_numbered(workspace: Workspace | UUID, seq: int) -> QuarantinedItem:
    """The item with that number, or `Missing`."""
    item = event_store().quarantined_at(workspace_key(id_of(workspace)), seq=seq)
    if item is None:
        raise Missing("quarantined item")
    return item


def ids_of_people_and_before(
    workspace: Workspace | UUID, *, keys: Collection[str]
) -> frozenset[str]:
    """Those ids, and the anonymous ids the same people had before they were known."""
    if not keys:
        return frozenset()
    anonymous = event_store().anonymous_ids(workspace_key(id_of(workspace)), people=keys)
    return frozenset(keys).union(anonymous)


# --- How ------------------------------------------------------------------------------


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


def _arrival_day(day: date, counts: Sequence[ArrivalCount]) -> ArrivalDay:
    def total(outcome: Outcome) -> int:
        return sum(one.count for one in counts if one.outcome is outcome)

    return ArrivalDay(
        day=day,
        received=total(Outcome.RECEIVED),
        stored=total(Outcome.STORED),
        quarantined=total(Outcome.QUARANTINED),
        deduplicated=total(Outcome.DEDUPLICATED),
        suppressed=total(Outcome.SUPPRESSED),
        limited=total(Outcome.LIMITED),
        reasons={one.reason: one.count for one in counts if one.reason},
    )


def _seen(workspace: Workspace | UUID, events: Sequence[StoredEvent]) -> list[SeenEvent]:
    people = _people_named(workspace, {event.person_key for event in events})
    ids = accounts_by_external_id(workspace, {event.account_key for event in events} - {""})
    accounts = accounts_with_ids(workspace, set(ids.values()))
    return [
        SeenEvent(
            event,
            people.get(event.person_key),
            accounts.get(ids[event.account_key]) if event.account_key in ids else None,
        )
        for event in events
    ]


def _people_named(workspace: Workspace | UUID, keys: Collection[str]) -> dict[str, Person]:
    ids = people_by_external_id(workspace, {key for key in keys if key})
    people = people_with_ids(workspace, set(ids.values()))
    return {key: people[person_id] for key, person_id in ids.items() if person_id in people}
