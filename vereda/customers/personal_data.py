"""What customers hold about people: the profile, memberships, relationships, notes they are in."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from vereda.customers.actions.erasures import forget_person
from vereda.customers.actions.people import person_state
from vereda.customers.models.people import Person
from vereda.customers.queries.notes import notes_with
from vereda.customers.queries.people import memberships_in, person_keys_of, person_with_id
from vereda.customers.queries.relationships import relationships_of_person
from vereda.foundation.clock import now
from vereda.foundation.personal_data import PersonalData, PersonRef, Record

MOST_NOTES = 10_000


class CustomerRecords(PersonalData):
    """The person's own row and every row that says something about them."""

    title = _("Profile, accounts, relationships and notes")

    @override
    def export(self, person: PersonRef) -> Iterator[Record]:
        """The profile first, then what hangs on it."""
        row = person_with_id(person.workspace_id, person.person_id)
        yield Record(
            kind="profile",
            at=row.created_at,
            values={
                **{name: str(value) for name, value in person_state(row).items() if value},
                "known_as": list(person_keys_of(row)),
            },
        )
        yield from _memberships(row)
        yield from _relationships(row)
        yield from _notes(row)

    @override
    def erase(self, person: PersonRef) -> int:
        """Empty the profile and delete what names them."""
        row = person_with_id(person.workspace_id, person.person_id)
        return forget_person(row, by=None, now=now())


def _memberships(person: Person) -> Iterator[Record]:
    for membership in memberships_in(person):
        yield Record(
            kind="membership",
            at=membership.created_at,
            values={
                "account": membership.account.name,
                "title": membership.title,
                "role": membership.role,
                "since": str(membership.since_on or ""),
                "until": str(membership.until_on or ""),
            },
        )


def _relationships(person: Person) -> Iterator[Record]:
    for row in relationships_of_person(person):
        yield Record(
            kind="relationship",
            account_id=row.account_id,
            at=row.created_at,
            values={
                "account": row.account.name,
                "from": row.from_person.key,
                "kind": row.kind,
                "to": row.to_person.key if row.to_person else row.account.name,
                "note": row.note,
            },
        )


def _notes(person: Person) -> Iterator[Record]:
    for note in notes_with(person, limit=MOST_NOTES):
        yield Record(
            kind=note.kind,
            account_id=note.account_id,
            at=note.happened_at,
            source=note.author.name if note.author else "",
            values={"account": note.account.name, "subject": note.subject, "body": note.body},
        )
