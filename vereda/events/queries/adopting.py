"""How accounts and people came to use what is offered; somebody with several keys is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from vereda.customers.queries.accounts import accounts_by_external_id, external_ids_of_all
from vereda.customers.queries.groups import keys_of_several, person_keys_of_several
from vereda.customers.queries.people import person_keys_of
from vereda.events.contracts.adopting import (
    Lasting,
    UseAbsence,
    UseAround,
    UseDuration,
    UseGroup,
    UsesOfSubject,
)
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.measuring import Per
from vereda.events.store.current import event_store
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

TOGETHER: Final = 5_000
Told = TypeVar("Told", UsesOfSubject, UseAbsence, UseAround)


def uses_of_accounts(
    workspace: Workspace | UUID,
    *,
    groups: Sequence[UseGroup],
    account_ids: Collection[UUID] | None = None,
) -> dict[UUID, list[UsesOfSubject]]:
    """How these accounts (None: all) used each group that they used."""
    keys, together = _keys_of(workspace, account_ids)
    found = event_store().uses_by_subject(
        workspace_key(id_of(workspace)), groups=groups, keys=keys, together=together
    )
    return _by_account(workspace, found)


def uses_of_person(person: Person, *, groups: Sequence[UseGroup]) -> list[UsesOfSubject]:
    """How a person used each group that they used."""
    keys = person_keys_of(person)
    return event_store().uses_by_subject(
        workspace_key(person.workspace_id),
        groups=groups,
        per=Per.PERSON,
        keys=keys,
        together=[keys],
    )


def absences_of_accounts(
    workspace: Workspace | UUID,
    *,
    groups: Sequence[UseGroup],
    days: int,
    on: date,
    account_ids: Collection[UUID] | None = None,
) -> dict[UUID, list[UseAbsence]]:
    """When these accounts (None: all) did not use a group for at least so many days."""
    keys, together = _keys_of(workspace, account_ids)
    found = event_store().use_absences(
        workspace_key(id_of(workspace)),
        groups=groups,
        days=days,
        on=on,
        keys=keys,
        together=together,
    )
    return _by_account(workspace, found)


def uses_around_spans(
    workspace: Workspace | UUID,
    *,
    groups: Sequence[UseGroup],
    spans: Sequence[tuple[date, date]],
    account_ids: Collection[UUID] | None = None,
) -> dict[UUID, list[UseAround]]:
    """The last use before each span of days and the first after it, of these accounts."""
    keys, together = _keys_of(workspace, account_ids)
    found = event_store().uses_around(
        workspace_key(id_of(workspace)), groups=groups, spans=spans, keys=keys, together=together
    )
    return _by_account(workspace, found)


def durations_of_use(
    workspace: Workspace | UUID,
    *,
    groups: Sequence[UseGroup],
    per: Per,
    whats: Collection[Lasting],
    on: date,
) -> list[UseDuration]:
    """How many days all accounts or all people needed, or have waited on that day, for what is
    asked; counted by the month in which they began."""
    if per is Per.PERSON:
        together = _people_together(workspace)
    else:
        together = _together((one.key, one.account) for one in keys_of_several(workspace))
    return event_store().use_durations(
        workspace_key(id_of(workspace)),
        groups=groups,
        per=per,
        whats=whats,
        on=on,
        together=together,
    )


def _keys_of(
    workspace: Workspace | UUID, account_ids: Collection[UUID] | None
) -> tuple[list[str] | None, list[list[str]]]:
    """The keys of these accounts (None: no narrowing), and those of accounts with several."""
    if account_ids is None:
        return None, _together((one.key, one.account) for one in keys_of_several(workspace))
    own = external_ids_of_all(workspace, account_ids)
    return (
        [key for held in own.values() for key in held],
        [list(held) for held in own.values() if len(held) > 1],
    )


def _people_together(workspace: Workspace | UUID) -> list[list[str]]:
    return _together(person_keys_of_several(workspace))


def _together(pairs: Iterable[tuple[str, UUID]]) -> list[list[str]]:
    held: dict[UUID, list[str]] = defaultdict(list)
    for key, owner in pairs:
        held[owner].append(key)
    return list(held.values())


def _by_account(workspace: Workspace | UUID, found: Sequence[Told]) -> dict[UUID, list[Told]]:
    """What was found, by account; keys of nobody are left out."""
    keys = list(dict.fromkeys(one.key for one in found))
    named: dict[str, UUID] = {}
    for start in range(0, len(keys), TOGETHER):
        named |= accounts_by_external_id(workspace, keys[start : start + TOGETHER])
    told: dict[UUID, list[Told]] = defaultdict(list)
    for one in found:
        if (account_id := named.get(one.key)) is not None:
            told[account_id].append(one)
    return dict(told)
