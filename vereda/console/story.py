"""The timeline of an account: what every capability tells, joined by time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.functional import Promise

from vereda.foundation.errors import Missing
from vereda.foundation.timeline import TimelineEntry, TimelineSource

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

PAGE = 40
SPARE = 40
MOST_ROUNDS = 4
TICK = timedelta(microseconds=1)
SALT = "console:story"


@dataclass(frozen=True, slots=True)
class StoryDay:
    """A day, and what happened on it, newest first."""

    day: date
    entries: list[TimelineEntry]


@dataclass(frozen=True, slots=True)
class Story:
    """A page of the timeline, and the cursor of what is older ("" when there is nothing)."""

    days: list[StoryDay]
    older: str

    @property
    def entries(self) -> list[TimelineEntry]:
        """All entries of the page."""
        return [entry for day in self.days for entry in day.entries]


def sources() -> list[TimelineSource]:
    """Who tells something, as config/wiring.py lists them."""
    told: list[TimelineSource] = import_module(settings.VEREDA_WIRING).TIMELINE
    return told


QUIET_KINDS = frozenset({"usage"})


def spoken_kinds() -> list[str]:
    """The kinds that people did or said; what machines count is left out."""
    return [name for name, _label in kinds_told() if name not in QUIET_KINDS]


def kinds_told() -> list[tuple[str, str | Promise]]:
    """The kinds of entries there can be, each once."""
    return list(dict(pair for source in sources() for pair in source.kinds).items())


def story_of(
    workspace: Workspace,
    account_ids: Sequence[UUID],
    *,
    until: datetime,
    kinds: Collection[str] = (),
    cursor: str = "",
    limit: int = PAGE,
) -> Story:
    """What happened to these accounts before the cursor, newest first.

    With only some kinds, a few rounds may be needed to fill a page; what was passed over is not
    asked for again. A constant number of queries for each round.
    """
    at, key = place_in(cursor) if cursor else (until, "")
    chosen = [s for s in sources() if not kinds or {name for name, _label in s.kinds} & set(kinds)]
    kept: list[TimelineEntry] = []
    for _round in range(MOST_ROUNDS):
        part = next_part(workspace, account_ids, chosen, at=at, key=key, limit=limit)
        kept += [entry for entry in part if not kinds or entry.kind in kinds]
        if len(part) < limit:
            return Story(in_days(kept), "")
        at, key = part[-1].at, part[-1].key
        if len(kept) >= limit:
            break
    shown = kept[:limit]
    if len(kept) > limit:
        at, key = shown[-1].at, shown[-1].key
    return Story(in_days(shown), signing.dumps([at.isoformat(), key], salt=SALT))


def next_part(
    workspace: Workspace,
    account_ids: Sequence[UUID],
    chosen: Sequence[TimelineSource],
    *,
    at: datetime,
    key: str,
    limit: int,
) -> list[TimelineEntry]:
    """The newest `limit` entries behind a place. Sources are asked for that instant again: several
    things can happen in one."""
    before = at + TICK if key else at
    told = [
        entry
        for source in chosen
        for entry in source.entries(
            workspace, account_ids=account_ids, before=before, limit=limit + (SPARE if key else 0)
        )
    ]
    behind = [entry for entry in told if not key or (entry.at, entry.key) < (at, key)]
    return sorted(behind, key=lambda entry: (entry.at, entry.key), reverse=True)[:limit]


def place_in(cursor: str) -> tuple[datetime, str]:
    """The place that a cursor names; an edited one is `Missing`."""
    try:
        at, key = signing.loads(cursor[:500], salt=SALT)
        return datetime.fromisoformat(at), str(key)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Missing("cursor") from error


def in_days(entries: Sequence[TimelineEntry]) -> list[StoryDay]:
    """The entries by the reader's days."""
    days = groupby(entries, key=lambda entry: timezone.localtime(entry.at).date())
    return [StoryDay(day, list(each)) for day, each in days]
