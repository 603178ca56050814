"""Looking again at those whom news is about, in every live audience."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.audiences.actions.answering import NOBODY, Moved, answer_wholly, look_again_at
from vereda.audiences.contracts import About, Cause
from vereda.audiences.models import Audience, EventsSeen
from vereda.audiences.queries.asking import vocabulary_of
from vereda.audiences.queries.audiences import live_audiences
from vereda.audiences.rules.questions import names_in
from vereda.customers.queries.people import account_ids_of_people, person_ids_of_accounts
from vereda.events.contracts.measuring import Per
from vereda.events.queries.touched import folded_through, ids_touched
from vereda.foundation.scoping import id_of
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

ALL: Final = ""
USE: Final = "events."
"""How the criteria begin that follow every event; the figures of others are announced apart."""

LETTERS: Final = "messaging."
"""How the criteria begin that ask about letters: each letter that leaves is news to them alone."""

ACTIVITY: Final = (".last_active_on", ".active_people")
"""How the criteria end that are figures of accounts which every fold of events may change."""

Chosen = Callable[[Audience], bool]


def look_at_accounts(
    workspace_id: UUID,
    account_ids: Collection[UUID],
    *,
    now: datetime,
    chosen: Chosen = lambda _audience: True,
) -> Moved:
    """Bring these accounts, and the people in them, up to date in the live audiences."""
    moved = _look(workspace_id, About.ACCOUNTS, account_ids, now=now, chosen=chosen)
    if account_ids and live_audiences(workspace_id, about=About.PEOPLE).exists():
        people = person_ids_of_accounts(workspace_id, account_ids)
        moved += _look(workspace_id, About.PEOPLE, people, now=now, chosen=chosen)
    return moved


def look_at_people(
    workspace_id: UUID,
    person_ids: Collection[UUID],
    *,
    now: datetime,
    chosen: Chosen = lambda _audience: True,
) -> Moved:
    """Bring these people, and the accounts they are or were in, up to date."""
    moved = _look(workspace_id, About.PEOPLE, person_ids, now=now, chosen=chosen)
    if person_ids and live_audiences(workspace_id, about=About.ACCOUNTS).exists():
        accounts = account_ids_of_people(workspace_id, person_ids)
        moved += _look(workspace_id, About.ACCOUNTS, accounts, now=now, chosen=chosen)
    return moved


def look_at_events(workspace: Workspace | UUID, *, now: datetime) -> Moved:
    """Bring up to date whom events said something about since the last time, where use is asked.

    Several facts cost one run.
    """
    workspace_id = id_of(workspace)
    seen, through = events_seen(workspace_id), folded_through(workspace_id)
    moved = NOBODY
    if seen.through >= through:
        return moved
    for about, per in ((About.ACCOUNTS, Per.ACCOUNT), (About.PEOPLE, Per.PERSON)):
        if any(map(asks_of_use, live_audiences(workspace_id, about=about))):
            ids = ids_touched(workspace_id, after=seen.through, through=through, per=per)
            moved += _look(workspace_id, about, ids, now=now, chosen=asks_of_use)
    rows = EventsSeen.objects.of(workspace_id).filter(pk=seen.pk, through__lt=through)
    rows.update(through=through)
    return moved


def answer_anew(workspace_id: UUID, *, asking: str, now: datetime) -> Moved:
    """Bring everybody up to date where a criterion is named whose name begins so."""
    moved = NOBODY
    for about in About:
        chosen = [
            each
            for each in live_audiences(workspace_id, about=about)
            if any(name.startswith(asking) for name in names_in(each.question))
        ]
        if chosen:
            vocabulary = vocabulary_of(workspace_with_id(workspace_id), about=about)
            for audience in chosen:
                moved += answer_wholly(audience, vocabulary=vocabulary, cause=Cause.NEWS, now=now)
    return moved


@transaction.atomic
def events_seen(workspace: Workspace | UUID) -> EventsSeen:
    """How far the audiences follow the events; from now on where nobody asked before."""
    workspace_id = id_of(workspace)
    seen, _made = EventsSeen.objects.of(workspace_id).get_or_create(
        workspace_id=workspace_id, defaults={"through": folded_through(workspace_id)}
    )
    return seen


def asks_of_use(audience: Audience) -> bool:
    """Does its question follow events? A question that cannot be read asks nothing."""
    return any(name.startswith(USE) for name in names_in(audience.question))


def asks_of_activity(audience: Audience) -> bool:
    """Does its question name a figure of accounts that follows their activity?"""
    return any(name.endswith(ACTIVITY) for name in names_in(audience.question))


def asks_of_letters(audience: Audience) -> bool:
    """Does its question ask about letters?"""
    return any(name.startswith(LETTERS) for name in names_in(audience.question))


def _look(
    workspace_id: UUID,
    about: About,
    ids: Collection[UUID],
    *,
    now: datetime,
    chosen: Chosen,
) -> Moved:
    audiences = [each for each in live_audiences(workspace_id, about=about) if chosen(each)]
    moved = NOBODY
    if not ids or not audiences:
        return moved
    vocabulary = vocabulary_of(workspace_with_id(workspace_id), about=about)
    for audience in audiences:
        moved += look_again_at(audience, ids, vocabulary=vocabulary, cause=Cause.NEWS, now=now)
    return moved
