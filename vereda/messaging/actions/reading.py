"""Reading a letter that came in: what it answers, what is in it, or why it changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.customers.actions.files import add_file
from vereda.customers.contracts import WrongFile
from vereda.customers.queries.people import memberships_in
from vereda.foundation.facts import announce
from vereda.foundation.letters import sender_address
from vereda.messaging.actions.settling import note_delivery, tell_of_return
from vereda.messaging.actions.wishes import suppress_address
from vereda.messaging.contracts import (
    AnswerWaits,
    DeliveryOutcome,
    DropReason,
    InboundState,
    ReplyReceived,
    SuppressionReason,
)
from vereda.messaging.keyed import REPLY
from vereda.messaging.letterbox import raw_letter
from vereda.messaging.models.letters import Message
from vereda.messaging.models.replies import InboundFile, InboundLetter
from vereda.messaging.queries.replies import address_with_token, letter_with_ref
from vereda.messaging.rules.addresses import mailbox_of
from vereda.messaging.rules.quoting import own_words
from vereda.messaging.rules.reading import (
    MOST_RECIPIENTS,
    Attached,
    Bounce,
    CannotRead,
    ReadLetter,
    read_letter,
)

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.messaging.models.replies import ReplyAddress

MOST_AN_HOUR = 30
"""So many letters of one sender are read within an hour: machines answering machines send more."""

NO_ACCOUNT = "no_account"


@transaction.atomic
def read_inbound(workspace_id: UUID, letter_id: UUID, *, now: datetime) -> str:
    """Read the letter once; answers its state. Whatever is in it, this does not fail."""
    rows = InboundLetter.objects.of(workspace_id).select_for_update(of=("self",))
    letter = rows.select_related("workspace").filter(pk=letter_id).first()
    if letter is None or letter.state != InboundState.WAITING:
        return letter.state if letter else ""
    letter.read_at = now
    raw = raw_letter(letter.stored_as)
    try:
        if raw is None:
            raise CannotRead(DropReason.UNREADABLE)
        _take(letter, read_letter(raw), now=now)
    except CannotRead as reason:
        letter.state, letter.dropped_because = InboundState.DROPPED, reason.reason
    letter.save()
    return letter.state


def _take(letter: InboundLetter, read: ReadLetter, *, now: datetime) -> None:
    letter.sender, letter.subject = read.sender[:254], read.subject
    letter.message_ref, letter.text = read.message_ref, read.text
    letter.recipients = letter.recipients or list(read.recipients)[:MOST_RECIPIENTS]
    if read.bounce is not None:
        _note_bounce(letter, read.bounce, now=now)
    if (reason := _reason_to_drop(letter, read)) is not None:
        raise CannotRead(reason)
    address = _address_of(letter)
    letter.address, letter.person = address, address.person
    letter.account = _account_of(address)
    letter.own_words = own_words(read.text)
    files = _keep_files(letter, read.files, now=now)
    if not letter.own_words and not files:
        raise CannotRead(DropReason.EMPTY)
    letter.verified = letter.vouched and _is_from(letter.sender, address.person.email)
    letter.state = InboundState.TAKEN
    _note_reply(address, now=now)
    tell_of_answer(letter, address, file_ids=files)
    if letter.waits_for_member:
        announce(
            AnswerWaits(
                workspace_id=letter.workspace_id,
                letter_id=letter.pk,
                person_id=address.person_id,
                account_id=letter.account_id,
            )
        )


def tell_of_answer(
    letter: InboundLetter, address: ReplyAddress, *, file_ids: Collection[UUID]
) -> None:
    """Somebody answered, and this is known of who it was."""
    announce(
        ReplyReceived(
            workspace_id=letter.workspace_id,
            letter_id=letter.pk,
            about=address.about,
            thing_id=address.thing_id,
            person_id=address.person_id,
            verified=letter.verified,
            file_ids=tuple(file_ids),
        )
    )


def _reason_to_drop(letter: InboundLetter, read: ReadLetter) -> DropReason | None:
    if read.is_report:
        return DropReason.BOUNCE if read.bounce and read.bounce.recipient else DropReason.AUTOMATIC
    if _is_ours(read.sender):
        return DropReason.OUR_OWN
    if read.is_automatic:
        return DropReason.AUTOMATIC
    if len(read.recipients) > MOST_RECIPIENTS:
        return DropReason.TOO_MANY_RECIPIENTS
    before = InboundLetter.objects.of(letter.workspace_id).filter(sender=letter.sender)
    lately = before.filter(received_at__gt=letter.received_at - timedelta(hours=1))
    too_often = lately.exclude(pk=letter.pk).count() >= MOST_AN_HOUR
    return DropReason.TOO_OFTEN if too_often else None


def _is_ours(sender: str) -> bool:
    return sender.startswith(REPLY) or _is_from(sender, sender_address())


def _is_from(sender: str, address: str) -> bool:
    return bool(sender and address) and mailbox_of(sender) == mailbox_of(address)


def _address_of(letter: InboundLetter) -> ReplyAddress:
    """The reply address that the letter went to."""
    tokens = [
        each.partition("@")[0].removeprefix(REPLY)
        for each in letter.recipients
        if each.startswith(REPLY)
    ]
    if not tokens:
        raise CannotRead(DropReason.NO_REPLY_ADDRESS)
    found = [address_with_token(letter.workspace_id, token) for token in tokens]
    address = next((each for each in found if each is not None), None)
    if address is None:
        raise CannotRead(DropReason.WRONG_TOKEN)
    letter.address = address
    if address.person.erased_at is not None:
        raise CannotRead(DropReason.PERSON_GONE)
    letter.person = address.person
    if address.closed_at is not None:
        raise CannotRead(DropReason.CLOSED)
    return address


def _keep_files(letter: InboundLetter, files: tuple[Attached, ...], *, now: datetime) -> list[UUID]:
    """Keep what may be kept among the account's files; of the rest it is noted why not."""
    account = letter.account
    kept = []
    for each in files:
        row = InboundFile(
            workspace_id=letter.workspace_id, letter=letter, name=each.name[:200] or "file"
        )
        if account is None:
            row.refusal = NO_ACCOUNT
        else:
            _keep_one(row, each, account=account, now=now)
        row.save(force_insert=True)
        if row.file_id is not None:
            kept.append(row.file_id)
    return kept


