"""From one item of a request to one event, or to the reason why not.

Absorbs what nine SDKs send differently: `timestamp` or `originalTimestamp`, traits at the
top or only in the context, explicit nulls, numbers as ids, a name here or there.
"""

import json
import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final
from uuid import uuid4

import msgspec

from vereda.collector.rules.cleaning import Cleaner, Unstorable, is_plain
from vereda.collector.rules.posthog import calls_in
from vereda.collector.rules.times import clock_error, instant, occurred
from vereda.collector.rules.trust import (
    is_for_servers,
    is_proven,
    refuse_what_browsers_may_not,
)
from vereda.events.contracts.arriving import Kind, NewEvent, Reason, Refusal, Severity
from vereda.workspaces.contracts import KeyHolder, WriteKeyKind

LONGEST_ID: Final = 255
LONGEST_NAME: Final = 200
LARGEST_ITEM: Final = 32 * 1024
LONGEST_KEPT: Final = 8 * 1024
LARGEST_ENVELOPE: Final = 32 * 1024

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
    }
)
"""What a client sends when it means nobody. Stored, they would merge strangers into one."""

SECRET_PARAMETER: Final = re.compile(
    r"(?i)([?&;#])[^=&#;]*(?:token|key|password|passwd|secret|email|code|auth|session)[^=&#;]*=[^&#;]*"
)
ADDRESSES: Final = frozenset({"url", "referrer", "href", "search", "path"})

SET_ONCE: Final = "$set_once"
"""Traits that count only where nothing else was ever said."""

SOURCE: Final = "key:"

SENDERS_REMEMBERED: Final = 1_000
"""Libraries with the pages they are on, whose context is not written anew each time."""

SIGNATURES: Final = ("userHash", "user_hash")
"""Where a browser writes the signature of its user id, in the context or among the traits."""

decode_item = msgspec.json.Decoder(dict[str, object]).decode
encode_json = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Arrival:
    """What all items of one request have in common.

    `holder` is whose key it came under; `anything_goes` where it may say whatever it likes.
    `fold_names` moves the properties aside that are too many for the workspace; `known_names`
    are those that stay, each of them clean.
    """

    received_at: datetime
    holder: KeyHolder
    kind: Kind | None = None
    sent_at: datetime | None = None
    retried: bool = False
    context: Mapping[str, object] = field(default_factory=dict)
    said_at: object = None
    in_posthogs_words: bool = False
    anything_goes: bool = False
    fold_names: Callable[[dict[str, object]], bool] = lambda _: False
    known_names: Set[str] = frozenset()

    @cached_property
    def source(self) -> str:
        """Where the events come from, as the store keeps it."""
        return SOURCE + self.holder.shown

    @cached_property
    def is_from_server(self) -> bool:
        """Is it the word of the workspace's own systems?"""
        return self.holder.is_secret

    @cached_property
    def clock_error(self) -> timedelta:
        """How much the sender's clock is behind ours, as the request as a whole says it."""
        return self.clock_error_at(self.sent_at)

    @cached_property
    def is_plain(self) -> bool:
        """Does an item hold no other texts than those it brings itself, as it brings them?"""
        return not self.context and not self.in_posthogs_words

    def clock_error_at(self, sent_at: datetime | None) -> timedelta:
        """The same of an item that says itself when it was sent."""
        return clock_error(sent_at, received_at=self.received_at, retried=self.retried)


class Read(msgspec.Struct, frozen=True, gc=False):
    """What became of an item: an event unless it was refused, and what to say about it.

    `proven`: it is certain whose the event is; `from_server`: it came under a secret key.
    """

    event: NewEvent | None
    refusals: list[Refusal]
    proven: bool = False
    from_server: bool = False


def read_item(raw: bytes | memoryview, *, index: int, arrival: Arrival) -> list[Read]:
    """The event in the item (or two, in PostHog's words), or why it cannot be stored."""
    try:
        if len(raw) > LARGEST_ITEM:
            raise Unstorable(Reason.EVENT_TOO_LARGE, f"{len(raw)} > {LARGEST_ITEM}")
        item = _decoded(raw)
    except Unstorable as refused:
        return [Read(None, [_refusal(raw, index, arrival, refused, item=_as_far_as_read(raw))])]
    if not arrival.in_posthogs_words:
        return [_read_call(item, raw, index, arrival)]
    return [
        _read_call(call, raw, index, arrival)
        for call in calls_in(item, received_at=arrival.received_at)
    ]


