"""Telling how the people of an account are related."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vereda.customers.contracts import AlreadyRelated, PersonChanged, RelationKind, WrongValue
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Membership, Person, Relationship
from vereda.foundation.facts import announce
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

_BETWEEN_PEOPLE = frozenset({RelationKind.REPORTS_TO, RelationKind.WORKS_WITH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What a person is to another of the account, or to the account when `to` is None."""

    person: Person
    kind: RelationKind
    to: Person | None = None
    note: str = ""
    since_on: date | None = None


def relate_people(
    person: Person,
    *,
    account: Account,
    kind: RelationKind,
    to: Person | None = None,
    note: str = "",
    since_on: date | None = None,
    by: Member | None,
) -> Relationship:
    """Say what a person is to another of the account, or to the account when `to` is None."""
    tie = Tie(person=person, kind=kind, to=to, note=note, since_on=since_on)
    (relationship,) = tie_people(account, [tie], by=by)
    return relationship


@transaction.atomic
def tie_people(account: Account, ties: Sequence[Tie], *, by: Member | None) -> list[Relationship]:
    """Say several such things of one account, all or none of them."""
    for tie in ties:
        if tie.to is None and tie.kind in _BETWEEN_PEOPLE:
            raise WrongValue(_("Say to whom: somebody reports to or works with a person."))
        if tie.to == tie.person:
            raise WrongValue(_("A relationship needs two people."))
    named = [one for tie in ties for one in (tie.person, tie.to) if one is not None]
    _refuse_outsiders(account, people=named)
    rows = [
        Relationship(
            workspace_id=account.workspace_id,
            account=account,
            from_person=tie.person,
            to_person=tie.to,
            kind=tie.kind,
            note=tie.note.strip()[:500],
            since_on=tie.since_on,
        )
        for tie in ties
    ]
    try:
        with transaction.atomic():
            Relationship.objects.of(account.workspace_id).bulk_create(rows)
    except IntegrityError:
        raise AlreadyRelated(_("That relationship exists already.")) from None
    for tie in ties:
        to = tie.to.key if tie.to else None
        record(by, "related", account, person=tie.person.key, kind=tie.kind, to=to)
        _tell_of_relationships(tie.person)
    return rows


@transaction.atomic
def unrelate_people(relationship: Relationship, *, by: Member | None) -> None:
    """Take a relationship back."""
    Relationship.objects.of(relationship.workspace_id).filter(pk=relationship.pk).delete()
    record(
        by,
        "unrelated",
        relationship.account,
        person=relationship.from_person.key,
        kind=relationship.kind,
    )
    _tell_of_relationships(relationship.from_person)


def _tell_of_relationships(person: Person) -> None:
    announce(
        PersonChanged(
            workspace_id=person.workspace_id, person_id=person.pk, fields=("relationships",)
        )
    )


def _refuse_outsiders(account: Account, *, people: list[Person]) -> None:
    inside = Membership.objects.of(account.workspace_id).present().filter(account=account)
    ids = set(inside.filter(person__in=people).values_list("person_id", flat=True))
    for person in people:
        if person.pk not in ids:
            raise WrongValue(
                _("%(person)s is not in %(account)s.")
                % {"person": person.called, "account": account.name}
            )
