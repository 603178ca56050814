"""What a browser says without proof changes nobody whom the workspace's own systems told about.

Proof is a secret key, or for a person a signed user id. Whoever was identified so, and
every account that a server grouped into, is *proven*. Of what a browser then says about
them without proof, the traits are left out, and no anonymous visitor and no other id
becomes one with them, nor do they move to another account; what they did still counts, and in
the account it names.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import msgspec

from vereda.collector.rules.items import Read
from vereda.events.contracts.arriving import (
    About,
    Kind,
    NewEvent,
    Reason,
    Refusal,
    Severity,
    Subject,
)

JOINING: Final = frozenset({Kind.IDENTIFY, Kind.ALIAS})


def claims_of(reads: Iterable[Read]) -> Iterator[Subject]:
    """The people and accounts about whom something is said without proof."""
    for read in reads:
        event = read.event
        if event is None or read.from_server:
            continue
        if event.kind is Kind.GROUP and event.traits:
            yield Subject(About.ACCOUNT, event.account_key)
        if read.proven:
            continue
        joins = event.kind in JOINING or event.anonymous_id or event.account_key
        if event.person_key and joins:
            yield Subject(About.PERSON, event.person_key)
        if event.kind is Kind.ALIAS:
            yield Subject(About.PERSON, event.previous_id)


def proofs_of(reads: Iterable[Read]) -> Iterator[Subject]:
    """The people and accounts that are told about with proof."""
    for read in reads:
        event = read.event
        if event is None or not read.proven:
            continue
        if event.kind is Kind.IDENTIFY and event.person_key:
            yield Subject(About.PERSON, event.person_key)
        if event.kind is Kind.GROUP and read.from_server:
            yield Subject(About.ACCOUNT, event.account_key)


def without_unproven(read: Read, *, proven: Collection[Subject]) -> Read:
    """The item without what an unproven word may not do."""
    event = read.event
    if event is None or read.from_server or not proven:
        return read
    warnings: list[Refusal] = []
    if event.kind is Kind.GROUP and Subject(About.ACCOUNT, event.account_key) in proven:
        event = _without_traits(event, event.account_key, warnings)
    if read.proven:
        return msgspec.structs.replace(read, event=event, refusals=[*read.refusals, *warnings])
    claimed = [event.person_key]
    if event.kind is Kind.ALIAS:
        claimed.append(event.previous_id)
    if any(Subject(About.PERSON, key) in proven for key in claimed):
        event = _unjoined(event, warnings)
    return msgspec.structs.replace(read, event=event, refusals=[*read.refusals, *warnings])


def _unjoined(event: NewEvent, warnings: list[Refusal]) -> NewEvent:
    """The event, of its person alone: an alias then names them twice, which joins nobody."""
    if event.kind is Kind.IDENTIFY:
        event = _without_traits(event, event.person_key, warnings)
    joined = event.previous_id if event.kind is Kind.ALIAS else event.anonymous_id
    if joined and event.kind in JOINING:
        warnings.append(_warning(event, Reason.MERGE_REFUSED, joined))
    previous = event.person_key if event.kind is Kind.ALIAS else ""
    return msgspec.structs.replace(event, anonymous_id="", previous_id=previous, stays=True)


def _without_traits(event: NewEvent, found: str, warnings: list[Refusal]) -> NewEvent:
    if not event.traits:
        return event
    warnings.append(_warning(event, Reason.UNPROVEN_TRAITS_DROPPED, found))
    return msgspec.structs.replace(event, traits="")


def _warning(event: NewEvent, reason: Reason, found: str) -> Refusal:
    return Refusal(
        received_at=event.received_at,
        index=0,
        reason=reason,
        severity=Severity.WARNING,
        found=found,
        message_id=event.message_id,
        source=event.source,
    )