def _read_call(
    call: dict[str, object], raw: bytes | memoryview, index: int, arrival: Arrival
) -> Read:
    cleaner = Cleaner(plain=arrival.is_plain and is_plain(bytes(raw)))
    try:
        event, proven = _event(call, arrival, cleaner)
    except Unstorable as refused:
        return Read(None, [_refusal(raw, index, arrival, refused, item=call)])
    from_server = arrival.is_from_server
    if not cleaner.warnings:
        return Read(event, [], proven, from_server)
    warnings = [
        _warning(raw, index, arrival, reason, found, event=event)
        for reason, found in cleaner.warnings.items()
    ]
    return Read(event, warnings, proven, from_server)


def _as_far_as_read(raw: bytes | memoryview) -> dict[str, object]:
    """An item that holds what no store can, for its name and id alone."""
    try:
        item = json.loads(bytes(raw[: 2 * LARGEST_ITEM]), parse_int=str)
    except (ValueError, RecursionError):
        return {}
    return item if isinstance(item, dict) else {}


def said_name(item: Mapping[str, object]) -> str:
    """What the item calls the event, for finding it again; "" where it does not say."""
    said = item.get("event") or item.get("name")
    return Cleaner().text(said.strip(), longest=LONGEST_NAME) if isinstance(said, str) else ""


def _said_id(item: Mapping[str, object]) -> str:
    said = item.get("messageId")
    return Cleaner().text(said, longest=LONGEST_ID) if isinstance(said, str) else ""


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


