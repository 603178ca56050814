"""News of customers told together: what a load says of many, one by one, as few facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from vereda.customers.contracts import FiguresNoted, NotesWritten, PeopleChanged, PersonChanged
from vereda.foundation.facts import parts_told


def joined_people(facts: Sequence[PersonChanged]) -> Iterator[PeopleChanged]:
    """Who changed, in whatever."""
    fields = tuple(sorted({field for fact in facts for field in fact.fields}))
    for workspace_id, ids in parts_told((fact.workspace_id, [fact.person_id]) for fact in facts):
        yield PeopleChanged(workspace_id=workspace_id, person_ids=ids, fields=fields)


def joined_notes(facts: Sequence[NotesWritten]) -> Iterator[NotesWritten]:
    """What was written down, and about whom."""
    notes: dict[UUID, list[UUID]] = {}
    for fact in facts:
        for account_id in fact.account_ids:
            notes.setdefault(account_id, []).extend(fact.note_ids)
    for workspace_id, ids in parts_told((fact.workspace_id, fact.account_ids) for fact in facts):
        written = dict.fromkeys(note for account_id in ids for note in notes[account_id])
        yield NotesWritten(workspace_id=workspace_id, account_ids=ids, note_ids=tuple(written))


def joined_figures(facts: Sequence[FiguresNoted]) -> Iterator[FiguresNoted]:
    """Whose figures are others."""
    for workspace_id, ids in parts_told((fact.workspace_id, fact.account_ids) for fact in facts):
        yield FiguresNoted(workspace_id=workspace_id, account_ids=ids)
