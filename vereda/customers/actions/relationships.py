"""Telling how the people of an account are related."""

from __future__ import annotations

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


@transaction.atomic
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
    if to is None and kind in _BETWEEN_PEOPLE:
        raise WrongValue(_("Say to whom: somebody reports to or works with a person."))
    if to == person:
        raise WrongValue(_("A relationship needs two people."))
    _refuse_outsiders(account, people=[one for one in (person, to) if one is not None])
    try:
        with transaction.atomic():
            relationship: Relationship = Relationship.objects.of(account.workspace_id).create(
                account=account,
                from_person=person,
                to_person=to,
                kind=kind,
                note=note.strip()[:500],
                since_on=since_on,
            )
    except IntegrityError:
        raise AlreadyRelated(_("That relationship exists already.")) from None
    record(by, "related", account, person=person.key, kind=kind, to=to.key if to else None)
    _tell_of_relationships(person)
    return relationship


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
