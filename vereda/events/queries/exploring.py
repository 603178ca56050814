"""Asking about use with the accounts and people that the rows know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import accounts_by_external_id, accounts_with_ids
from vereda.customers.queries.groups import (
    count_account_keys,
    grouped_keys,
    keys_of_several,
    person_keys_of_several,
)
from vereda.customers.queries.people import (
    memberships_of_people,
    people_by_external_id,
    people_with_ids,
)
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.exploring import (
    Asked,
    Beginning,
    Explored,
    ExploringProgress,
    MetricTrend,
    OneBehind,
    Population,
    Retention,
    Unit,
)
from vereda.events.store.current import event_store
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.contracts import Condition
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.customers.queries.lists import Question as AccountQuestion
    from vereda.workspaces.models import Workspace

MANY_KEYS = 20_000
"""So many keys are not gathered while a page waits to be shown at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SomebodyBehind:
    """Who is behind a number, as the rows know them."""

    key: str
    value: float | None
    person: Person | None
    accounts: Sequence[Account]


def takes_long_to_gather(
    workspace: Workspace | UUID,
    *,
    asked: Asked | MetricTrend,
    conditions: Sequence[Condition],
    by: str,
) -> bool:
    """Are there so many accounts to read first that nobody should wait for it unseen?"""
    if not (by or conditions or isinstance(asked, MetricTrend) or _needs_starts(asked)):
        return False
    return count_account_keys(workspace) > MANY_KEYS


def population_asked(
    question: AccountQuestion,
    *,
    asked: Asked,
    conditions: Sequence[Condition] = (),
    by: str = "",
    within: str | None = None,
) -> Population:
    """Whose use is asked about: in groups by a field, only those for which the conditions hold."""
    workspace = question.workspace
    if by or conditions or _needs_starts(asked):
        keys = grouped_keys(question, conditions=conditions, by=by)
    else:
        keys = keys_of_several(workspace)
    standing = dict(_standing([(each.key, each.account) for each in keys]))
    aliases = _standing(person_keys_of_several(workspace))
    return Population(
        keys=tuple(each.key for each in keys),
        accounts=tuple(standing[each.key] for each in keys),
        groups=tuple(each.group for each in keys),
        started=tuple(each.created_on for each in keys),
        aliases=tuple(alias for alias, _ in aliases),
        people=tuple(person for _, person in aliases),
        only=bool(conditions),
        grouped=bool(by) and within is None,
        within=within,
    )


def _needs_starts(asked: Asked | MetricTrend) -> bool:
    of = getattr(asked, "of", asked)
    return isinstance(of, Retention) and of.beginning is Beginning.ACCOUNT_START


def _standing(keys: Sequence[tuple[str, UUID]]) -> list[tuple[str, str]]:
    """Each key beside the one that stands for its owner: the first of them."""
    first: dict[UUID, str] = {}
    return [(key, first.setdefault(owner, key)) for key, owner in keys]


def explored(
    workspace: Workspace | UUID, *, asked: Asked, population: Population, token: str, seconds: float
) -> Explored:
    """The answer, if it can be had in so many seconds."""
    return event_store().explore(
        workspace_key(id_of(workspace)),
        asked=asked,
        population=population,
        token=token,
        seconds=seconds,
    )


def progress_of_exploring(workspace: Workspace | UUID, *, token: str) -> ExploringProgress | None:
    """How far the question under that token is; None when it is not being answered."""
    return event_store().exploring_progress(workspace_key(id_of(workspace)), token=token)


def end_exploring(workspace: Workspace | UUID, *, token: str) -> bool:
    """End the question under that token, which writes nothing; was it being answered?"""
    return event_store().cancel_exploring(workspace_key(id_of(workspace)), token=token)


def known_behind(
    workspace: Workspace | UUID, found: Sequence[OneBehind], *, unit: Unit
) -> list[SomebodyBehind]:
    """The same with their names and accounts, in the same order."""
    keys = {one.key for one in found}
    if unit is Unit.ACCOUNT:
        return _accounts_behind(workspace, found, keys)
    return _people_behind(workspace, found, keys)


def known_with_values(
    workspace: Workspace | UUID, values: Sequence[tuple[UUID, float]]
) -> list[SomebodyBehind]:
    """Accounts with what a metric says of each, in the same order."""
    accounts = accounts_with_ids(workspace, {pk for pk, _ in values})
    return [
        SomebodyBehind(key=accounts[pk].key, value=value, person=None, accounts=[accounts[pk]])
        for pk, value in values
        if pk in accounts
    ]


def _accounts_behind(
    workspace: Workspace | UUID, found: Sequence[OneBehind], keys: Collection[str]
) -> list[SomebodyBehind]:
    ids = accounts_by_external_id(workspace, keys)
    accounts = accounts_with_ids(workspace, set(ids.values()))
    return [
        SomebodyBehind(
            key=one.key,
            value=one.value,
            person=None,
            accounts=[accounts[ids[one.key]]] if one.key in ids else [],
        )
        for one in found
    ]


def _people_behind(
    workspace: Workspace | UUID, found: Sequence[OneBehind], keys: Collection[str]
) -> list[SomebodyBehind]:
    ids = people_by_external_id(workspace, keys)
    people = people_with_ids(workspace, set(ids.values()))
    memberships = memberships_of_people(workspace, set(people))
    return [
        SomebodyBehind(
            key=one.key,
            value=one.value,
            person=people.get(ids[one.key]) if one.key in ids else None,
            accounts=[each.account for each in memberships.get(ids[one.key], ())]
            if one.key in ids
            else [],
        )
        for one in found
    ]
