"""Taking an import back: created rows gone, changed fields as before, later edits kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from vereda.customers import wording
from vereda.customers.actions.account_upserts import account_journal
from vereda.customers.actions.accounts import put_name
from vereda.customers.actions.person_upserts import person_journal
from vereda.customers.actions.values import index_account_values, index_person_values
from vereda.customers.contracts import AccountsUpserted, FieldTarget, PeopleUpserted
from vereda.customers.models.accounts import Account, AccountExternalId, AccountTag
from vereda.customers.models.people import Membership, Person, PersonExternalId
from vereda.customers.queries.accounts import external_ids_of_all, tags_of_all
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.customers.queries.people import memberships_of_people, person_keys_of_all
from vereda.customers.rules.names import sortable
from vereda.foundation.facts import announce
from vereda.foundation.importing import Change, KeptRow, UndoResult, UndoStep, undo_step
from vereda.foundation.scoping import id_of
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

_LISTS = frozenset({"external_ids", "tags", "memberships"})


@transaction.atomic
def undo_account_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None
) -> UndoResult:
    """Take back what `upsert_accounts` did; says which rows stay and why."""
    ids = [change.object_id for change in changes]
    accounts = {row.pk: row for row in Account.objects.of(workspace).filter(pk__in=ids)}
    named = external_ids_of_all(workspace, ids)
    tagged = tags_of_all(workspace, ids)
    steps: dict[UUID, UndoStep] = {}
    for change in changes:
        account = accounts.get(change.object_id)
        if account is not None:
            tags = {tag.slug: tag.name for tag in tagged[account.pk]}
            current = account_journal(account, external_ids=named[account.pk], tags=tags)
            steps[account.pk] = undo_step(change, current=current)
    used = _used_by_others(Account, [pk for pk, step in steps.items() if step.delete])
    _restore_accounts(workspace, accounts, steps)
    _delete_rows(Account, workspace, steps, used=used)
    result = _undone(workspace, steps, used=used, target=FieldTarget.ACCOUNT)
    if steps:
        record(by, "undid upsert", workspace_with_id(id_of(workspace)), undone=result.undone)
        announce(AccountsUpserted(workspace_id=id_of(workspace), created=(), updated=tuple(steps)))
    return result


@transaction.atomic
def undo_person_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None
) -> UndoResult:
    """Take back what `upsert_people` did; says which rows stay and why."""
    ids = [change.object_id for change in changes]
    people = {row.pk: row for row in Person.objects.of(workspace).filter(pk__in=ids)}
    named = person_keys_of_all(workspace, ids)
    held = memberships_of_people(workspace, ids)
    steps: dict[UUID, UndoStep] = {}
    for change in changes:
        person = people.get(change.object_id)
        if person is not None:
            roles = {membership.account_id: membership.role for membership in held[person.pk]}
            current = person_journal(person, external_ids=named[person.pk], roles=roles)
            steps[person.pk] = undo_step(change, current=current)
    used = _used_by_others(Person, [pk for pk, step in steps.items() if step.delete])
    _restore_people(workspace, people, steps)
    _delete_rows(Person, workspace, steps, used=used)
    result = _undone(workspace, steps, used=used, target=FieldTarget.PERSON)
    if steps:
        record(by, "undid upsert", workspace_with_id(id_of(workspace)), undone=result.undone)
        announce(PeopleUpserted(workspace_id=id_of(workspace), created=(), updated=tuple(steps)))
    return result


def _changed_since(names: Sequence[str], *, labels: Mapping[str, str]) -> str:
    words = (wording.journalled_words(name, labels=labels) for name in names)
    return _("Changed since: %s") % ", ".join(words)


def _undone(
    workspace: Workspace | UUID,
    steps: Mapping[UUID, UndoStep],
    *,
    used: Collection[UUID],
    target: FieldTarget,
) -> UndoResult:
    since = {pk: step.changed_since for pk, step in steps.items() if step.changed_since}
    fields = custom_fields_by_slug(workspace, target=target) if since else {}
    labels = {slug: field.label for slug, field in fields.items()}
    kept = [KeptRow(pk, _changed_since(names, labels=labels)) for pk, names in since.items()]
    kept += [KeptRow(pk, _("Other things hang on it now.")) for pk in used]
    untouched = {row.object_id for row in kept}
    return UndoResult(undone=len(steps.keys() - untouched), kept=tuple(kept))


def _used_by_others(model: type[models.Model], ids: Collection[UUID]) -> set[UUID]:
    """Which of these rows anything outside this capability points at, or a note or child does.

    One query for each foreign key; a row that others use is kept, not torn out with them.
    """
    used: set[UUID] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        holder = relation.related_model
        if isinstance(holder, str) or holder._meta.model_name in _OWN_PARTS:
            continue
        column = relation.field.name
        rows = holder._base_manager.filter(**{f"{column}__in": ids}).exclude(pk__in=ids)
        used.update(rows.values_list(column, flat=True))
    return used


# What an upsert itself writes with a row.
_OWN_PARTS = frozenset(
    {
        "accountexternalid",
        "accounttag",
        "accountvalue",
        "personexternalid",
        "personvalue",
        "membership",
        "duplicatesuggestion",
    }
)


def _delete_rows(
    model: type[Account] | type[Person],
    workspace: Workspace | UUID,
    steps: Mapping[UUID, UndoStep],
    *,
    used: Collection[UUID],
) -> None:
    gone = [pk for pk, step in steps.items() if step.delete and pk not in used]
    model.objects.of(workspace).filter(pk__in=gone).delete()


# --- Putting fields back ------------------------------------------------------


def _restore_accounts(
    workspace: Workspace | UUID, accounts: Mapping[UUID, Account], steps: Mapping[UUID, UndoStep]
) -> None:
    restored = [accounts[pk] for pk, step in steps.items() if step.restore]
    for account in restored:
        before = steps[account.pk].restore
        _put_back(account, before)
        put_name(account, account.name)
        account.save(force_update=True)
        names = AccountExternalId.objects.of(workspace).filter(account=account)
        _keep_only(names, "value", before.get("external_ids"))
        tags = AccountTag.objects.of(workspace).filter(account=account)
        _keep_only(tags, "tag__name", before.get("tags"))
    fields = custom_fields_by_slug(workspace, target=FieldTarget.ACCOUNT)
    index_account_values(restored, fields=fields, slugs=fields)


def _restore_people(
    workspace: Workspace | UUID, people: Mapping[UUID, Person], steps: Mapping[UUID, UndoStep]
) -> None:
    restored = [people[pk] for pk, step in steps.items() if step.restore]
    for person in restored:
        before = steps[person.pk].restore
        _put_back(person, before)
        person.name_sort = sortable(person.name or person.email)
        person.save(force_update=True)
        names = PersonExternalId.objects.of(workspace).filter(person=person)
        _keep_only(names, "value", before.get("external_ids"))
        roles = before.get("memberships")
        held = Membership.objects.of(workspace).filter(person=person, until_on=None)
        _keep_only(held, "account_id", roles)
        for account_id, role in roles.items() if isinstance(roles, dict) else ():
            held.filter(account=UUID(account_id)).update(role=role)
    fields = custom_fields_by_slug(workspace, target=FieldTarget.PERSON)
    index_person_values(restored, fields=fields, slugs=fields)


def _put_back(row: Account | Person, before: Mapping[str, Any]) -> None:
    row.version += 1
    for name, value in before.items():
        slug = name.removeprefix("custom.")
        if slug != name and value is None:
            row.custom.pop(slug, None)
        elif slug != name:
            row.custom[slug] = value
        elif name == "created_on" and isinstance(value, str):
            row.created_on = date.fromisoformat(value)
        elif name not in _LISTS:
            setattr(row, name, value)


def _keep_only(rows: models.QuerySet[Any], column: str, before: Any) -> None:
    """Delete the rows that were not there before; nothing when the list did not change."""
    if before is not None:
        rows.exclude(**{f"{column}__in": list(before)}).delete()