def _keep_one(row: InboundFile, each: Attached, *, account: Account, now: datetime) -> None:
    try:
        row.file = add_file(account, name=each.name, content=BytesIO(each.body), by=None, now=now)
    except WrongFile as refused:
        row.refusal = str(refused.fault)


def _account_of(address: ReplyAddress) -> Account | None:
    """Whose answer it is, and for whom files are kept: the thing's account, or the person's
    first."""
    if address.account is not None:
        return address.account
    present = memberships_in(address.person).filter(until_on=None).order_by("created_at", "pk")
    membership = present.first()
    return membership.account if membership else None


def _note_bounce(letter: InboundLetter, bounce: Bounce, *, now: datetime) -> None:
    """A letter of ours came back. Only one that we sent to that very address closes it."""
    message = letter_with_ref(letter.workspace_id, bounce.message_ref)
    if message is None or not _is_from(bounce.recipient, message.sent_to):
        return
    letter.person = message.person
    note_delivery(message, DeliveryOutcome.BOUNCED, now=now)
    tell_of_return(message)
    if bounce.for_good:
        suppress_address(
            letter.workspace,
            address=message.sent_to,
            reason=SuppressionReason.BOUNCED,
            by=None,
            now=now,
        )


def _note_reply(address: ReplyAddress, *, now: datetime) -> None:
    rows = Message.objects.of(address.workspace_id).filter(reply_to=address)
    newest = rows.order_by("-asked_at", "-pk").first()
    if newest is not None:
        note_delivery(newest, DeliveryOutcome.REPLIED, now=now)
