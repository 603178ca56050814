"""Asking how the people of an account are related."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from vereda.customers.contracts import RelationKind
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Membership, Person, Relationship, RelationshipRows
from vereda.customers.queries.people import people_of
from vereda.foundation.criteria import one_of_many
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class RelationshipMap:
    """The people of an account and what they are to each other.

    `kinds` says of each person what they are to the account itself.
    """

    people: list[Person]
    kinds: dict[UUID, list[RelationKind]]
    between: list[Relationship]


def relationship_map(account: Account) -> RelationshipMap:
    """Everybody in the account now, and every relationship between or from them."""
    people = [membership.person for membership in people_of(account)]
    known = {person.pk for person in people}
    kinds: defaultdict[UUID, list[RelationKind]] = defaultdict(list)
    between: list[Relationship] = []
    for row in relationships_of(account):
        if row.from_person_id not in known:
            continue
        if row.to_person_id is None:
            kinds[row.from_person_id].append(RelationKind(row.kind))
        elif row.to_person_id in known:
            between.append(row)
    return RelationshipMap(people, dict(kinds), between)


def relationships_of(account: Account) -> RelationshipRows:
    """All relationships within an account, each with both people."""
    rows = Relationship.objects.of(account.workspace_id).filter(account=account)
    return rows.select_related("from_person", "to_person").order_by("kind", "created_at", "pk")


def relationships_of_person(person: Person) -> list[Relationship]:
    """All relationships a person has, in any account."""
    rows = Relationship.objects.of(person.workspace_id).select_related(
        "account", "from_person", "to_person"
    )
    mine = rows.filter(from_person=person) | rows.filter(to_person=person)
    return list(mine.order_by("account__name_sort", "kind", "pk"))


def standing_so(workspace: Workspace | UUID, kinds: Collection[RelationKind]) -> Q:
    """The condition on memberships that the person stands so in that account: decides, uses it."""
    rows = Relationship.objects.of(workspace).filter(
        account=OuterRef("account"), from_person=OuterRef("person"), kind__in=list(kinds)
    )
    return Q(Exists(rows))


def relationship_with_id(account: Account, relationship_id: UUID) -> Relationship:
    """One relationship within the account, or `Missing`."""
    return found(relationships_of(account).filter(pk=relationship_id))


@dataclass(frozen=True, slots=True)
class GoneChampion:
    """Who spoke for us in an account, and the day they left it."""

    person_id: UUID
    left_on: date


def champions_gone(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID]
) -> dict[UUID, GoneChampion]:
    """Of these accounts, those that had champions and have none now: the one who left last.

    Two queries, however many accounts.
    """
    rows = Relationship.objects.of(workspace).filter(
        one_of_many(account_ids, column="account_id"), kind=RelationKind.CHAMPION, to_person=None
    )
    champions = set(rows.values_list("account_id", "from_person_id"))
    if not champions:
        return {}
    memberships = Membership.objects.of(workspace).filter(
        one_of_many({account for account, _person in champions}, column="account_id"),
        one_of_many({person for _account, person in champions}, column="person_id"),
    )
    present, gone = set[UUID](), dict[UUID, GoneChampion]()
    for account, person, until_on in memberships.order_by("until_on").values_list(
        "account_id", "person_id", "until_on"
    ):
        if (account, person) not in champions:
            continue
        if until_on is None:
            present.add(account)
        else:
            gone[account] = GoneChampion(person, until_on)
    return {account: who for account, who in gone.items() if account not in present}
