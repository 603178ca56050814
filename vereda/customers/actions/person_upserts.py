"""Many people at once, as files, connectors and `identify` calls bring them.

It works as `account_upserts` does: look everything up, decide in memory, write in bulk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.actions.account_upserts import RowRefused
from vereda.customers.actions.values import fitted_values, index_person_values, with_values
from vereda.customers.contracts import (
    UNSET,
    FieldTarget,
    Identity,
    Outcome,
    PeopleUpserted,
    PersonIn,
    RowResult,
    UpsertResult,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.fields import CustomField
from vereda.customers.models.people import Membership, Person, PersonExternalId
from vereda.customers.queries.accounts import accounts_by_external_id
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.customers.queries.people import people_by_email, people_by_external_id
from vereda.customers.rules.names import email_in, sortable
from vereda.customers.rules.people import known_time_zone, looks_like_email
from vereda.foundation.errors import Refused
from vereda.foundation.facts import announce
from vereda.foundation.importing import journal_value
from vereda.foundation.many_rows import NewRows
from vereda.foundation.zones import day_where
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import workspace_itself

if TYPE_CHECKING:
    from vereda.foundation.importing import JournalValue
    from vereda.workspaces.models import Member, Workspace

_PLAIN = ("name", "title", "language", "phone", "created_on")
_COLUMNS = (*_PLAIN, "email", "time_zone")
_LIMITS = {"name": 200, "title": 150, "language": 35, "phone": 50, "role": 100}


@dataclass(slots=True)
class _Draft:
    """A person that a row of this call made or means, before it is written."""

    person: Person
    created: bool
    external_ids: set[str] = field(default_factory=set)
    roles: dict[UUID, str] = field(default_factory=dict)
    held: dict[UUID, Membership] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Known:
    """Everything the rows of a call may refer to, looked up before the first is decided."""

    workspace: Workspace
    today: date
    by_external_id: dict[str, UUID]
    by_email: dict[str, UUID]
    drafts: dict[UUID, _Draft]
    accounts: dict[str, UUID]
    account_ids: frozenset[UUID]
    fields: dict[str, CustomField]
    new: NewRows[Person]


@transaction.atomic
def upsert_people(
    workspace: Workspace | UUID,
    rows: Sequence[PersonIn],
    *,
    identity: Identity = Identity.EXTERNAL_ID,
    source: str = "",
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> UpsertResult:
    """Add or change a person for each row; answers what became of each.

    A row is recognised by its external id, else, when `identity` is the e-mail, by its address.
    Memberships are added, never ended. Somebody who was erased is not brought back: rows
    with their former ids are new people only because nothing of the old ones is left to match.
    """
    home = workspace_itself(workspace)
    known = _look_up(home, rows, identity=identity, now=now)
    results = [
        _decide(index, row, known=known, identity=identity, by=by) for index, row in enumerate(rows)
    ]
    if not dry_run:
        _write(known, source=source)
        _tell(known, by=by)
    return UpsertResult(rows=tuple(results))


# --- Looking up ---------------------------------------------------------------


def _look_up(
    workspace: Workspace, rows: Sequence[PersonIn], *, identity: Identity, now: datetime
) -> _Known:
    ids = {row.external_id for row in rows if row.external_id}
    by_external_id = people_by_external_id(workspace, ids)
    by_email: dict[str, UUID] = {}
    if identity is Identity.EMAIL:
        emails = {email_in(row.email) for row in rows if isinstance(row.email, str)}
        by_email = people_by_email(workspace, emails)
    named = {value for row in rows for value in row.account_external_ids}
    meant = {account_id for row in rows for account_id in row.account_ids}
    fields = _custom_fields(workspace, rows)
    return _Known(
        workspace=workspace,
        today=day_where(now, workspace.time_zone),
        by_external_id=by_external_id,
        by_email=by_email,
        drafts=_drafts(workspace, {*by_external_id.values(), *by_email.values()}),
        accounts=accounts_by_external_id(workspace, named) if named else {},
        account_ids=_known_accounts(workspace, meant),
        fields=fields,
        new=NewRows(Person, workspace_id=workspace.pk),
    )


def _known_accounts(workspace: Workspace | UUID, ids: Collection[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    rows = Account.objects.of(workspace).filter(pk__in=ids)
    return frozenset(rows.values_list("pk", flat=True))


def _drafts(workspace: Workspace | UUID, ids: Collection[UUID]) -> dict[UUID, _Draft]:
    people = Person.objects.of(workspace).filter(pk__in=ids)
    drafts = {person.pk: _Draft(person, created=False) for person in people}
    named = PersonExternalId.objects.of(workspace).filter(person__in=ids)
    for person_id, value in named.values_list("person_id", "value"):
        drafts[person_id].external_ids.add(value)
    held = Membership.objects.of(workspace).filter(person__in=ids, until_on=None)
    for membership in held:
        draft = drafts[membership.person_id]
        draft.held[membership.account_id] = membership
        draft.roles[membership.account_id] = membership.role
    return drafts


def _custom_fields(workspace: Workspace | UUID, rows: Sequence[PersonIn]) -> dict[str, CustomField]:
    if not any(row.custom for row in rows):
        return {}
    return custom_fields_by_slug(workspace, target=FieldTarget.PERSON)


# --- Deciding -----------------------------------------------------------------


def _decide(
    index: int,
    row: PersonIn,
    *,
    known: _Known,
    identity: Identity,
    by: Member | None,
) -> RowResult:
    try:
        wanted = _wanted(row, known=known)
        draft = _draft_for(wanted, known=known, identity=identity)
    except RowRefused as refused:
        return RowResult(
            index=index,
            outcome=Outcome.REFUSED,
            code=refused.code,
            column=refused.column,
            reason=refused.reason,
        )
    before = _journal(draft)
    _take(draft, wanted, known=known, by=by)
    after = _journal(draft)
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    first_time = draft.created and not draft.changed
    draft.changed.update(changed)
    if first_time:
        said = {name: value for name, value in after.items() if value not in (None, "", [], {})}
        draft.changed.add("number")
        return RowResult(index=index, outcome=Outcome.CREATED, id=draft.person.pk, after=said)
    return RowResult(
        index=index,
        outcome=Outcome.UPDATED if changed else Outcome.UNCHANGED,
        id=draft.person.pk,
        before={name: before.get(name) for name in changed},
        after={name: after.get(name) for name in changed},
    )


def _wanted(row: PersonIn, *, known: _Known) -> dict[str, Any]:
    """What the row says, as the person's columns; or `RowRefused`."""
    wanted: dict[str, Any] = {}
    for name, read in _READERS.items():
        said = getattr(row, name)
        if said is not UNSET:
            wanted[name] = read(name, said)
    if row.custom:
        wanted["custom"] = _custom(row, known=known)
    if row.external_id is not None:
        wanted["external_id"] = _external_id(row.external_id)
    wanted["accounts"] = _accounts(row, known=known)
    return wanted


