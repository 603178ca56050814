"""The words the rest of Vereda uses about product events.

What goes into the store (`NewEvent`, `Refusal`, `Submission`), what comes back
(`Receipt` and the answers), the questions a store answers (`EventStore`), the
fact events announces and why an item can be refused.

Rows speak text keys, never row ids: a workspace is the hex of its UUID, a person
is the `userId` the client sent, an account the `groupId`; "" means not known.
Merges of accounts and people happen in rows above, so every question takes a
*collection* of keys and no merge ever rewrites an event.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol
from uuid import UUID

import msgspec

WorkspaceKey = NewType("WorkspaceKey", str)


def workspace_key(workspace_id: UUID) -> WorkspaceKey:
    """The text by which the store knows a workspace."""
    return WorkspaceKey(workspace_id.hex)


class Kind(StrEnum):
    """The six calls of the tracking dialects."""

    TRACK = "track"
    IDENTIFY = "identify"
    GROUP = "group"
    PAGE = "page"
    SCREEN = "screen"
    ALIAS = "alias"


class Reason(StrEnum):
    """Why an item was not stored as sent. The first group is not stored at all."""

    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_TYPE = "unknown_type"
    NO_NAME = "no_name"
    NO_ID = "no_id"
    ILLEGAL_ID = "illegal_id"
    ID_TOO_LONG = "id_too_long"
    EVENT_TOO_LARGE = "event_too_large"
    TOO_MANY_KEYS = "too_many_keys"
    TOO_DEEP = "too_deep"
    NOT_A_NUMBER = "not_a_number"
    NO_GROUP = "no_group"
    NO_PREVIOUS_ID = "no_previous_id"

    TIME_REPLACED = "time_replaced"
    TEXT_CLEANED = "text_cleaned"
    TEXT_SHORTENED = "text_shortened"
    KEY_DROPPED = "key_dropped"
    SERVER_TRAIT_DROPPED = "server_trait_dropped"
    MERGE_REFUSED = "merge_refused"
    TOO_MANY_ALIASES = "too_many_aliases"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    TOO_MANY_NAMES = "too_many_names"


class Severity(StrEnum):
    """`REFUSED`: the item is not in the store. `WARNING`: it is, but not as sent."""

    REFUSED = "refused"
    WARNING = "warning"


class Outcome(StrEnum):
    """What became of a received item; per workspace and day they add up to received."""

    RECEIVED = "received"
    STORED = "stored"
    QUARANTINED = "quarantined"
    DEDUPLICATED = "deduplicated"
    SUPPRESSED = "suppressed"
    LIMITED = "limited"
    WARNED = "warned"


# --- What goes in -----------------------------------------------------------


class NewEvent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One event, checked and normalised, ready to be stored.

    `properties`, `traits` and `context` are JSON objects as text ("" for none).
    `count` is above 1 for a row that stands for many uses (an imported daily
    count). `source` says where it came from and is what an undo removes by:
    "key:<prefix>", "import:<id>", "sample". `previous_id` belongs to an alias.
    """

    message_id: str
    kind: Kind
    name: str
    occurred_at: datetime
    received_at: datetime
    person_key: str = ""
    anonymous_id: str = ""
    account_key: str = ""
    previous_id: str = ""
    count: int = 1
    properties: str = ""
    traits: str = ""
    context: str = ""
    source: str = ""


class Refusal(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An item that was refused, or stored otherwise than it was sent.

    `index` is its place in the batch; `found` says what was wrong in it;
    `item` is the item itself as JSON text, shortened to 8 KB.
    """

    received_at: datetime
    index: int
    reason: Reason
    severity: Severity = Severity.REFUSED
    found: str = ""
    item: str = ""
    message_id: str = ""
    source: str = ""


class Submission(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything one request brought for one workspace, stored together or not at all."""

    workspace: WorkspaceKey
    received_at: datetime
    events: list[NewEvent]
    refusals: list[Refusal] = []
    suppressed: int = 0
    limited: int = 0


class Receipt(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of a submission. It exists only after a durable commit."""

    stored: int
    deduplicated: int
    quarantined: int


# --- What comes back --------------------------------------------------------


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
    """A refusal as the store holds it; `seq` orders and names it."""

    seq: int
    received_at: datetime
    index: int
    reason: Reason
    severity: Severity
    found: str
    item: str
    message_id: str
    source: str


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


# --- The store --------------------------------------------------------------


class StoreUnavailable(Exception):
    """Nothing was stored and the sender should try again in `retry_after` seconds."""

    def __init__(self, why: str, *, retry_after: int = 2) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class EventStore(Protocol):
    """A dozen questions about product events, and the few ways to change them.

    Days are UTC and `until` is exclusive. `accounts`, `people` and `names` narrow
    an answer to those keys; None means all, an empty collection means none.
    """

    # Telling. Each returns after a durable commit or raises StoreUnavailable.
    def add(self, submission: Submission) -> Receipt: ...
    def remove_source(self, workspace: WorkspaceKey, *, source: str) -> int: ...
    def erase_people(
        self, workspace: WorkspaceKey, *, people: Collection[str], anonymous: Collection[str] = ()
    ) -> int: ...
    def forget_workspace(self, workspace: WorkspaceKey) -> int: ...

    # Asking about usage: from the daily roll-up.
    def usage_per_day(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOnDay]: ...
    def usage_per_day_and_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfNameOnDay]: ...
    def usage_by_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfName]: ...
    def usage_by_person(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfPerson]: ...
    def usage_by_account(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfAccount]: ...
    def activity_by_account(
        self, workspace: WorkspaceKey, *, on: date, accounts: Collection[str] | None = None
    ) -> list[ActivityOfAccount]: ...
    def event_names(self, workspace: WorkspaceKey) -> list[EventName]: ...

    # Asking about single events.
    def count(self, workspace: WorkspaceKey, *, name: str | None = None) -> int: ...
    def last_events(
        self,
        workspace: WorkspaceKey,
        *,
        limit: int,
        before: int | None = None,
        name: str | None = None,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
    ) -> list[StoredEvent]: ...
    def events_with(
        self, workspace: WorkspaceKey, *, messages: Collection[str]
    ) -> list[StoredEvent]: ...
    def event_at(self, workspace: WorkspaceKey, *, seq: int) -> StoredEvent | None: ...

    # Asking about arrivals: why is my event missing?
    def arrivals(
        self, workspace: WorkspaceKey, *, since: date, until: date
    ) -> list[ArrivalCount]: ...
    def quarantined(
        self,
        workspace: WorkspaceKey,
        *,
        limit: int,
        before: int | None = None,
        reason: Reason | None = None,
    ) -> list[QuarantinedItem]: ...
    def quarantined_at(self, workspace: WorkspaceKey, *, seq: int) -> QuarantinedItem | None: ...

    # What rows learn from events, and the store's own care.
    def heads(self) -> dict[WorkspaceKey, int]: ...
    def news(self, workspace: WorkspaceKey, *, after: int, limit: int) -> News: ...
    def anonymous_ids(
        self, workspace: WorkspaceKey, *, people: Collection[str]
    ) -> Sequence[str]: ...
    def tallies(self) -> list[DayTally]: ...
    def backup(self, path: Path) -> None: ...
    def close(self) -> None: ...


# --- Facts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsStored:
    """Events of a workspace were stored and folded, up to and with `through`."""

    workspace_id: UUID
    through: int
