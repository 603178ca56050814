"""From one item of a request to one event, or to the reason why not.

Absorbs what nine SDKs send differently: `timestamp` or `originalTimestamp`, traits at the
top or only in the context, explicit nulls, numbers as ids, a name here or there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import msgspec

from vereda.collector.rules.cleaning import Cleaner, Unstorable
from vereda.collector.rules.times import clock_error, instant, occurred
from vereda.events.contracts.arriving import Kind, NewEvent, Reason, Refusal, Severity

LONGEST_ID: Final = 255
LONGEST_NAME: Final = 200
LARGEST_ITEM: Final = 32 * 1024
LONGEST_KEPT: Final = 8 * 1024

KINDS: Final[Mapping[str, Kind]] = {kind.value: kind for kind in Kind}

ILLEGAL_IDS: Final = frozenset(
    {
        "",
        "0",
        "-1",
        "[object object]",
        "anonymous",
        "distinct_id",
        "distinctid",
        "email",
        "false",
        "guest",
        "id",
        "nan",
        "nil",
        "none",
        "not_authenticated",
        "null",
        "true",
        "undefined",
        "unknown",
        "user_id",
        "userid",
    }
)
"""What a client sends when it means nobody. Stored, they would merge strangers into one."""

SERVER_TRAITS: Final = frozenset(
    {
        "account_id",
        "arr",
        "is_admin",
        "is_verified",
        "lifecycle_stage",
        "mrr",
        "plan",
        "role",
        "stage",
        "tenant_id",
        "workspace_id",
    }
)
"""What only the workspace's own systems may say; anybody can read a public key."""

SECRET_PARAMETER: Final = re.compile(
    r"(?i)([?&;#])[^=&#;]*(?:token|key|password|passwd|secret|email|code|auth|session)[^=&#;]*=[^&#;]*"
)
ADDRESSES: Final = ("url", "referrer", "href", "search", "path")