def _bounded(name: str, said: Any) -> object:
    if said is None:
        return None if name == "created_on" else ""
    if not isinstance(said, str):
        return said
    text = " ".join(said.split())
    if len(text) > _LIMITS[name] or "\x00" in text:
        reason = _("It takes up to %d characters; this has %d.") % (_LIMITS[name], len(text))
        raise RowRefused("too_long", name, reason)
    return text


def _email(_name: str, said: Any) -> str:
    email = email_in(said or "")
    if email and not looks_like_email(email):
        reason = _("“%s” is no e-mail address.") % said[:100]
        raise RowRefused("not_an_address", "email", reason)
    return email


def _time_zone(_name: str, said: Any) -> str:
    zone = (said or "").strip()
    if zone and not known_time_zone(zone):
        reason = _("“%s” is no time zone, such as Europe/Madrid.") % zone[:60]
        raise RowRefused("not_a_time_zone", "time_zone", reason)
    return str(zone)


_READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys((*_PLAIN, "role"), _bounded),
    "email": _email,
    "time_zone": _time_zone,
}


def _custom(row: PersonIn, *, known: _Known) -> dict[str, Any]:
    custom: dict[str, Any] = {}
    for slug, value in row.custom.items():
        try:
            custom |= fitted_values({slug: value}, fields=known.fields)
        except Refused as refused:
            raise RowRefused("wrong_value", f"custom.{slug}", str(refused)) from refused
    return custom


def _external_id(said: str) -> str:
    if not said.strip() or len(said) > 200 or "\x00" in said:
        raise RowRefused("wrong_id", "external_id", _("An id has 1 to 200 characters."))
    return said.strip()


def _accounts(row: PersonIn, *, known: _Known) -> list[UUID]:
    accounts = [_account_named(value, known=known) for value in row.account_external_ids]
    if not known.account_ids.issuperset(row.account_ids):
        raise RowRefused("unknown_account", "account", _("There is no such account."))
    return [*accounts, *row.account_ids]


def _account_named(external_id: str, *, known: _Known) -> UUID:
    account = known.accounts.get(external_id)
    if account is None:
        reason = _("There is no account “%s”. Bring it in first.") % external_id[:60]
        raise RowRefused("unknown_account", "account", reason)
    return account


