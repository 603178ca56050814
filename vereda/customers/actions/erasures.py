"""Forgetting a person: what is left has a key and no name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from vereda.customers.contracts import FieldTarget, PersonErased
from vereda.customers.models.duplicates import DuplicateSuggestion, Merge
from vereda.customers.models.fields import PersonValue
from vereda.customers.models.notes import Note, NoteParticipant
from vereda.customers.models.people import Membership, Person, PersonExternalId, Relationship
from vereda.foundation.facts import announce
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

_FORGOTTEN: dict[str, Any] = {
    "name": "",
    "name_sort": "",
    "email": "",
    "phone": "",
    "title": "",
    "language": "",
    "time_zone": "",
    "preferences": "",
    "motivations": "",
    "beliefs": "",
    "custom": {},
    "created_on": None,
}


@transaction.atomic
def forget_person(person: Person, *, by: Member | None, now: datetime) -> int:
    """Erase what customers hold about somebody; answers how many rows went or were emptied.

    The row stays with its key, so that what others did with them still counts. Rows that were
    merged into theirs hold the same human being and are forgotten too. Notes with others in them
    are the account's words and stay; they no longer say who took part. Of those that are about
    this person alone it stays that, and when, there was one: their words go.
    """
    ids = _everyone_in(person)
    people = Person.objects.of(person.workspace_id).filter(pk__in=ids)
    touched = people.update(**_FORGOTTEN, erased_at=now, archived_at=now)
    touched += _empty_notes_about(person, ids)
    touched += _without(person, ids)
    merges = Merge.objects.of(person.workspace_id).filter(target=FieldTarget.PERSON)
    merges.filter(survivor_person__in=ids).update(filled={})
    merges.filter(absorbed_person__in=ids).update(filled={})
    record(by, "erased", person)
    announce(PersonErased(workspace_id=person.workspace_id, person_id=person.pk))
    return touched


def _everyone_in(person: Person) -> list[UUID]:
    """The person's row and those merged into it, however deep."""
    ids: list[UUID] = [person.pk]
    level: list[UUID] = [person.pk]
    while level:
        rows = Person.objects.of(person.workspace_id).filter(merged_into__in=level)
        level = [pk for pk in rows.values_list("pk", flat=True) if pk not in ids]
        ids += level
    return ids


def _empty_notes_about(person: Person, ids: list[UUID]) -> int:
    """Take the words out of notes in which they, and nobody else, took part; answers how many."""
    took_part = NoteParticipant.objects.of(person.workspace_id)
    with_others = took_part.exclude(person__in=ids).values("note")
    alone = took_part.filter(person__in=ids).exclude(note__in=with_others).values("note")
    notes = Note.objects.of(person.workspace_id).filter(pk__in=alone)
    return notes.update(subject="", body="", version=F("version") + 1)


def _without(person: Person, ids: list[UUID]) -> int:
    """Delete the rows that say something about them; answers how many."""
    workspace = person.workspace_id
    suggestions = DuplicateSuggestion.objects.of(workspace)
    deleted = (
        PersonExternalId.objects.of(workspace).filter(person__in=ids).delete(),
        PersonValue.objects.of(workspace).filter(person__in=ids).delete(),
        Membership.objects.of(workspace).filter(person__in=ids).delete(),
        Relationship.objects.of(workspace).filter(from_person__in=ids).delete(),
        Relationship.objects.of(workspace).filter(to_person__in=ids).delete(),
        NoteParticipant.objects.of(workspace).filter(person__in=ids).delete(),
        suggestions.filter(first_person__in=ids).delete(),
        suggestions.filter(second_person__in=ids).delete(),
    )
    return sum(count for count, _ in deleted)
