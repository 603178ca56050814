"""Telling people: add, edit, archive, join and leave accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vereda.customers.actions.values import fitted_values, index_person_values, with_values
from vereda.customers.contracts import (
    AlreadyArchived,
    ChangedMeanwhile,
    Difference,
    ExternalIdTaken,
    FieldTarget,
    NotArchived,
    PersonAdded,
    PersonChanged,
    PersonChanges,
    WrongValue,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Membership, Person, PersonExternalId
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.customers.queries.people import people_by_external_id
from vereda.customers.rules.names import email_in, sortable
from vereda.customers.rules.people import known_time_zone, looks_like_email
from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.foundation.zones import day_where
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


@transaction.atomic
def add_person(
    workspace: Workspace,
    *,
    by: Member | None,
    now: datetime,
    account: Account | None = None,
    role: str = "",
    external_id: str = "",
    source: str = "",
    **values: Unpack[PersonChanges],
) -> Person:
    """A new person with those values, in the account and role given."""
    person = Person(
        workspace=workspace,
        number=reserve_numbers(workspace, "PE")[0],
        changed_by=by,
        created_on=day_where(now, workspace.time_zone),
    )
    slugs = _put_values(person, values)
    if not person.name and not person.email:
        raise WrongValue(_("A person needs a name or an e-mail address."))
    person.save(force_insert=True)
    index_person_values([person], fields=_fields(person, values), slugs=slugs)
    if external_id:
        _name_outside(person, value=external_id, source=source)
    if account is not None:
        Membership.objects.of(workspace).create(person=person, account=account, role=role)
    record(by, "added", person)
    announce(PersonAdded(workspace_id=workspace.pk, person_id=person.pk))
    return person


@transaction.atomic
def edit_person(
    person: Person,
    *,
    by: Member | None,
    version: int | None = None,
    **changes: Unpack[PersonChanges],
) -> Person:
    """The person with those changes; `version` as in `edit_account`.

    The audit line names the fields and not their values, which are the person's own.
    """
    current = _locked(person)
    before = person_state(current)
    slugs = _put_values(current, changes)
    after = person_state(current)
    changed = sorted(name for name in {*before, *after} if after.get(name) != before.get(name))
    if version is not None and version != current.version:
        raise _changed_meanwhile(current, theirs=before, yours=after, fields=changed)
    if not changed:
        return current
    current.version += 1
    current.changed_by = by
    current.save(force_update=True)
    index_person_values([current], fields=_fields(current, changes), slugs=slugs)
    record(by, "edited", current, fields=changed)
    announce(
        PersonChanged(
            workspace_id=current.workspace_id, person_id=current.pk, fields=tuple(changed)
        )
    )
    return current


@transaction.atomic
def archive_person(person: Person, *, by: Member | None, now: datetime) -> None:
    """Take somebody out of the lists; their history stays."""
    rows = Person.objects.of(person.workspace_id).filter(pk=person.pk, archived_at=None)
    if not rows.update(archived_at=now, changed_by=by):
        raise AlreadyArchived(_("Somebody archived this person first."))
    record(by, "archived", person)
    _tell_of(person, "archived_at")


@transaction.atomic
def restore_person(person: Person, *, by: Member | None) -> None:
    """Put somebody back in the lists."""
    rows = Person.objects.of(person.workspace_id).filter(pk=person.pk, archived_at__isnull=False)
    if not rows.update(archived_at=None, changed_by=by):
        raise NotArchived(_("This person is in the lists already."))
    record(by, "restored", person)
    _tell_of(person, "archived_at")


@transaction.atomic
def join_account(
    person: Person,
    *,
    account: Account,
    title: str = "",
    role: str = "",
    since_on: date | None = None,
    by: Member | None,
) -> Membership:
    """Let the person be in the account; being there already, title and role are updated."""
    said = {"title": title.strip()[:150], "role": role.strip()[:100]}
    membership, _made = Membership.objects.of(person.workspace_id).update_or_create(
        person=person,
        account=account,
        until_on=None,
        defaults={name: value for name, value in said.items() if value},
        create_defaults={**said, "workspace_id": person.workspace_id, "since_on": since_on},
    )
    record(by, "joined", person, account=account.key)
    _tell_of(person, "memberships")
    return membership


@transaction.atomic
def leave_account(membership: Membership, *, until_on: date, by: Member | None) -> None:
    """End a membership; that it was stays known."""
    if membership.since_on is not None and until_on < membership.since_on:
        raise WrongValue(_("They cannot leave before they came."))
    rows = Membership.objects.of(membership.workspace_id).filter(pk=membership.pk, until_on=None)
    if not rows.update(until_on=until_on):
        raise NotArchived(_("They had left this account already."))
    record(by, "left", membership.person, account=membership.account.key)
    _tell_of(membership.person, "memberships")


def _tell_of(person: Person, field: str) -> None:
    announce(PersonChanged(workspace_id=person.workspace_id, person_id=person.pk, fields=(field,)))


@transaction.atomic
def restrict_person(person: Person, *, restricted: bool, by: Member | None, now: datetime) -> None:
    """Store the person's data without using them, or use them again (GDPR art. 18)."""
    rows = Person.objects.of(person.workspace_id).filter(pk=person.pk)
    rows.update(restricted_at=now if restricted else None)
    record(by, "restricted" if restricted else "released", person)