def _draft_for(wanted: Mapping[str, Any], *, known: _Known, identity: Identity) -> _Draft:
    """The person the row means, or a new one that later rows of the call can mean too."""
    meant = known.by_external_id.get(wanted.get("external_id", ""))
    email = wanted.get("email", "")
    if meant is None and identity is Identity.EMAIL:
        meant = known.by_email.get(email)
    if meant is not None:
        return known.drafts[meant]
    if not any(wanted.get(name) for name in ("name", "email", "external_id")):
        raise RowRefused("no_name", "name", _("A person needs a name, an address or an id."))
    draft = _Draft(known.new.make(created_on=known.today), created=True)
    known.drafts[draft.person.pk] = draft
    if email and identity is Identity.EMAIL:
        known.by_email[email] = draft.person.pk
    return draft


def _take(draft: _Draft, wanted: Mapping[str, Any], *, known: _Known, by: Member | None) -> None:
    """Put what the row wants on the draft."""
    person = draft.person
    for name in _COLUMNS:
        if name in wanted:
            setattr(person, name, wanted[name])
    person.name_sort = sortable(person.name or person.email)
    person.custom = with_values(person.custom, changes=wanted.get("custom", {}))
    person.changed_by_id = None if by is None else by.pk
    for account_id in wanted["accounts"]:
        draft.roles[account_id] = wanted.get("role", draft.roles.get(account_id, ""))
    if "external_id" in wanted:
        draft.external_ids.add(wanted["external_id"])
        known.by_external_id[wanted["external_id"]] = person.pk


def _journal(draft: _Draft) -> dict[str, JournalValue]:
    return person_journal(draft.person, external_ids=draft.external_ids, roles=draft.roles)


def person_journal(
    person: Person, *, external_ids: Collection[str], roles: Mapping[UUID, str]
) -> dict[str, JournalValue]:
    """The person as an import's journal keeps them: every field a file can bring."""
    journal = {name: journal_value(getattr(person, name)) for name in _COLUMNS}
    journal |= {f"custom.{slug}": journal_value(kept) for slug, kept in person.custom.items()}
    journal["external_ids"] = journal_value(sorted(external_ids))
    journal["memberships"] = {str(account): roles[account] for account in sorted(roles)}
    return journal


# --- Writing ------------------------------------------------------------------


def _write(known: _Known, *, source: str) -> None:
    drafts = [draft for draft in known.drafts.values() if draft.changed]
    created = [draft.person for draft in drafts if draft.created]
    updated = [draft.person for draft in drafts if not draft.created]
    if created:
        numbers = reserve_numbers(known.workspace.pk, "PE", count=len(created))
        for person, number in zip(created, numbers, strict=True):
            person.number = number
        Person.objects.of(known.workspace.pk).bulk_create(created)
    if updated:
        for person in updated:
            person.version += 1
        columns = (*_COLUMNS, "name_sort", "custom", "version", "changed_by")
        Person.objects.of(known.workspace.pk).bulk_update(updated, columns)
    _write_external_ids(known, drafts, source=source)
    _write_memberships(known, drafts)
    touched = {name.removeprefix("custom.") for draft in drafts for name in draft.changed}
    touched |= {slug for draft in drafts if draft.created for slug in draft.person.custom}
    index_person_values([draft.person for draft in drafts], fields=known.fields, slugs=touched)


def _write_external_ids(known: _Known, drafts: Sequence[_Draft], *, source: str) -> None:
    new = NewRows(PersonExternalId, workspace_id=known.workspace.pk, source=source[:50])
    PersonExternalId.objects.of(known.workspace.pk).bulk_create(
        [
            new.make(person_id=draft.person.pk, value=value)
            for draft in drafts
            if "external_ids" in draft.changed
            for value in draft.external_ids
        ],
        ignore_conflicts=True,
    )


def _write_memberships(known: _Known, drafts: Sequence[_Draft]) -> None:
    fresh: list[Membership] = []
    changed: list[Membership] = []
    for draft in drafts:
        for account_id, role in draft.roles.items():
            held = draft.held.get(account_id)
            if held is None:
                fresh.append(_membership(draft.person, account_id=account_id, role=role))
            elif held.role != role:
                held.role = role
                changed.append(held)
    rows = Membership.objects.of(known.workspace.pk)
    rows.bulk_create(fresh)
    rows.bulk_update(changed, ["role"])


def _membership(person: Person, *, account_id: UUID, role: str) -> Membership:
    return Membership(
        workspace_id=person.workspace_id, person=person, account_id=account_id, role=role
    )


def _tell(known: _Known, *, by: Member | None) -> None:
    drafts = [draft for draft in known.drafts.values() if draft.changed]
    created = tuple(draft.person.pk for draft in drafts if draft.created)
    updated = tuple(draft.person.pk for draft in drafts if not draft.created)
    if not drafts:
        return
    if by is not None:
        record(by, "upserted", known.workspace, created=len(created), updated=len(updated))
    announce(PeopleUpserted(workspace_id=known.workspace.pk, created=created, updated=updated))
