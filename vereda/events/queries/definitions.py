"""Asking what the workspace's events are, what they carry, and what drifted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.events.contracts.answers import EventName
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.drifting import PropertySeen
from vereda.events.models.definitions import Definition, Drift
from vereda.events.queries.single_events import names_of_events
from vereda.events.rules.drifting import key_of_event, properties_seen
from vereda.events.store.current import event_store
from vereda.foundation.errors import Missing
from vereda.foundation.scoping import found, id_of
from vereda.product.queries import feature_of_event, features_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

WEEKS: Final = 13
SAMPLED: Final = 200
MOST_DRIFTS: Final = 50


@dataclass(frozen=True, slots=True)
class DefinedEvent:
    """An event name with what was seen of it and what the workspace says about it."""

    seen: EventName
    definition: Definition | None
    feature: str
    feature_slug: str
    weeks: list[int]


def defined_events(workspace: Workspace | UUID, *, on: date) -> list[DefinedEvent]:
    """Every event name that was seen, the most used first."""
    weeks = weekly_uses(workspace, on=on)
    definitions = definitions_by_name(workspace)
    meaning = feature_of_event(workspace)
    names = {feature.slug: feature.name for feature in features_in(workspace)}
    defined = []
    for seen in names_of_events(workspace):
        feature = meaning.get(seen.name)
        slug = feature.feature if feature else ""
        defined.append(
            DefinedEvent(
                seen,
                definitions.get(seen.name),
                names.get(slug, slug),
                slug,
                weeks.get(seen.name, [0] * WEEKS),
            )
        )
    return defined


def defined_event(workspace: Workspace | UUID, key: str, *, on: date) -> DefinedEvent:
    """The event with that key (`key_of_event` of its name), or `Missing`."""
    for event in defined_events(workspace, on=on):
        if key_of_event(event.seen.name) == key:
            return event
    raise Missing("event")


def definitions_by_name(workspace: Workspace | UUID) -> dict[str, Definition]:
    """What the workspace says about its events, by name."""
    rows = Definition.objects.of(workspace).select_related("owner__user")
    return {row.name: row for row in rows}


def weekly_uses(workspace: Workspace | UUID, *, on: date) -> dict[str, list[int]]:
    """How often each event happened in each of the last thirteen weeks, the oldest first."""
    until = on + timedelta(days=1)
    since = until - timedelta(weeks=WEEKS)
    told = event_store().usage_per_day_and_name(
        workspace_key(id_of(workspace)), since=since, until=until
    )
    weeks: defaultdict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    for usage in told:
        weeks[usage.name][(usage.day - since).days // 7] += usage.count
    return dict(weeks)


def days_of_events(
    workspace: Workspace | UUID, *, since: date, until: date
) -> dict[str, list[date]]:
    """On which days each event happened."""
    told = event_store().usage_per_day_and_name(
        workspace_key(id_of(workspace)), since=since, until=until
    )
    days: defaultdict[str, list[date]] = defaultdict(list)
    for usage in told:
        days[usage.name].append(usage.day)
    return dict(days)


def properties_of_event(workspace: Workspace | UUID, name: str) -> list[PropertySeen]:
    """What the newest 200 events of that name carry."""
    events = event_store().last_events(workspace_key(id_of(workspace)), limit=SAMPLED, name=name)
    return properties_seen([event.properties for event in events])


def properties_of_newest(
    workspace: Workspace | UUID, *, limit: int
) -> dict[str, list[PropertySeen]]:
    """What the newest events of the workspace carry, by event name."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for event in event_store().last_events(workspace_key(id_of(workspace)), limit=limit):
        texts[event.name].append(event.properties)
    return {name: properties_seen(several) for name, several in texts.items()}


def open_drifts(workspace: Workspace | UUID) -> Sequence[Drift]:
    """What is not as it used to be, the newest first."""
    rows = Drift.objects.of(workspace).open().order_by("-noticed_at", "kind", "subject")
    return list(rows[:MOST_DRIFTS])


def count_open_drifts(workspace: Workspace | UUID) -> int:
    """How much is not as it used to be."""
    return Drift.objects.of(workspace).open().count()


def drift_with_id(workspace: Workspace | UUID, drift_id: UUID) -> Drift:
    """The drift with that id that still holds, or `Missing`."""
    return found(Drift.objects.of(workspace).open().filter(pk=drift_id))
