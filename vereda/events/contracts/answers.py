"""What the store answers: events, refusals, usage, arrivals, and news for the rows."""

from datetime import date, datetime

import msgspec

from vereda.events.contracts.arriving import (
    Ending,
    Kind,
    Outcome,
    Reason,
    Severity,
    WorkspaceKey,
)


class StoredEvent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An event as the store holds it.

    An event sent anonymously carries the person and account its anonymous id was
    later linked to. `seq` grows with every stored event and names it in a URL.
    """

    seq: int
    message_id: str
    kind: Kind
    name: str
    person_key: str
    anonymous_id: str
    account_key: str
    count: int
    occurred_at: datetime
    received_at: datetime
    properties: str
    traits: str
    context: str
    source: str


class QuarantinedItem(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A refusal as the store holds it; `seq` orders and names it.

    `ending` says what became of it when it was read again, at `ended_at`, as the event with
    the message id `ended_as`; the last two mean nothing while it waits.
    """

    seq: int
    received_at: datetime
    index: int
    reason: Reason
    severity: Severity
    found: str
    name: str
    item: str
    envelope: str
    message_id: str
    source: str
    ending: Ending
    ended_at: datetime
    ended_as: str


class QuarantineGroup(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """So many items wait that were refused for that reason and had that name ("" for none)."""

    reason: Reason
    name: str
    count: int
    first_at: datetime
    last_at: datetime


class UsageOnDay(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How much was done on one UTC day, and by how many different people."""

    day: date
    count: int
    people: int


class UsageOfNameOnDay(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How much of one thing was done on one UTC day."""

    day: date
    name: str
    count: int
    people: int


class UsageOfName(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How much of one thing was done in a span of days."""

    name: str
    count: int
    people: int
    days: int
    first_at: datetime
    last_at: datetime


class UsageOfPerson(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How much one person did; a person known only anonymously has no `person_key`."""

    person_key: str
    anonymous_id: str
    count: int
    names: int
    days: int
    last_at: datetime


class UsageOfAccount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How much was done in one account."""

    account_key: str
    count: int
    people: int
    names: int
    days: int
    last_at: datetime


class ActivityOfAccount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An account's pulse on a day: people of 28 days, eight weekly counts, oldest first."""

    account_key: str
    last_at: datetime
    people_28d: int
    weeks: tuple[int, ...]


class EventName(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A name events came under, with its volume and when it was first and last seen."""

    name: str
    kind: Kind
    count: int
    people: int
    first_at: datetime
    last_at: datetime


class ArrivalCount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """So many items ended that way on one UTC day; `reason` is "" unless quarantined or warned."""

    day: date
    outcome: Outcome
    reason: str
    count: int


class DayTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One workspace's day of arrival, counted from the rows: what a backup must reproduce."""

    workspace: WorkspaceKey
    day: date
    events: int
    uses: int
    digest: str


class PersonSighting(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A person first seen, or seen in another account than before ("" for none)."""

    seq: int
    person_key: str
    account_key: str
    seen_at: datetime


class AccountSighting(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An account key first seen."""

    seq: int
    account_key: str
    seen_at: datetime


class TraitsSaid(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Traits an `identify` or `group` carried, as JSON text."""

    seq: int
    kind: Kind
    person_key: str
    account_key: str
    occurred_at: datetime
    traits: str


class News(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a workspace's events say about its people and accounts since a point.

    `through` is the new point; `touched` the accounts that had any usage.
    """

    through: int
    accounts: list[AccountSighting]
    people: list[PersonSighting]
    traits: list[TraitsSaid]
    touched: list[str]

    def __bool__(self) -> bool:
        return bool(self.accounts or self.people or self.traits or self.touched)
