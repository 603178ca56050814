"""Telling what was said and done with an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.contracts import (
    ChangedMeanwhile,
    Difference,
    InteractionKind,
    NotesWritten,
    NoteWritten,
    Visibility,
    WrongValue,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.notes import Note, NoteParticipant
from vereda.customers.models.people import Person
from vereda.foundation.facts import announce
from vereda.foundation.many_rows import NewRows
from vereda.foundation.scoping import found
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

BODY_LIMIT = 20_000
SUBJECT_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that was said or done with an account, by whom, when and with whom."""

    by: Member | None
    body: str
    happened_at: datetime
    kind: InteractionKind = InteractionKind.NOTE
    subject: str = ""
    participants: Sequence[Person] = ()


@transaction.atomic
def write_note(
    account: Account,
    *,
    by: Member | None,
    now: datetime,
    body: str,
    kind: InteractionKind = InteractionKind.NOTE,
    subject: str = "",
    happened_at: datetime | None = None,
    participants: Sequence[Person] = (),
    visibility: Visibility = Visibility.INTERNAL,
) -> Note:
    """A note, or a call, meeting or mail, on the account; it happened now unless said."""
    subject, body = _worded(subject, body)
    note: Note = Note.objects.of(account.workspace_id).create(
        account=account,
        kind=kind,
        subject=subject,
        body=body,
        happened_at=happened_at or now,
        author=by,
        visibility=visibility,
    )
    _add_participants(note, participants)
    record(by, "wrote", note, account=account.key)
    announce(
        NoteWritten(
            workspace_id=account.workspace_id,
            account_id=account.pk,
            note_id=note.pk,
            kind=InteractionKind(note.kind),
            happened_at=note.happened_at,
        )
    )
    return note


@transaction.atomic
def write_notes(account: Account, *, said: Sequence[Said]) -> list[Note]:
    """Several internal notes on one account, each of its own author; told once."""
    if not said:
        return []
    made = NewRows(Note, workspace_id=account.workspace_id, account_id=account.pk)
    notes = []
    for one in said:
        subject, body = _worded(one.subject, one.body)
        notes.append(
            made.make(
                kind=one.kind,
                subject=subject,
                body=body,
                happened_at=one.happened_at,
                author_id=one.by.pk if one.by else None,
                visibility=Visibility.INTERNAL,
            )
        )
    Note.objects.of(account.workspace_id).bulk_create(notes)
    _keep_participants(
        account.workspace_id,
        [(note, who) for note, one in zip(notes, said, strict=True) for who in one.participants],
    )
    for note, one in zip(notes, said, strict=True):
        record(one.by, "wrote", note, account=account.key)
    ids = tuple(note.pk for note in notes)
    announce(
        NotesWritten(workspace_id=account.workspace_id, account_ids=(account.pk,), note_ids=ids)
    )
    return notes


@transaction.atomic
def edit_note(
    note: Note,
    *,
    by: Member | None,
    now: datetime,
    body: str,
    subject: str,
    kind: InteractionKind,
    happened_at: datetime,
    participants: Sequence[Person],
    visibility: Visibility,
    version: int | None = None,
) -> Note:
    """The note with new words; `version` as in `edit_account`."""
    subject, body = _worded(subject, body)
    rows = Note.objects.of(note.workspace_id).select_for_update()
    current = found(rows.filter(pk=note.pk))
    if version is not None and version != current.version:
        raise ChangedMeanwhile(
            _("Somebody changed this note while you had it open. Nothing of yours was stored."),
            differences=(Difference("body", current.body, body),),
        )
    current.subject, current.body, current.kind = subject, body, kind
    current.happened_at, current.visibility = happened_at, visibility
    current.edited_at, current.version = now, current.version + 1
    current.save(force_update=True)
    _set_participants(current, participants)
    record(by, "edited", current)
    return current


@transaction.atomic
def pin_note(note: Note, *, pinned: bool, by: Member | None, now: datetime) -> None:
    """Keep the note at the top of its account, or let it go."""
    Note.objects.of(note.workspace_id).filter(pk=note.pk).update(pinned_at=now if pinned else None)
    record(by, "pinned" if pinned else "unpinned", note)


@transaction.atomic
def remove_note(note: Note, *, by: Member | None) -> None:
    """Delete the note; the audit trail keeps that it was, not what it said."""
    record(by, "removed", note, account=note.account.key)
    Note.objects.of(note.workspace_id).filter(pk=note.pk).delete()


def _worded(subject: str, body: str) -> tuple[str, str]:
    subject, body = subject.strip(), body.strip()
    if not subject and not body:
        raise WrongValue(_("Write something first."))
    if len(subject) > SUBJECT_LIMIT or len(body) > BODY_LIMIT or "\x00" in subject + body:
        raise WrongValue(_("A note takes up to 20,000 characters, its subject 200."))
    return subject, body


def _set_participants(note: Note, people: Sequence[Person]) -> None:
    rows = NoteParticipant.objects.of(note.workspace_id).filter(note=note)
    rows.exclude(person__in=people).delete()
    _add_participants(note, people)


def _add_participants(note: Note, people: Sequence[Person]) -> None:
    _keep_participants(note.workspace_id, [(note, person) for person in people])


def _keep_participants(workspace_id: UUID, pairs: Sequence[tuple[Note, Person]]) -> None:
    made = NewRows(NoteParticipant, workspace_id=workspace_id)
    NoteParticipant.objects.of(workspace_id).bulk_create(
        [made.make(note_id=note.pk, person_id=person.pk) for note, person in pairs],
        ignore_conflicts=True,
    )