@transaction.atomic
def leave_out_of_scores(person: Person, *, left_out: bool, now: datetime) -> None:
    """Let what is known of the person count in no score, or in scores again (GDPR art. 21). Who
    calls it writes down what they said."""
    rows = Person.objects.of(person.workspace_id).filter(pk=person.pk)
    rows.update(unscored_at=now if left_out else None)


# --- How an edit is made ------------------------------------------------------


def _locked(person: Person) -> Person:
    rows = Person.objects.of(person.workspace_id).standing().select_for_update()
    return found(rows.filter(pk=person.pk))


def _name_outside(person: Person, *, value: str, source: str) -> None:
    value = value.strip()[:200]
    if not value or people_by_external_id(person.workspace_id, [value]):
        raise ExternalIdTaken(_("“%s” is another person's external id.") % value)
    try:
        with transaction.atomic():
            PersonExternalId.objects.of(person.workspace_id).create(
                person=person, value=value, source=source[:50]
            )
    except IntegrityError:
        raise ExternalIdTaken(_("“%s” is another person's external id.") % value) from None


def _put_values(person: Person, values: PersonChanges) -> Collection[str]:
    """Set checked values on the row; answers the slugs of custom fields that were named."""
    for name, value in values.items():
        if name != "custom":
            setattr(person, name, _bounded(name, value))
    person.name = " ".join(person.name.split())
    person.name_sort = sortable(person.name or person.email)
    if "email" in values:
        person.email = _email(values["email"])
        person.name_sort = sortable(person.name or person.email)
    if values.get("time_zone") and not known_time_zone(person.time_zone):
        raise WrongValue(_("“%s” is no time zone, such as Europe/Madrid.") % person.time_zone)
    custom = values.get("custom", {})
    fitting = fitted_values(custom, fields=_fields(person, values))
    person.custom = with_values(person.custom, changes=fitting)
    return list(custom)


def _email(text: str) -> str:
    email = email_in(text)
    if email and not looks_like_email(email):
        raise WrongValue(_("“%s” is no e-mail address.") % text[:100])
    return email


def _bounded(name: str, value: object) -> object:
    """Text without the blanks around it, and refused when longer than its column."""
    if not isinstance(value, str):
        return value
    limit = Person._meta.get_field(name).max_length  # type: ignore[union-attr]
    if "\x00" in value or (limit is not None and len(value.strip()) > limit):
        raise WrongValue(
            _("“%(field)s” takes up to %(limit)d characters.")
            % {"field": name, "limit": limit or 0}
        )
    return value.strip()


def _fields(person: Person, values: PersonChanges) -> Mapping[str, Any]:
    """The custom fields, asked only when a value for one is there."""
    if not values.get("custom"):
        return {}
    return custom_fields_by_slug(person.workspace_id, target=FieldTarget.PERSON)


def person_state(person: Person) -> dict[str, Any]:
    """What an edit may change, by name; custom fields as `custom.<slug>`."""
    state: dict[str, Any] = {name: getattr(person, name) for name in _STATE}
    return state | {f"custom.{slug}": value for slug, value in person.custom.items()}


_STATE = (
    "name",
    "email",
    "phone",
    "title",
    "language",
    "time_zone",
    "preferences",
    "motivations",
    "beliefs",
    "created_on",
)


def _changed_meanwhile(
    person: Person, *, theirs: Mapping[str, Any], yours: Mapping[str, Any], fields: list[str]
) -> ChangedMeanwhile:
    who = person.changed_by.name if person.changed_by else _("An import")
    return ChangedMeanwhile(
        _("%(who)s changed this person while you had it open. Nothing of yours was stored.")
        % {"who": who},
        differences=tuple(Difference(name, theirs.get(name), yours.get(name)) for name in fields),
    )
