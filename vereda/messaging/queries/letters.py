"""Asking for letters: those of a workspace, of a person, about a thing."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count

from vereda.foundation.errors import Missing
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.keyed import ids_in_link, link_token
from vereda.messaging.models.letters import Delivery, Message, MessageRows

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

NEWEST = Order.on("newest", "asked_at", descending=True)
SHOWN_TO_PERSON = 100


def letters_matching(
    workspace: Workspace | UUID, *, state: LetterState | None = None, kind: LetterKind | None = None
) -> MessageRows:
    """The letters of the workspace in that state and of that kind, unordered."""
    rows = Message.objects.of(workspace).select_related("person", "account")
    if state is not None:
        rows = rows.filter(state=state)
    return rows.filter(kind=kind) if kind is not None else rows


def letter_with_id(workspace: Workspace | UUID, letter_id: UUID) -> Message:
    """That letter, or `Missing`."""
    rows = Message.objects.of(workspace).select_related(
        "person", "account", "workspace", "by__user", "reply_to"
    )
    return found(rows.filter(pk=letter_id))


def letters_to_person(person_id: UUID, *, workspace: Workspace | UUID) -> MessageRows:
    """What was written to a person, the newest first."""
    rows = Message.objects.of(workspace).to_person(person_id)
    return rows.select_related("account", "by__user").order_by("-asked_at", "-pk")


def letters_about(workspace: Workspace | UUID, *, about: str, thing_id: UUID) -> MessageRows:
    """What was written about a thing, the newest first."""
    rows = Message.objects.of(workspace).filter(about=about, thing_id=thing_id)
    return rows.select_related("person").order_by("-asked_at", "-pk")


def deliveries_of(message: Message) -> list[Delivery]:
    """What became of a letter, in its order."""
    rows = Delivery.objects.of(message.workspace_id).filter(message=message)
    return list(rows.select_related("by__user").order_by("at", "pk"))


def letter_with_link(token: str) -> Message:
    """The letter in which that link stands, or `Missing`: also for one that was edited."""
    ids = ids_in_link(token)
    if ids is None:
        raise Missing("link")
    workspace_id, message_id = ids
    rows = Message.objects.of(workspace_id).select_related("person", "workspace")
    message = found(rows.filter(pk=message_id, workspace__suspended_at=None))
    if not compare_digest(token.encode(), link_token(message).encode()):
        raise Missing("link")
    return message


def letters_counted(workspace: Workspace | UUID) -> dict[LetterState, int]:
    """How many letters there are in each state; one query."""
    rows = Message.objects.of(workspace).values_list("state").annotate(count=Count("pk"))
    return {LetterState(state): count for state, count in rows}