def _event(item: dict[str, object], arrival: Arrival, cleaner: Cleaner) -> tuple[NewEvent, bool]:
    """The event, and whether it is certain whose it is."""
    kind = arrival.kind or _kind(item)
    context = _object(item.get("context"))
    if arrival.context:
        context = {**arrival.context, **context}
    person, anonymous, account, previous = _ids(kind, item, context, cleaner)
    name = _name(kind, item, cleaner)
    if not arrival.anything_goes:
        refuse_what_browsers_may_not(arrival.holder, kind=kind, name=name)
    proven = arrival.is_from_server or _is_signed(item, context, person, arrival)
    occurred_at = _occurred_at(item, arrival, cleaner)
    properties = traits = ""
    if kind in (Kind.IDENTIFY, Kind.GROUP):
        traits = _traits(kind, item, context, arrival, cleaner)
    else:
        properties = _properties(item, arrival, cleaner)
    event = NewEvent(
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
    return event, proven


def _kind(item: dict[str, object]) -> Kind:
    said = item.get("type") or item.get("action")
    if isinstance(said, str):
        kind = KINDS.get(said) or KINDS.get(said.lower())
        if kind is not None:
            return kind
    raise Unstorable(Reason.UNKNOWN_TYPE, str(said)[:80])


def _ids(
    kind: Kind, item: dict[str, object], context: Mapping[str, object], cleaner: Cleaner
) -> tuple[str, str, str, str]:
    """Person, anonymous id, account and previous id, "" where not said."""
    visitor, user = item.get("anonymousId"), item.get("userId")
    if visitor is None:
        visitor = item.get("anonymous_id")
    if user is None:
        user = item.get("user_id")
    anonymous = _id(visitor, cleaner)
    person = _id(user, cleaner, blank_is_nobody=bool(anonymous))
    previous = account = ""
    if kind is Kind.ALIAS:
        previous = _id(_either(item, "previousId", "previous_id"), cleaner) or anonymous
        if not previous or not person:
            raise Unstorable(Reason.NO_PREVIOUS_ID if person else Reason.NO_ID)
    elif not person and not anonymous and kind is not Kind.GROUP:
        raise Unstorable(Reason.NO_ID)
    if kind is Kind.GROUP:
        account = _id(_either(item, "groupId", "group_id"), cleaner)
        if not account:
            raise Unstorable(Reason.NO_GROUP)
    else:
        account = _account_in(context, cleaner)
    return person, anonymous, account, previous


def _either(item: Mapping[str, object], name: str, older: str) -> object:
    """What stands under a name, or under the one that the specification once used."""
    return item[name] if item.get(name) is not None else item.get(older)


def _id(said: object, cleaner: Cleaner, *, blank_is_nobody: bool = False) -> str:
    """A legal id as text; "" when nothing is said."""
    if said is None:
        return ""
    if not isinstance(said, str):
        if isinstance(said, bool) or not isinstance(said, int):
            raise Unstorable(Reason.ILLEGAL_ID, str(said)[:80])
        said = str(said)
    text = said.strip()
    if len(text) > LONGEST_ID:
        raise Unstorable(Reason.ID_TOO_LONG, f"{len(text)} > {LONGEST_ID}")
    if not cleaner.plain:
        text = cleaner.text(text)
    if text.lower() in ILLEGAL_IDS:
        if not text and blank_is_nobody:
            return ""
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
    if isinstance(said, str):
        name = said.strip()
        if not cleaner.plain or len(name) > LONGEST_NAME:
            name = cleaner.text(name, longest=LONGEST_NAME)
        if name:
            return name
    if kind is Kind.TRACK:
        raise Unstorable(Reason.NO_NAME, str(said)[:80])
    return kind.value


def _occurred_at(item: dict[str, object], arrival: Arrival, cleaner: Cleaner) -> datetime:
    said = item.get("originalTimestamp") or item.get("timestamp") or arrival.said_at
    if said is None:
        return arrival.received_at
    sent_at = instant(item.get("sentAt"))
    error = arrival.clock_error_at(sent_at) if sent_at else arrival.clock_error
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
    if not cleaner.plain:
        text = cleaner.text(text)
    return text or str(uuid4())


def _properties(item: dict[str, object], arrival: Arrival, cleaner: Cleaner) -> str:
    said = item.get("properties")
    if not said:
        return ""
    if not isinstance(said, dict):
        cleaner.warn(Reason.KEY_DROPPED, "properties")
        return ""
    is_clean = cleaner.is_clean(said, names=arrival.known_names)
    clean = said if is_clean else cleaner.mapping(said)
    if not ADDRESSES.isdisjoint(clean):
        _hide_secrets(clean)
    if not is_clean and arrival.fold_names(clean):
        cleaner.warn(Reason.TOO_MANY_NAMES, "_overflow")
    return encode_json(clean).decode()


def _hide_secrets(clean: dict[str, object]) -> None:
    for key in ADDRESSES:
        address = clean.get(key)
        if isinstance(address, str) and "=" in address:
            clean[key] = SECRET_PARAMETER.sub(r"\1", address)


def _traits(
    kind: Kind,
    item: dict[str, object],
    context: Mapping[str, object],
    arrival: Arrival,
    cleaner: Cleaner,
) -> str:
    said = _object(item.get("traits"))
    if kind is Kind.IDENTIFY:
        said = {**_object(context.get("traits")), **said}
    clean = cleaner.mapping({key: said[key] for key in said if key not in SIGNATURES})
    for traits in (clean, _object(clean.get(SET_ONCE))):
        for key in [key for key in traits if is_for_servers(arrival.holder, trait=key)]:
            del traits[key]
            cleaner.warn(Reason.SERVER_TRAIT_DROPPED, key)
    return encode_json(clean).decode() if clean else ""


def _is_signed(
    item: dict[str, object], context: Mapping[str, object], person: str, arrival: Arrival
) -> bool:
    holder = arrival.holder
    if not person or not (holder.signed_only or holder.signing_secrets):
        return False
    return is_proven(holder, person=person, signature=_signature(item, context))


def _signature(item: dict[str, object], context: Mapping[str, object]) -> object:
    """The signature of the user id, wherever the client could put it."""
    for place in (context, item, item.get("traits"), context.get("traits")):
        if isinstance(place, dict):
            said = place.get("userHash") or place.get("user_hash")
            if said:
                return said
    return None


def _context(context: Mapping[str, object], cleaner: Cleaner) -> str:
    """The little of the context that is kept; no address, no device, no user agent."""
    library, page = _object(context.get("library")), _object(context.get("page"))
    return _encoded_context(
        _word(library.get("name"), cleaner),
        _word(library.get("version"), cleaner),
        _word(page.get("path"), cleaner),
        _word(page.get("title"), cleaner),
        _word(context.get("locale"), cleaner),
    )


def _word(said: object, cleaner: Cleaner) -> str:
    if not isinstance(said, str):
        return ""
    if cleaner.plain and len(said) <= LONGEST_ID:
        return said
    return cleaner.text(said, longest=LONGEST_ID)


@lru_cache(maxsize=SENDERS_REMEMBERED)
def _encoded_context(library: str, version: str, path: str, title: str, locale: str) -> str:
    """The same for all that a sender sends, so it is written once."""
    kept = {"library": library, "version": version, "path": path, "title": title, "locale": locale}
    said = {key: value for key, value in kept.items() if value}
    return encode_json(said).decode() if said else ""


def _object(said: object) -> dict[str, object]:
    return said if isinstance(said, dict) else {}


def _refusal(
    raw: bytes | memoryview,
    index: int,
    arrival: Arrival,
    refused: Unstorable,
    *,
    item: Mapping[str, object],
) -> Refusal:
    """The item is kept whole, with what stood around it, so that it can be read again."""
    whole = len(raw) <= LARGEST_ITEM
    return Refusal(
        received_at=arrival.received_at,
        index=index,
        reason=refused.reason,
        found=Cleaner().text(refused.found),
        name=said_name(item),
        item=_kept(raw, most=LARGEST_ITEM if whole else LONGEST_KEPT),
        envelope=envelope_of(arrival),
        message_id=_said_id(item),
        source=arrival.source,
    )


def _warning(
    raw: bytes | memoryview,
    index: int,
    arrival: Arrival,
    reason: Reason,
    found: str,
    *,
    event: NewEvent,
) -> Refusal:
    return Refusal(
        received_at=arrival.received_at,
        index=index,
        reason=reason,
        severity=Severity.WARNING,
        found=Cleaner().text(found),
        name=event.name,
        item=_kept(raw, most=LONGEST_KEPT),
        message_id=event.message_id,
        source=arrival.source,
    )


def _kept(raw: bytes | memoryview, *, most: int) -> str:
    return bytes(raw[:most]).decode("utf-8", errors="replace").replace("\x00", "")


def envelope_of(arrival: Arrival) -> str:
    """What an item needs besides itself to be read once more; `arrival_from` reads it."""
    said = {
        "kind": arrival.kind,
        "sentAt": arrival.sent_at,
        "retried": arrival.retried or None,
        "timestamp": arrival.said_at,
        "posthog": arrival.in_posthogs_words or None,
        "secret": arrival.holder.is_secret or None,
        "signedOnly": arrival.holder.signed_only or None,
        "context": arrival.context or None,
    }
    told = {name: value for name, value in said.items() if value is not None}
    envelope = encode_json(told).decode() if told else ""
    if len(envelope) > LARGEST_ENVELOPE:
        del told["context"]
        return encode_json(told).decode()
    return envelope


def arrival_from(envelope: str, *, received_at: datetime, holder: KeyHolder) -> Arrival:
    """The arrival that `envelope_of` wrote down, under a key as it was or as a member allows."""
    told = decode_item(envelope) if envelope else {}
    kind, context = told.get("kind"), told.get("context")
    if told.get("secret") is True:
        holder = replace(holder, kind=WriteKeyKind.SECRET)
    if told.get("signedOnly") is True:
        holder = replace(holder, signed_only=True)
    return Arrival(
        received_at=received_at,
        holder=holder,
        kind=KINDS[kind] if isinstance(kind, str) else None,
        sent_at=instant(told.get("sentAt")),
        retried=bool(told.get("retried")),
        context=context if isinstance(context, dict) else {},
        said_at=told.get("timestamp"),
        in_posthogs_words=told.get("posthog") is True,
    )
