"""Asking how the people of an account are related."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from vereda.customers.contracts import RelationKind
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Person, Relationship, RelationshipRows
from vereda.customers.queries.people import people_of
from vereda.foundation.scoping import found


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


def relationship_with_id(account: Account, relationship_id: UUID) -> Relationship:
    """One relationship within the account, or `Missing`."""
    return found(relationships_of(account).filter(pk=relationship_id))
