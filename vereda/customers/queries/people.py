"""Asking about people and the accounts they are in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from vereda.customers.models.accounts import Account
from vereda.customers.models.people import (
    Membership,
    MembershipRows,
    Person,
    PersonExternalId,
    PersonRows,
)
from vereda.customers.rules.names import email_in, folded
from vereda.foundation.criteria import one_of_many
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found
from vereda.workspaces.contracts import Language

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def person_with_key(workspace: Workspace | UUID, key: str) -> Person:
    """The person meant by PE-7, or `Missing`; somebody merged leads to who survived."""
    person = found(Person.objects.of(workspace).filter(number=number_in(key, "PE")))
    while person.merged_into is not None:
        person = person.merged_into
    return person


def person_with_id(workspace: Workspace | UUID, person_id: UUID) -> Person:
    """The person with that id, or `Missing`."""
    return found(Person.objects.of(workspace).filter(pk=person_id))


def language_of_person(person: Person, workspace: Workspace) -> str:
    """The person's language if we speak it, else the workspace's."""
    spoken = person.language.replace("_", "-").partition("-")[0].lower()
    return spoken if spoken in set(Language) else workspace.language


def people_not_erased(workspace: Workspace | UUID) -> PersonRows:
    """Everybody of whom something is known, also those archived or merged away."""
    return Person.objects.of(workspace).filter(erased_at=None)


def listed_people(workspace: Workspace | UUID) -> PersonRows:
    """The people in the lists, unordered: neither archived, merged away nor erased."""
    return Person.objects.of(workspace).listed()


def people_with_ids(workspace: Workspace | UUID, ids: Collection[UUID]) -> Mapping[UUID, Person]:
    """Those people by id; ids of other workspaces are simply not there."""
    return {row.pk: row for row in Person.objects.of(workspace).filter(pk__in=ids)}


def person_ids_among(workspace: Workspace | UUID, ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of the ids are people of this workspace."""
    rows = Person.objects.of(workspace).filter(pk__in=ids)
    return frozenset(rows.values_list("pk", flat=True))


def people_by_external_id(
    workspace: Workspace | UUID, external_ids: Collection[str]
) -> dict[str, UUID]:
    """The ids of the people that other systems call so; unknown ones are left out."""
    rows = PersonExternalId.objects.of(workspace).filter(value__in=external_ids)
    return dict(rows.values_list("value", "person_id"))


def people_by_email(workspace: Workspace | UUID, emails: Collection[str]) -> dict[str, UUID]:
    """The ids of people by address as given; an address that several share is left out."""
    wanted = {email: email_in(email) for email in emails}
    rows = Person.objects.of(workspace).standing().filter(email__in=filter(None, wanted.values()))
    holders: dict[str, list[UUID]] = {}
    for email, person_id in rows.values_list("email", "pk"):
        holders.setdefault(email, []).append(person_id)
    return {
        email: holders[bare][0] for email, bare in wanted.items() if len(holders.get(bare, [])) == 1
    }


def person_keys_of(person: Person) -> tuple[str, ...]:
    """What other systems call the person: the ids their events come with."""
    rows = PersonExternalId.objects.of(person.workspace_id).filter(person=person)
    return tuple(rows.order_by("created_at", "value").values_list("value", flat=True))


def person_keys_of_all(
    workspace: Workspace | UUID, person_ids: Collection[UUID]
) -> dict[UUID, tuple[str, ...]]:
    """What other systems call each of these people."""
    keys: dict[UUID, list[str]] = {person_id: [] for person_id in person_ids}
    rows = PersonExternalId.objects.of(workspace).filter(person__in=person_ids)
    for person_id, value in rows.values_list("person_id", "value"):
        keys[person_id].append(value)
    return {person_id: tuple(sorted(values)) for person_id, values in keys.items()}


def people_of(account: Account) -> list[Membership]:
    """Who is in the account now, by name; each row carries its person."""
    rows = Membership.objects.of(account.workspace_id).present().filter(account=account)
    return list(rows.select_related("person").order_by("person__name_sort", "person__pk"))


