"""Single events, with whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import (
    accounts_by_external_id,
    accounts_with_ids,
    external_ids_of,
)
from vereda.customers.queries.people import (
    people_by_external_id,
    people_with_ids,
    person_keys_of,
)
from vereda.events.contracts.answers import (
    EventName,
    StoredEvent,
)
from vereda.events.contracts.arriving import workspace_key
from vereda.events.store.current import event_store
from vereda.foundation.errors import Missing
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event with the account and person it belongs to, where they are known."""

    event: StoredEvent
    person: Person | None
    account: Account | None


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


def ids_of_people_and_before(
    workspace: Workspace | UUID, *, keys: Collection[str]
) -> frozenset[str]:
    """Those ids, and the anonymous ids the same people had before they were known."""
    if not keys:
        return frozenset()
    anonymous = event_store().anonymous_ids(workspace_key(id_of(workspace)), people=keys)
    return frozenset(keys).union(anonymous)


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