decode_item = msgspec.json.Decoder(dict[str, object]).decode
encode_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Arrival:
    """What all items of one request have in common.

    `fold_name` says under which name a property is kept (a workspace has a limit).
    """

    received_at: datetime
    source: str
    kind: Kind | None = None
    sent_at: datetime | None = None
    retried: bool = False
    context: Mapping[str, object] = field(default_factory=dict)
    said_at: object = None
    fold_names: Callable[[dict[str, object]], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Read:
    """What became of an item: an event unless it was refused, and what to say about it."""

    event: NewEvent | None
    refusals: list[Refusal]


def read_item(raw: bytes | memoryview, *, index: int, arrival: Arrival) -> Read:
    """The event in the item, or why it cannot be stored."""
    cleaner = Cleaner()
    try:
        if len(raw) > LARGEST_ITEM:
            raise Unstorable(Reason.EVENT_TOO_LARGE, f"{len(raw)} > {LARGEST_ITEM}")
        event = _event(_decoded(raw), arrival, cleaner)
    except Unstorable as refused:
        refusal = _refusal(raw, index, arrival, refused.reason, refused.found)
        return Read(None, [refusal])
    if not cleaner.warnings:
        return Read(event, [])
    warnings = [
        _refusal(raw, index, arrival, reason, found, warned=event.message_id)
        for reason, found in cleaner.warnings.items()
    ]
    return Read(event, warnings)


def _decoded(raw: bytes | memoryview) -> dict[str, object]:
    try:
        return decode_item(raw)
    except msgspec.ValidationError as error:
        if "range" in str(error):
            raise Unstorable(Reason.NOT_A_NUMBER, str(error)) from error
        raise Unstorable(Reason.NOT_AN_OBJECT, str(error)) from error
    except msgspec.DecodeError as error:
        raise Unstorable(Reason.NOT_AN_OBJECT, str(error)) from error
    except RecursionError as error:
        raise Unstorable(Reason.TOO_DEEP) from error


def _event(item: dict[str, object], arrival: Arrival, cleaner: Cleaner) -> NewEvent:
    kind = arrival.kind or _kind(item)
    context = _object(item.get("context"))
    if arrival.context:
        context = {**arrival.context, **context}
    person, anonymous, account, previous = _ids(kind, item, context, cleaner)
    name = _name(kind, item, cleaner)
    occurred_at = _occurred_at(item, arrival, cleaner)
    properties = traits = ""
    if kind in (Kind.IDENTIFY, Kind.GROUP):
        traits = _traits(kind, item, context, cleaner)
    else:
        properties = _properties(item, arrival, cleaner)
    return NewEvent(
        message_id=_message_id(item, cleaner),
        kind=kind,
        name=name,
        occurred_at=occurred_at,
        received_at=arrival.received_at,
        person_key=person,
        anonymous_id=anonymous,
        account_key=account,
        previous_id=previous,
        properties=properties,
        traits=traits,
        context=_context(context, cleaner) if context else "",
        source=arrival.source,
    )


def _kind(item: dict[str, object]) -> Kind:
    said = item.get("type")
    kind = KINDS.get(said.lower()) if isinstance(said, str) else None
    if kind is None:
        raise Unstorable(Reason.UNKNOWN_TYPE, str(said)[:80])
    return kind


def _ids(
    kind: Kind, item: dict[str, object], context: Mapping[str, object], cleaner: Cleaner
) -> tuple[str, str, str, str]:
    """Person, anonymous id, account and previous id, "" where not said."""
    anonymous = _id(item.get("anonymousId"), cleaner)
    person = _id(item.get("userId"), cleaner, blank_is_nobody=bool(anonymous))
    previous = account = ""
    if kind is Kind.ALIAS:
        previous = _id(item.get("previousId"), cleaner) or anonymous
        if not previous or not person:
            raise Unstorable(Reason.NO_PREVIOUS_ID if person else Reason.NO_ID)
    elif not person and not anonymous and kind is not Kind.GROUP:
        raise Unstorable(Reason.NO_ID)
    if kind is Kind.GROUP:
        account = _id(item.get("groupId"), cleaner)
        if not account:
            raise Unstorable(Reason.NO_GROUP)
    else:
        account = _account_in(context, cleaner)
    return person, anonymous, account, previous


def _id(said: object, cleaner: Cleaner, *, blank_is_nobody: bool = False) -> str:
    """A legal id as text; "" when nothing is said."""
    if said is None:
        return ""
    if isinstance(said, bool) or not isinstance(said, str | int):
        raise Unstorable(Reason.ILLEGAL_ID, str(said)[:80])
    text = str(said).strip()
    if len(text) > LONGEST_ID:
        raise Unstorable(Reason.ID_TOO_LONG, f"{len(text)} > {LONGEST_ID}")
    text = cleaner.text(text)
    if not text and blank_is_nobody:
        return ""
    if text.lower() in ILLEGAL_IDS:
        raise Unstorable(Reason.ILLEGAL_ID, text)
    return text


def _account_in(context: Mapping[str, object], cleaner: Cleaner) -> str:
    """The account that the context names; one that cannot be one is left out with a warning."""
    said = context.get("groupId") or context.get("group_id")
    if not said:
        return ""
    try:
        return _id(said, cleaner)
    except Unstorable as refused:
        cleaner.warn(Reason.KEY_DROPPED, f"context.groupId: {refused.found}")
        return ""


def _name(kind: Kind, item: dict[str, object], cleaner: Cleaner) -> str:
    said = item.get("event") if kind is Kind.TRACK else item.get("name") or item.get("category")
    if isinstance(said, str) and said.strip():
        name = cleaner.text(said.strip(), longest=LONGEST_NAME)
        if name:
            return name
    if kind is Kind.TRACK:
        raise Unstorable(Reason.NO_NAME, str(said)[:80])
    return kind.value


def _occurred_at(item: dict[str, object], arrival: Arrival, cleaner: Cleaner) -> datetime:
    said = item.get("originalTimestamp") or item.get("timestamp") or arrival.said_at
    if said is None:
        return arrival.received_at
    sent_at = instant(item.get("sentAt")) or arrival.sent_at
    error = (
        clock_error(sent_at, received_at=arrival.received_at, retried=arrival.retried)
        if sent_at
        else timedelta()
    )
    at, believed = occurred(said, clock_error=error, received_at=arrival.received_at)
    if not believed:
        cleaner.warn(Reason.TIME_REPLACED, str(said)[:80])
    return at


def _message_id(item: dict[str, object], cleaner: Cleaner) -> str:
    """What the client calls the message; ours when it gave none (then a repeat counts)."""
    said = item.get("messageId")
    if isinstance(said, bool) or not isinstance(said, str | int):
        return str(uuid4())
    text = str(said).strip()
    if len(text) > LONGEST_ID:
        raise Unstorable(Reason.ID_TOO_LONG, f"messageId: {len(text)} > {LONGEST_ID}")
    return cleaner.text(text) or str(uuid4())


def _properties(item: dict[str, object], arrival: Arrival, cleaner: Cleaner) -> str:
    said = item.get("properties")
    if not said:
        return ""
    if not isinstance(said, dict):
        cleaner.warn(Reason.KEY_DROPPED, "properties")
        return ""
    clean = cleaner.mapping(said)
    for key in ADDRESSES:
        address = clean.get(key)
        if isinstance(address, str) and "=" in address:
            clean[key] = SECRET_PARAMETER.sub(r"\1", address)
    if arrival.fold_names(clean):
        cleaner.warn(Reason.TOO_MANY_NAMES, "_overflow")
    return encode_json(clean).decode()


def _traits(
    kind: Kind, item: dict[str, object], context: Mapping[str, object], cleaner: Cleaner
) -> str:
    said = _object(item.get("traits"))
    if kind is Kind.IDENTIFY:
        said = {**_object(context.get("traits")), **said}
    clean = cleaner.mapping(said)
    for key in [key for key in clean if plain(key) in SERVER_TRAITS]:
        del clean[key]
        cleaner.warn(Reason.SERVER_TRAIT_DROPPED, key)
    return encode_json(clean).decode() if clean else ""


def plain(key: str) -> str:
    """`isAdmin`, `Is Admin` and `is-admin` are the same word."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[\s-]+", "_", words).lower()


def _context(context: Mapping[str, object], cleaner: Cleaner) -> str:
    """The little of the context that is kept; no address, no device, no user agent."""
    library, page = _object(context.get("library")), _object(context.get("page"))
    kept = {
        "library": library.get("name"),
        "version": library.get("version"),
        "path": page.get("path"),
        "title": page.get("title"),
        "locale": context.get("locale"),
    }
    said = {
        key: cleaner.text(value, longest=LONGEST_ID)
        for key, value in kept.items()
        if isinstance(value, str) and value
    }
    return encode_json(said).decode() if said else ""


def _object(said: object) -> dict[str, object]:
    return said if isinstance(said, dict) else {}


def _refusal(
    raw: bytes | memoryview,
    index: int,
    arrival: Arrival,
    reason: Reason,
    found: str,
    *,
    warned: str | None = None,
) -> Refusal:
    shown = bytes(raw[:LONGEST_KEPT]).decode("utf-8", errors="replace").replace("\x00", "")
    return Refusal(
        received_at=arrival.received_at,
        index=index,
        reason=reason,
        severity=Severity.REFUSED if warned is None else Severity.WARNING,
        found=Cleaner().text(found),
        item=shown,
        message_id=warned or "",
        source=arrival.source,
    )
