"""What comes in: an event, a refusal, what a request brought, and the receipt for it.

Rows speak text keys, never row ids: a workspace is the hex of its UUID, a person
is the `userId` the client sent, an account the `groupId`; "" means not known.
Merges of accounts and people happen in rows above, so every question takes a
*collection* of keys and no merge ever rewrites an event.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType
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
    CALL_NOT_ALLOWED = "call_not_allowed"
    NAME_NOT_ALLOWED = "name_not_allowed"
    NOT_SIGNED = "not_signed"
    WRONG_SIGNATURE = "wrong_signature"

    TIME_REPLACED = "time_replaced"
    TEXT_CLEANED = "text_cleaned"
    TEXT_SHORTENED = "text_shortened"
    KEY_DROPPED = "key_dropped"
    SERVER_TRAIT_DROPPED = "server_trait_dropped"
    UNPROVEN_TRAITS_DROPPED = "unproven_traits_dropped"
    MERGE_REFUSED = "merge_refused"
    TOO_MANY_ALIASES = "too_many_aliases"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    TOO_MANY_NAMES = "too_many_names"


class Severity(StrEnum):
    """`REFUSED`: the item is not in the store. `WARNING`: it is, but not as sent."""

    REFUSED = "refused"
    WARNING = "warning"


class Outcome(StrEnum):
    """What became of a received item; per workspace and day they add up to received.

    Two stand beside the sum: `WARNED` counts notes about stored events, `TURNED_AWAY`
    requests that were refused as a whole, so that nobody knows how many items they held.
    """

    RECEIVED = "received"
    STORED = "stored"
    REPAIRED = "repaired"
    QUARANTINED = "quarantined"
    DEDUPLICATED = "deduplicated"
    SUPPRESSED = "suppressed"
    LIMITED = "limited"
    WARNED = "warned"
    TURNED_AWAY = "turned_away"


class Ending(StrEnum):
    """What became of an item in quarantine: it waits, or it was read again and has ended."""

    WAITING = ""
    REPAIRED = "repaired"
    DEDUPLICATED = "deduplicated"
    SUPPRESSED = "suppressed"


class About(StrEnum):
    """What a trait can be about."""

    PERSON = "person"
    ACCOUNT = "account"


class Subject(NamedTuple):
    """A person or an account, by the key that clients send."""

    about: About
    key: str


class NewEvent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One event, checked and normalised, ready to be stored.

    `properties`, `traits` and `context` are JSON objects as text ("" for none).
    `count` is above 1 for a row that stands for many uses (an imported daily
    count). `source` says where it came from and is what an undo removes by:
    "key:<prefix>", "import:<id>", "sample". `previous_id` belongs to an alias. `stays`: it counts
    in the account it names, but its person does not move there from another: nobody proved it.
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
    stays: bool = False


class Refusal(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An item that was refused, or stored otherwise than it was sent.

    `index` is its place in the batch; `found` says what was wrong in it; `name` is the
    event's, where one could be read; `item` is the item itself as JSON text (whole up to
    32 KB when it was refused). `envelope` is what stood around it and is needed to read it
    again, as the collector wrote it.
    """

    received_at: datetime
    index: int
    reason: Reason
    severity: Severity = Severity.REFUSED
    found: str = ""
    name: str = ""
    item: str = ""
    envelope: str = ""
    message_id: str = ""
    source: str = ""


class Replay(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An item of the quarantine, read again: the event it makes, None when its person said no.

    `item` is its number, `reason` and `received_at` say under which entry of the ledger it stands.
    """

    item: int
    reason: Reason
    received_at: datetime
    event: NewEvent | None


class Submission(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything one request brought for one workspace, stored together or not at all.

    `turned_away` counts requests that were refused as a whole, by the code they were told.
    """

    workspace: WorkspaceKey
    received_at: datetime
    events: list[NewEvent]
    refusals: list[Refusal] = []
    suppressed: int = 0
    limited: int = 0
    turned_away: dict[str, int] = {}
    replays: list[Replay] = []


class Receipt(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of a submission. It exists only after a durable commit."""

    stored: int
    deduplicated: int
    quarantined: int
    repaired: int = 0
