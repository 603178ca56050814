"""Folding: accounts and people learn what events say about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.actions.figures import note_activity
from vereda.customers.actions.person_upserts import upsert_people
from vereda.customers.contracts import (
    AccountIn,
    ActivityFigures,
    FieldTarget,
    Outcome,
    PersonIn,
    UpsertResult,
)
from vereda.customers.queries.accounts import accounts_by_external_id, external_ids_of_all
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.events.contracts.answers import ActivityOfAccount, News, TraitsSaid
from vereda.events.contracts.arriving import Kind, workspace_key
from vereda.events.contracts.facts import ActivityChanged, EventsStored
from vereda.events.models.folding import FoldCursor, TraitClock
from vereda.events.queries.usage import activity_of_accounts
from vereda.events.rules.traits import account_from, latest_traits, person_from
from vereda.events.store.current import event_store
from vereda.foundation.facts import announce
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


SOURCE: Final = "events"
FOLDED_AT_ONCE: Final = 50_000
TOLD_TOGETHER: Final = 2_000


@transaction.atomic
def fold_workspace(workspace: Workspace | UUID, *, now: datetime) -> int:
    """Tell customers what the next events say; the number of the last, 0 when there was none.

    The cursor moves in the same transaction, so a crash neither loses nor repeats news.
    """
    workspace_id = id_of(workspace)
    cursor = _cursor_of(workspace_id)
    news = event_store().news(
        workspace_key(workspace_id), after=cursor.through, limit=FOLDED_AT_ONCE
    )
    if news.through <= cursor.through:
        return 0
    _tell_accounts(workspace_id, news, now=now)
    _tell_people(workspace_id, news, now=now)
    _note_activity(workspace_id, news.touched, now=now)
    cursor.through = news.through
    cursor.save(update_fields=["through", "updated_at"])
    announce(EventsStored(workspace_id=workspace_id, through=news.through))
    return news.through


def refresh_activity(
    workspace: Workspace | UUID, *, keys: Collection[str] | None = None, now: datetime
) -> int:
    """Tell accounts their pulse of today: usage grows old even when nothing happens."""
    return _note_activity(id_of(workspace), keys, now=now)


def _cursor_of(workspace_id: UUID) -> FoldCursor:
    cursor, _ = FoldCursor.objects.of(workspace_id).get_or_create(workspace_id=workspace_id)
    return FoldCursor.objects.of(workspace_id).select_for_update().get(pk=cursor.pk)


def _tell_accounts(workspace_id: UUID, news: News, *, now: datetime) -> None:
    said = _by_key(news.traits, Kind.GROUP)
    keys = list(dict.fromkeys([*(seen.account_key for seen in news.accounts), *said]))
    if not keys:
        return
    traits = _latest(workspace_id, TraitClock.About.ACCOUNT, said)
    slugs = custom_fields_by_slug(workspace_id, target=FieldTarget.ACCOUNT)
    named = accounts_by_external_id(workspace_id, keys)
    rows = [
        _named_account(account_from(key, traits.get(key, {}), custom=slugs), named) for key in keys
    ]
    result = upsert_accounts(workspace_id, rows, source=SOURCE, by=None, now=now)
    plain = [
        _named_account(AccountIn(external_id=rows[index].external_id), named)
        for index in _refused(result)
    ]
    if plain:
        upsert_accounts(workspace_id, plain, source=SOURCE, by=None, now=now)


def _named_account(row: AccountIn, known: Mapping[str, UUID]) -> AccountIn:
    """A new account needs a name: until one is said, its key."""
    if row.name or row.external_id in known or row.external_id is None:
        return row
    return replace(row, name=row.external_id)


def _tell_people(workspace_id: UUID, news: News, *, now: datetime) -> None:
    said = _by_key(news.traits, Kind.IDENTIFY)
    accounts: dict[str, dict[str, None]] = defaultdict(dict)
    for seen in news.people:
        accounts[seen.person_key].update({seen.account_key: None} if seen.account_key else {})
    keys = list(dict.fromkeys([*accounts, *said]))
    if not keys:
        return
    traits = _latest(workspace_id, TraitClock.About.PERSON, said)
    slugs = custom_fields_by_slug(workspace_id, target=FieldTarget.PERSON)
    rows = [
        person_from(key, traits.get(key, {}), accounts=accounts.get(key, ()), custom=slugs)
        for key in keys
    ]
    result = upsert_people(workspace_id, rows, source=SOURCE, by=None, now=now)
    plain = [
        PersonIn(
            external_id=rows[index].external_id,
            name=rows[index].name,
            account_external_ids=rows[index].account_external_ids,
        )
        for index in _refused(result)
    ]
    if plain:
        upsert_people(workspace_id, plain, source=SOURCE, by=None, now=now)


def _note_activity(workspace_id: UUID, keys: Collection[str] | None, *, now: datetime) -> int:
    """An account may have several keys: its figures are those of all of them together."""
    if keys is not None and not keys:
        return 0
    touched = keys
    if touched is None:
        touched = [
            activity.account_key for activity in activity_of_accounts(workspace_id, on=now.date())
        ]
    ids = set(accounts_by_external_id(workspace_id, touched).values())
    own = external_ids_of_all(workspace_id, ids)
    holder = {key: account_id for account_id, held in own.items() for key in held}
    pulses: dict[UUID, list[ActivityOfAccount]] = defaultdict(list)
    for pulse in activity_of_accounts(workspace_id, on=now.date(), keys=list(holder)):
        pulses[holder[pulse.account_key]].append(pulse)
    figures = {account_id: _figures(several) for account_id, several in pulses.items()}
    return sum(_tell_figures(workspace_id, part) for part in _parts_of(figures))


@transaction.atomic
def _tell_figures(workspace_id: UUID, figures: Mapping[UUID, ActivityFigures]) -> int:
    """Tell customers, and announce whose figures are others; how many."""
    changed = note_activity(workspace_id, figures=figures)
    if changed:
        announce(ActivityChanged(workspace_id=workspace_id, account_ids=tuple(changed)))
    return len(changed)


def _parts_of(figures: Mapping[UUID, ActivityFigures]) -> Iterator[dict[UUID, ActivityFigures]]:
    rest = iter(figures.items())
    while part := dict(islice(rest, TOLD_TOGETHER)):
        yield part


def _figures(pulses: Sequence[ActivityOfAccount]) -> ActivityFigures:
    return ActivityFigures(
        last_active_on=max(pulse.last_at for pulse in pulses).date(),
        active_people_28d=sum(pulse.people_28d for pulse in pulses),
        usage_8w=tuple(map(sum, zip(*(pulse.weeks for pulse in pulses), strict=True))),
    )


def _by_key(traits: Iterable[TraitsSaid], kind: Kind) -> dict[str, list[TraitsSaid]]:
    said: dict[str, list[TraitsSaid]] = defaultdict(list)
    for one in traits:
        key = one.account_key if kind is Kind.GROUP else one.person_key
        if one.kind is kind and key:
            said[key].append(one)
    return dict(said)


def _latest(
    workspace_id: UUID, about: TraitClock.About, said: Mapping[str, Sequence[TraitsSaid]]
) -> dict[str, dict[str, object]]:
    """Each one's traits that no later word has replaced; remembers when they were said."""
    rows = TraitClock.objects.of(workspace_id).filter(about=about, key__in=list(said))
    clocks = {row.key: row for row in rows}
    latest, new, changed = {}, [], []
    for key, words in said.items():
        row = clocks.get(key)
        latest[key], times = latest_traits(words, clock=row.said if row else {})
        if row is None:
            new.append(TraitClock(workspace_id=workspace_id, about=about, key=key, said=times))
        elif row.said != times:
            row.said = times
            changed.append(row)
    TraitClock.objects.of(workspace_id).bulk_create(new)
    if changed:
        TraitClock.objects.of(workspace_id).bulk_update(changed, ["said"])
    return latest


def _refused(result: UpsertResult) -> list[int]:
    return [row.index for row in result.rows if row.outcome is Outcome.REFUSED]
