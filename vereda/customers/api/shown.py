"""What programs are told about accounts and people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Schema

from vereda.customers.contracts import (
    CommercialStatus,
    InteractionKind,
    LifecycleStage,
    RelationKind,
    RowResult,
    Visibility,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Membership, Person, Relationship
from vereda.customers.queries.accounts import accounts_with_ids, external_ids_of_all, tags_of_all
from vereda.customers.queries.people import (
    memberships_of_people,
    people_with_ids,
    person_keys_of_all,
)
from vereda.customers.rules.values import Stored
from vereda.foundation.api_rows import RowOut, RowsOut, rows_counted

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


class AccountOut(Schema):
    """An account. The figures from `arr_minor` on are told by subscriptions and events."""

    key: str
    external_ids: list[str]
    name: str
    domain: str
    website: str
    parent: str | None
    owner: str | None
    stage: LifecycleStage
    stage_since_at: datetime | None
    status: CommercialStatus
    industry: str
    country: str
    next_step: str
    tags: list[str]
    custom: dict[str, Stored]
    created_on: date | None
    archived_at: datetime | None
    version: int
    arr_minor: int | None
    currency: str
    renewal_on: date | None
    plan: str
    seats: int | None
    last_active_on: date | None
    active_people_28d: int | None
    updated_at: datetime


class MembershipOut(Schema):
    """An account that a person is in."""

    account: str
    title: str
    role: str
    since_on: date | None


class PersonOut(Schema):
    """A person."""

    key: str
    external_ids: list[str]
    name: str
    email: str
    phone: str
    title: str
    language: str
    time_zone: str
    preferences: str
    motivations: str
    beliefs: str
    custom: dict[str, Stored]
    created_on: date | None
    accounts: list[MembershipOut]
    archived_at: datetime | None
    erased_at: datetime | None
    restricted_at: datetime | None
    version: int
    updated_at: datetime


class NoteOut(Schema):
    """A note, or a call, meeting or mail, on an account."""

    id: UUID
    account: str
    kind: InteractionKind
    subject: str
    body: str
    happened_at: datetime
    author: str | None
    participants: list[str]
    visibility: Visibility
    pinned_at: datetime | None
    version: int


class RelationshipOut(Schema):
    """What one person is to another, or to the account itself when `to` is null."""

    account: str
    person: str
    kind: RelationKind
    to: str | None
    note: str
    since_on: date | None


_OF_ACCOUNT = (
    "key",
    "name",
    "domain",
    "website",
    "stage",
    "stage_since_at",
    "status",
    "industry",
    "country",
    "next_step",
    "custom",
    "created_on",
    "archived_at",
    "version",
    "arr_minor",
    "currency",
    "renewal_on",
    "plan",
    "seats",
    "last_active_on",
    "active_people_28d",
    "updated_at",
)
_OF_PERSON = (
    "key",
    "name",
    "email",
    "phone",
    "title",
    "language",
    "time_zone",
    "preferences",
    "motivations",
    "beliefs",
    "custom",
    "created_on",
    "archived_at",
    "erased_at",
    "restricted_at",
    "version",
    "updated_at",
)


def _columns(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def accounts_out(workspace: Workspace, ids: Sequence[UUID]) -> list[AccountOut]:
    """These accounts as they are now, in that order; four queries for any number."""
    rows = accounts_with_ids(workspace, ids)
    named, tagged = external_ids_of_all(workspace, ids), tags_of_all(workspace, ids)
    parents = {row.parent_id for row in rows.values() if row.parent_id}
    above: dict[UUID | None, Account] = dict(accounts_with_ids(workspace, parents).items())
    return [
        AccountOut(
            **_columns(rows[pk], _OF_ACCOUNT),
            external_ids=list(named[pk]),
            tags=[tag.name for tag in tagged[pk]],
            parent=parent.key if (parent := above.get(rows[pk].parent_id)) else None,
            owner=owner.user.email if (owner := rows[pk].owner) else None,
        )
        for pk in ids
    ]


def account_out(account: Account) -> AccountOut:
    """The account as it is now."""
    return accounts_out(account.workspace, [account.pk])[0]


def people_out(workspace: Workspace, ids: Sequence[UUID]) -> list[PersonOut]:
    """These people as they are now, in that order; three queries for any number."""
    rows = people_with_ids(workspace, ids)
    named, held = person_keys_of_all(workspace, ids), memberships_of_people(workspace, ids)
    return [
        PersonOut(
            **_columns(rows[pk], _OF_PERSON),
            external_ids=list(named[pk]),
            accounts=[membership_out(membership) for membership in held[pk]],
        )
        for pk in ids
    ]


def person_out(person: Person) -> PersonOut:
    """The person as they are now."""
    return people_out(person.workspace, [person.pk])[0]


def membership_out(membership: Membership) -> MembershipOut:
    """The account, and what the person is in it."""
    return MembershipOut(
        account=membership.account.key,
        **_columns(membership, ("title", "role", "since_on")),
    )


def note_out(note: Note) -> NoteOut:
    """The note with the address of its author and the keys of those who took part."""
    names = ("kind", "subject", "body", "happened_at", "visibility", "pinned_at", "version")
    return NoteOut(
        id=note.pk,
        account=note.account.key,
        author=note.author.user.email if note.author else None,
        participants=[row.person.key for row in note.participants.all()],
        **_columns(note, names),
    )


def relationship_out(relationship: Relationship, *, account: Account) -> RelationshipOut:
    """Who is what to whom, by their keys."""
    to = relationship.to_person
    return RelationshipOut(
        account=account.key,
        person=relationship.from_person.key,
        to=to.key if to else None,
        **_columns(relationship, ("kind", "note", "since_on")),
    )


def rows_out(results: Sequence[RowResult], *, keys: dict[UUID, str]) -> RowsOut:
    """What became of the rows of an upsert, each with its key."""
    return rows_counted(
        [
            RowOut(
                index=row.index,
                outcome=str(row.outcome),
                key=keys.get(row.id) if row.id else None,
                code=row.code,
                field=row.column,
                message=row.reason,
            )
            for row in results
        ]
    )
