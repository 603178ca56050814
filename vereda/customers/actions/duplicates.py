"""Looking for rows that may be one customer, and deciding that they are not.

The search is near-linear. Rows that share a domain, a name, an address or a telephone meet
in a block; similar names meet as neighbours in the sorted list of names (once by first word, once
by the words in order), because comparing each with each would take hours at 100,000 accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, combinations, pairwise
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.contracts import AlreadyArchived, FieldTarget
from vereda.customers.models.accounts import Account
from vereda.customers.models.duplicates import DuplicateSuggestion
from vereda.customers.models.people import Membership, Person
from vereda.customers.rules.likeness import (
    SUGGEST_FROM,
    AccountTraits,
    Likeness,
    PersonTraits,
    account_likeness,
    person_likeness,
)
from vereda.foundation.scoping import id_of
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

Traits = TypeVar("Traits")
Pair = tuple[UUID, UUID]
Places = tuple[int, int]

_NEIGHBOURS = 8
# A block this large is no evidence (a domain shared by a whole holding); its rows meet in a chain.
_LARGE_BLOCK = 12
# So many pairs are looked up by their ids; for more, all suggestions are read.
_FEW = 1_000


@transaction.atomic
def suggest_duplicate_accounts(
    workspace: Workspace | UUID, *, of: Collection[UUID] | None = None
) -> int:
    """Suggest accounts that may be one; answers how many pairs are new.

    With `of` only pairs with those accounts, by domain and exact name: what an import needs
    at once. Without it the whole workspace, similar names too: what the night is for.
    """
    rows = Account.objects.of(workspace).listed()
    columns = ("pk", "name_bare", "domain")
    compared = [rows]
    if of is not None:
        fresh = list(rows.filter(pk__in=of).values_list(*columns))
        compared = [
            rows.filter(name_bare__in={name for _pk, name, _domain in fresh}),
            rows.filter(domain__in={domain for _pk, _name, domain in fresh if domain}),
        ]
    traits = {
        pk: AccountTraits(name=name, domain=domain)
        for found in compared
        for pk, name, domain in found.values_list(*columns).iterator()
    }
    ids, known = _in_order(traits)
    blocks = _blocks(
        (place, key) for place, one in enumerate(known) for key in (one.name, one.domain)
    )
    pairs = _paired(blocks)
    if of is None:
        pairs = chain(pairs, _neighbours({place: one.name for place, one in enumerate(known)}))
    alike = _alike(pairs, ids=ids, traits=known, likeness=account_likeness, of=of)
    return _suggest(workspace, alike, target=FieldTarget.ACCOUNT)


@transaction.atomic
def suggest_duplicate_people(
    workspace: Workspace | UUID, *, of: Collection[UUID] | None = None
) -> int:
    """Suggest people that may be one, as `suggest_duplicate_accounts` does for accounts."""
    rows = Person.objects.of(workspace).listed()
    inside = Membership.objects.of(workspace).filter(until_on=None)
    columns = ("pk", "name_sort", "email", "phone")
    compared = [rows]
    if of is not None:
        fresh = list(rows.filter(pk__in=of).values_list(*columns))
        accounts = set(inside.filter(person__in=of).values_list("account", flat=True))
        inside = inside.filter(account__in=accounts)
        compared = [
            rows.filter(email__in={email for _pk, _name, email, _phone in fresh if email}),
            rows.filter(phone__in={phone for _pk, _name, _email, phone in fresh if phone}),
            rows.filter(pk__in=inside.values("person")),
        ]
    people = {row[0]: row for found in compared for row in found.values_list(*columns)}
    traits = _person_traits(people.values(), inside=inside)
    ids, known = _in_order(traits)
    blocks = _blocks(
        (place, key) for place, one in enumerate(known) for key in (one.email, one.phone)
    )
    colleagues = _blocks((place, key) for place, one in enumerate(known) for key in one.accounts)
    within = chain.from_iterable(
        _neighbours({place: known[place].name for place in members}) for members in colleagues
    )
    pairs = chain(_paired(blocks), within)
    alike = _alike(pairs, ids=ids, traits=known, likeness=person_likeness, of=of)
    return _suggest(workspace, alike, target=FieldTarget.PERSON)


@transaction.atomic
def dismiss_duplicate(suggestion: DuplicateSuggestion, *, by: Member | None, now: datetime) -> None:
    """They are two; the pair is not suggested again."""
    rows = DuplicateSuggestion.objects.of(suggestion.workspace_id)
    open_rows = rows.filter(pk=suggestion.pk, dismissed_at=None)
    if not open_rows.update(dismissed_at=now, dismissed_by=by):
        raise AlreadyArchived(_("Somebody decided this pair first."))
    record(by, "dismissed", suggestion)


@transaction.atomic
def reopen_duplicate(suggestion: DuplicateSuggestion, *, by: Member | None) -> None:
    """Ask about a dismissed pair again."""
    rows = DuplicateSuggestion.objects.of(suggestion.workspace_id).filter(pk=suggestion.pk)
    rows.update(dismissed_at=None, dismissed_by=None)
    record(by, "reopened", suggestion)


def _person_traits(
    rows: Iterable[tuple[UUID, str, str, str]], *, inside: Iterable[Membership]
) -> dict[UUID, PersonTraits]:
    accounts: defaultdict[UUID, set[str]] = defaultdict(set)
    for membership in inside:
        accounts[membership.person_id].add(str(membership.account_id))
    return {
        pk: PersonTraits(
            name=name,
            email=email,
            phone="".join(digit for digit in phone if digit.isdigit()),
            accounts=frozenset(accounts[pk]),
        )
        for pk, name, email, phone in rows
    }


def _in_order(traits: Mapping[UUID, Traits]) -> tuple[list[UUID], list[Traits]]:
    """The ids in order, and the traits beside them: a pair of places is a pair of ids in order."""
    ids = sorted(traits)
    return ids, [traits[pk] for pk in ids]


def _blocks(keyed: Iterable[tuple[int, str]]) -> list[list[int]]:
    """The rows that share a key, key by key; an empty key is shared by nobody."""
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for place, key in keyed:
        if key:
            blocks[key].append(place)
    return [block for block in blocks.values() if len(block) > 1]


def _paired(blocks: Iterable[list[int]]) -> Iterator[Places]:
    for block in blocks:
        if len(block) <= _LARGE_BLOCK:
            yield from combinations(block, 2)
        else:
            yield from pairwise(block)


def _neighbours(names: dict[int, str]) -> Iterator[Places]:
    by_words = {place: " ".join(sorted(name.split())) for place, name in names.items()}
    for keys in (names, by_words):
        ranked = sorted((place for place in keys if keys[place]), key=lambda place: keys[place])
        for rank, place in enumerate(ranked):
            for other in ranked[rank + 1 : rank + 1 + _NEIGHBOURS]:
                yield (place, other) if place < other else (other, place)


def _alike(
    pairs: Iterable[Places],
    *,
    ids: Sequence[UUID],
    traits: Sequence[Traits],
    likeness: Callable[[Traits, Traits], Likeness],
    of: Collection[UUID] | None,
) -> dict[Pair, Likeness]:
    """The pairs that are alike enough; the others, most of a million, are not kept."""
    chosen = frozenset(of or ())
    wanted = None if of is None else {place for place, pk in enumerate(ids) if pk in chosen}
    alike: dict[Pair, Likeness] = {}
    for one, other in pairs:
        if wanted is None or one in wanted or other in wanted:
            how = likeness(traits[one], traits[other])
            if how.score >= SUGGEST_FROM:
                alike[ids[one], ids[other]] = how
    return alike


def _suggest(
    workspace: Workspace | UUID, alike: dict[Pair, Likeness], *, target: FieldTarget
) -> int:
    """Keep the pairs; those known, also dismissed ones, stay as they are."""
    first, second = f"first_{target}_id", f"second_{target}_id"
    suggested = DuplicateSuggestion.objects.of(workspace).filter(target=target)
    if len(alike) < _FEW:
        suggested = suggested.filter(**{f"{first}__in": {one for one, _other in alike}})
    known = set(suggested.values_list(first, second))
    fresh = [
        DuplicateSuggestion(
            workspace_id=id_of(workspace),
            target=target,
            score=likeness.score,
            reasons=[str(reason) for reason in likeness.reasons],
            **{first: pair[0], second: pair[1]},
        )
        for pair, likeness in alike.items()
        if pair not in known
    ]
    DuplicateSuggestion.objects.of(workspace).bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
