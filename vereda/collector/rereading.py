"""Reading items of the quarantine again: by the rules of this door, as a member repaired them.

What browsers may say, signatures, proofs and consent are those of today; the time and what
stood around the item are those of its arrival.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import msgspec

from vereda.collector.rules.guarding import claims_of, without_unproven
from vereda.collector.rules.items import Read, arrival_from, decode_item, read_item
from vereda.collector.wsgi import consents_at
from vereda.events.contracts.arriving import NewEvent, Severity
from vereda.events.contracts.repairing import ReadAgain, ToRead
from vereda.events.queries.proofs import proven_among
from vereda.foundation import clock
from vereda.workspaces.contracts import BrowserRules, KeyHolder, WriteKeyKind
from vereda.workspaces.queries import browser_setting_of, signing_secrets_of

NO_KEY = UUID(int=0)
OF_KEY = "key:"
ANY_REVISION = 0


def read_again(workspace_id: UUID, items: Sequence[ToRead]) -> list[ReadAgain]:
    """What each item is now: an event, or refused again."""
    holder = present_rules(workspace_id)
    reads = [_read(one, holder) for one in items]
    proven = proven_among(workspace_id, frozenset(claims_of(reads)))
    consents = consents_at((workspace_id, ANY_REVISION))
    answers = []
    for one, read in zip(items, reads, strict=True):
        safe = without_unproven(read, proven=proven)
        if safe.event is None:
            answers.append(_refused(safe))
            continue
        answers.append(
            ReadAgain(
                event=_named(safe.event, one),
                notes=safe.refusals,
                suppressed=not consents.allow(safe.event),
            )
        )
    return answers


def present_rules(workspace_id: UUID) -> KeyHolder:
    """A public key of the workspace with what browsers may say today."""
    setting = browser_setting_of(workspace_id)
    return KeyHolder(
        key_id=NO_KEY,
        workspace_id=workspace_id,
        browser=BrowserRules(
            calls=frozenset(setting.calls),
            names=frozenset(setting.names),
            only_these_names=setting.only_these_names,
            server_traits=frozenset(setting.server_traits),
        ),
        signing_secrets=signing_secrets_of(setting, now=clock.now()),
    )


def _read(one: ToRead, holder: KeyHolder) -> Read:
    """The item by itself; of one that makes several calls, the call that was refused."""
    item = one.item
    arrival = arrival_from(
        item.envelope,
        received_at=item.received_at,
        holder=replace(holder, shown=item.source.removeprefix(OF_KEY)),
    )
    if one.allow:
        secret = replace(arrival.holder, kind=WriteKeyKind.SECRET, signed_only=False)
        arrival = replace(arrival, holder=secret)
    text = one.text.encode("utf-8", errors="replace")
    reads = read_item(memoryview(text), index=item.index, arrival=arrival)
    mine = [read for read in reads if read.event and read.event.message_id == item.message_id]
    return next(iter(mine), reads[0])


def _refused(read: Read) -> ReadAgain:
    refusals = [one for one in read.refusals if one.severity is Severity.REFUSED]
    return ReadAgain(refused=refusals[0].reason, found=refusals[0].found)


def _named(event: NewEvent, one: ToRead) -> NewEvent:
    """The event under its own message id, else under one that is the same every time."""
    if one.item.message_id or decode_item(one.text).get("messageId"):
        return event
    return msgspec.structs.replace(event, message_id=f"quarantine-{one.item.seq}")
