"""Asking for replies: where they go, what came in, what it said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q

from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.messaging.contracts import DropReason, InboundState
from vereda.messaging.keyed import id_in_reply_token, is_reply_token
from vereda.messaging.models.letters import Message
from vereda.messaging.models.replies import (
    InboundFile,
    InboundLetter,
    InboundLetterRows,
    ReplyAddress,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

NEWEST_IN = Order.on("newest", "received_at", descending=True)
OUR_REF = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,200}>")


def address_with_token(workspace: Workspace | UUID, token: str) -> ReplyAddress | None:
    """The reply address of this workspace that the token was made for; None for any other."""
    row_id = id_in_reply_token(token)
    if row_id is None:
        return None
    rows = ReplyAddress.objects.of(workspace).select_related("person", "account")
    row = rows.filter(pk=row_id).first()
    return row if row is not None and is_reply_token(token, of=row) else None


def letter_with_ref(workspace: Workspace | UUID, ref: str) -> Message | None:
    """The letter of ours with that Message-ID; None when it is none of the workspace's."""
    match = OUR_REF.fullmatch(ref)
    if match is None:
        return None
    rows = Message.objects.of(workspace).select_related("person")
    return rows.filter(pk=UUID(hex=match[1])).first()


def inbound_letters(
    workspace: Workspace | UUID,
    *,
    state: InboundState | None = None,
    reason: DropReason | None = None,
) -> InboundLetterRows:
    """The letters that came in, unordered."""
    rows = InboundLetter.objects.of(workspace).select_related("person", "account")
    if state is not None:
        rows = rows.filter(state=state)
    return rows.filter(dropped_because=reason) if reason is not None else rows


def drops_counted(workspace: Workspace | UUID) -> dict[DropReason, int]:
    """How many letters were dropped, by reason; one query."""
    rows = InboundLetter.objects.of(workspace).filter(state=InboundState.DROPPED)
    told = dict(rows.values_list("dropped_because").annotate(count=Count("pk")))
    return {reason: told[reason] for reason in DropReason if told.get(reason)}


def answers_to_decide(workspace: Workspace | UUID) -> int:
    """How many answers wait for a member to say whether they are theirs; one query."""
    return InboundLetter.objects.of(workspace).waiting_for_member().count()


def answers_on_nobodys_list(workspace: Workspace | UUID) -> int:
    """How many of those are of no account that anybody looks after, so that no alert tells of them:
    of somebody in no account, or in one that is archived. One query."""
    rows = InboundLetter.objects.of(workspace).waiting_for_member()
    return rows.exclude(account__in=listed_accounts(workspace).values("pk")).count()


def inbound_letter_with_id(workspace: Workspace | UUID, letter_id: UUID) -> InboundLetter:
    """That letter, or `Missing`; `own_words` is what the person wrote."""
    rows = InboundLetter.objects.of(workspace).select_related(
        "workspace", "person", "account", "address__account", "decided_by__user"
    )
    return found(rows.filter(pk=letter_id))


def files_of_letter(letter: InboundLetter) -> list[InboundFile]:
    """What came with it, in its order: kept, or why not."""
    rows = InboundFile.objects.of(letter.workspace_id).filter(letter=letter)
    return list(rows.select_related("file__account").order_by("pk"))


def replies_of_person(person_id: UUID, *, workspace: Workspace | UUID) -> InboundLetterRows:
    """What a person wrote to us, the newest first."""
    rows = InboundLetter.objects.of(workspace)
    mine = rows.filter(Q(person=person_id) | Q(person__merged_into=person_id))
    return mine.order_by("-received_at", "-pk")
