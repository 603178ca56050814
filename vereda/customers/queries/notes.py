"""Asking what was written, said and done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.contracts import InteractionKind
from vereda.customers.models.accounts import Account
from vereda.customers.models.notes import Note, NoteRows
from vereda.customers.models.people import Person
from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

TOLD = (
    "workspace",
    "kind",
    "subject",
    "body",
    "happened_at",
    "pinned_at",
    "account__number",
    "author__user__name",
    "author__user__email",
)


def notes_of(account: Account) -> NoteRows:
    """Notes and interactions of an account, the newest first, with author and participants."""
    return _told(account.workspace_id).filter(account=account).newest()


def notes_with(person: Person, *, limit: int = 20) -> list[Note]:
    """The newest notes and interactions that a person took part in."""
    rows = _told(person.workspace_id).filter(participants__person=person)
    return list(rows.newest()[:limit])


def notes_before(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], before: datetime, limit: int
) -> list[Note]:
    """The newest notes of these accounts that are older than `before`, with what a timeline says.

    An account's page asks this every time: of account and author only the names are read.
    """
    rows = _told(workspace).filter(in_accounts(account_ids), happened_at__lt=before)
    return list(rows.newest().only(*TOLD)[:limit])


def note_with_id(account: Account, note_id: UUID) -> Note:
    """One note of the account, or `Missing`."""
    return found(notes_of(account).filter(pk=note_id))


def _told(workspace: Workspace | UUID) -> NoteRows:
    rows = Note.objects.of(workspace).select_related("author__user", "account")
    return rows.prefetch_related("participants__person")


def accounts_spoken_with(workspace: Workspace | UUID, *, since: datetime) -> int:
    """With how many of the listed accounts somebody called, met or wrote since then."""
    notes = Note.objects.of(workspace).filter(happened_at__gte=since)
    spoken = notes.exclude(kind=InteractionKind.NOTE).values("account_id")
    return Account.objects.of(workspace).listed().filter(pk__in=spoken).count()


def days_spoken_with(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID] | None = None
) -> dict[UUID, list[datetime]]:
    """When somebody called, met or wrote to these accounts (None: to any); one query."""
    rows = Note.objects.of(workspace).exclude(kind=InteractionKind.NOTE)
    if account_ids is not None:
        rows = rows.filter(in_accounts(account_ids))
    told: dict[UUID, list[datetime]] = {}
    for account_id, at in rows.order_by("happened_at").values_list("account_id", "happened_at"):
        told.setdefault(account_id, []).append(at)
    return told
