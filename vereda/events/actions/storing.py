"""Storing events, and taking them back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.customers.queries.people import person_keys_of
from vereda.events.actions.measuring import forget_metrics_of
from vereda.events.contracts.arriving import (
    NewEvent,
    Receipt,
    Submission,
    WorkspaceKey,
    workspace_key,
)
from vereda.events.contracts.store import HandedIn
from vereda.events.models.folding import Proof, TraitClock
from vereda.events.store.current import event_store
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

WORD: Final = re.compile(r'"([^"\\]{1,255})"')


def store_submission(submission: Submission) -> Receipt:
    """Store what a request brought; the receipt exists only after a durable commit."""
    return event_store().add(submission)


def hand_in_submission(submission: Submission) -> HandedIn:
    """Let what a request brought be stored; the receipt exists only after a durable commit."""
    return event_store().hand_in(submission)


def store_events(workspace: Workspace | UUID, events: list[NewEvent], *, now: datetime) -> Receipt:
    """Store events that are known to be good, from a file or the sample, durably.

    Hand in a few thousand at a time: they share one commit. Sending the same message ids
    again stores nothing twice.
    """
    return event_store().add(
        Submission(workspace=workspace_key(id_of(workspace)), received_at=now, events=events)
    )


def remove_events_from(workspace: Workspace | UUID, *, source: str) -> int:
    """Take back every event with that source; how many went."""
    return event_store().remove_source(workspace_key(id_of(workspace)), source=source)


def forget_events(workspace: Workspace | UUID) -> int:
    """Remove everything the store holds of a workspace; how many events went."""
    return event_store().forget_workspace(workspace_key(id_of(workspace)))


def erase_events_where(workspace: Workspace | UUID, *, is_gone: Callable[[str], bool]) -> int:
    """Remove what was done or refused under the ids for which `is_gone` says yes."""
    store, key = event_store(), workspace_key(id_of(workspace))
    gone = [name for name in store.ids_of_people(key) if is_gone(name)]
    gone += [name for name in _words_in_quarantine(key) if is_gone(name)]
    return store.erase_people(key, people=gone, anonymous=gone) if gone else 0


def _words_in_quarantine(workspace: WorkspaceKey) -> set[str]:
    """Every word that stands alone in an item that was refused."""
    words: set[str] = set()
    before: int | None = None
    while items := event_store().quarantined(workspace, limit=1_000, before=before):
        for item in items:
            words.update(WORD.findall(item.item), [item.found])
        before = items[-1].seq
    return words


@transaction.atomic
def erase_events_of(person: Person) -> int:
    """Remove what a person did, also from before they were known; how many events went."""
    keys = person_keys_of(person)
    forget_metrics_of(person)
    TraitClock.objects.of(person.workspace_id).filter(
        about=TraitClock.About.PERSON, key__in=keys
    ).delete()
    Proof.objects.of(person.workspace_id).filter(about=Proof.About.PERSON, key__in=keys).delete()
    return event_store().erase_people(workspace_key(person.workspace_id), people=keys)