def memberships_where(workspace: Workspace | UUID, condition: Q) -> list[Membership]:
    """Who is now in accounts that fit, of those in the lists; rows carry person and account.

    The condition is about memberships: `Q(account__in=…)`. By name of the account, then person.
    """
    rows = Membership.objects.of(workspace).present().filter(condition)
    rows = rows.filter(person__archived_at=None, person__merged_into=None)
    rows = rows.select_related("person", "account__owner__user")
    return list(rows.order_by("account__name_sort", "person__name_sort", "pk"))


def memberships_in(person: Person) -> MembershipRows:
    """The accounts a person is or was in, present ones first; each row carries its account."""
    rows = Membership.objects.of(person.workspace_id).filter(person=person)
    return rows.select_related("account").order_by("until_on", "account__name_sort")


def counts_in_scores(whose: str) -> Q:
    """Rows of nobody we know, or of people who let what is known of them count in scores; `whose`
    is the column that names them."""
    return Q(**{f"{whose}__unscored_at__isnull": True, f"{whose}__restricted_at__isnull": True})


def memberships_of_people(
    workspace: Workspace | UUID, person_ids: Collection[UUID]
) -> dict[UUID, list[Membership]]:
    """The accounts each of these people is in now."""
    held: dict[UUID, list[Membership]] = {person_id: [] for person_id in person_ids}
    rows = Membership.objects.of(workspace).filter(until_on=None, person__in=person_ids)
    for row in rows.select_related("account").order_by("account__name_sort", "pk"):
        held[row.person_id].append(row)
    return held


def person_ids_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID]
) -> list[UUID]:
    """Who is in any of these accounts now, each once."""
    rows = Membership.objects.of(workspace).filter(until_on=None)
    rows = rows.filter(one_of_many(account_ids, column="account_id"))
    return list(rows.values_list("person_id", flat=True).distinct())


def memberships_inside(
    workspace: Workspace | UUID, account_ids: QuerySet[Any, Any]
) -> MembershipRows:
    """Who is now in accounts whose ids a query gives; usable inside another query."""
    return Membership.objects.of(workspace).filter(until_on=None, account__in=account_ids)


def memberships_among(
    workspace: Workspace | UUID, person_ids: Collection[UUID]
) -> list[Membership]:
    """The accounts these people are in now, by name; rows carry the account."""
    rows = Membership.objects.of(workspace).filter(until_on=None)
    rows = rows.filter(one_of_many(person_ids, column="person_id")).select_related("account")
    return list(rows.order_by("account__name_sort", "pk"))


def account_ids_of_people(workspace: Workspace | UUID, person_ids: Collection[UUID]) -> list[UUID]:
    """The accounts that any of these people is or was in, each once."""
    rows = Membership.objects.of(workspace).filter(one_of_many(person_ids, column="person_id"))
    return list(rows.values_list("account_id", flat=True).distinct())


def membership_with_id(person: Person, membership_id: UUID) -> Membership:
    """One of the person's memberships, or `Missing`."""
    rows = Membership.objects.of(person.workspace_id).filter(person=person, pk=membership_id)
    return found(rows.select_related("account", "person"))


def people_found(workspace: Workspace | UUID, *, text: str, limit: int = 10) -> list[Person]:
    """People whose name or address begins with the text, then those whose name contains it."""
    words = folded(text)[:100]
    if not words:
        return []
    rows = listed_people(workspace).order_by("name_sort", "pk")
    first = list(rows.filter(name_sort__startswith=words)[:limit])
    if len(first) < limit:
        known = [person.pk for person in first]
        others = rows.exclude(pk__in=known)
        first += others.filter(email__startswith=email_in(text))[: limit - len(first)]
    if len(first) < limit:
        known = [person.pk for person in first]
        others = rows.exclude(pk__in=known)
        first += others.filter(name_sort__contains=words)[: limit - len(first)]
    return first
