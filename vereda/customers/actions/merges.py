"""Making two rows one, and taking it back.

A merge moves what points at the absorbed row: every foreign key of every table, the tables of
capabilities above included, as a deletion would cascade to them. The ids of moved rows are the
merge's journal; undoing points exactly those back, so that what was added to the survivor since
stays with it. The absorbed row itself is kept, hidden, untouched.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from vereda.customers.contracts import (
    AccountMergeUndone,
    AccountsMerged,
    CannotMerge,
    CannotUndoMerge,
    FieldTarget,
    PeopleMerged,
    PeopleMergeUndone,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.duplicates import DuplicateSuggestion, Merge
from vereda.customers.models.people import Person
from vereda.customers.queries.accounts import parents_above
from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.workspaces.actions.audit import as_json_value, record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

Customer = TypeVar("Customer", Account, Person)

# These speak about the pair itself; moving them would rewrite what they remember.
_STAY = (Merge, DuplicateSuggestion)
# Filled from the absorbed row where the survivor has nothing.
_FILLED_ACCOUNT = ("domain", "website", "industry", "country", "next_step", "owner_id")
_FILLED_PERSON = (
    "email",
    "phone",
    "title",
    "language",
    "time_zone",
    "preferences",
    "motivations",
    "beliefs",
)


@transaction.atomic
def merge_accounts(
    survivor: Account, *, absorbed: Account, by: Member | None, now: datetime
) -> Merge:
    """One account from two: everything of the absorbed one moves to the survivor."""
    kept, gone = _both_locked(Account, survivor, absorbed)
    if gone.pk in parents_above(kept.workspace_id, start=kept.pk):
        raise CannotMerge(
            _("%(absorbed)s stands above %(survivor)s. Keep the upper one.")
            % {"absorbed": gone.name, "survivor": kept.name}
        )
    # What stands below the survivor cannot become its parent.
    below = kept.pk in parents_above(kept.workspace_id, start=gone.pk)
    names = _FILLED_ACCOUNT if below else (*_FILLED_ACCOUNT, "parent_id")
    filled = _fill(kept, gone, names=names)
    merge = _merged(kept, gone, filled=filled, by=by, now=now)
    announce(
        AccountsMerged(
            workspace_id=kept.workspace_id,
            merge_id=merge.pk,
            survivor_id=kept.pk,
            absorbed_id=gone.pk,
        )
    )
    return merge


@transaction.atomic
def merge_people(survivor: Person, *, absorbed: Person, by: Member | None, now: datetime) -> Merge:
    """One person from two: everything of the absorbed one moves to the survivor."""
    kept, gone = _both_locked(Person, survivor, absorbed)
    if kept.erased_at or gone.erased_at:
        raise CannotMerge(_("One of them was erased."))
    filled = _fill(kept, gone, names=_FILLED_PERSON)
    merge = _merged(kept, gone, filled=filled, by=by, now=now)
    announce(
        PeopleMerged(
            workspace_id=kept.workspace_id,
            merge_id=merge.pk,
            survivor_id=kept.pk,
            absorbed_id=gone.pk,
        )
    )
    return merge


@transaction.atomic
def undo_merge(merge: Merge, *, by: Member | None, now: datetime) -> None:
    """Two rows again: what moved goes back, what was added since stays where it is."""
    claimed = Merge.objects.of(merge.workspace_id).filter(pk=merge.pk, undone_at=None)
    if not claimed.update(undone_at=now, undone_by=by):
        raise CannotUndoMerge(_("Somebody has undone this merge already."))
    model: type[Account] | type[Person] = Account if merge.target == FieldTarget.ACCOUNT else Person
    kept, gone = _pair_of(merge)
    if kept.merged_into_id is not None:
        raise CannotUndoMerge(_("The survivor was merged since. Undo that merge first."))
    if isinstance(kept, Person) and kept.erased_at:
        raise CannotUndoMerge(_("This person was erased."))
    model.objects.of(merge.workspace_id).filter(pk=gone.pk).update(merged_into=None)
    _move_back(merge, model, kept=kept.pk, gone=gone.pk)
    _empty_again(merge, kept)
    record(by, "undid merge", kept, absorbed=gone.key)
    fact = AccountMergeUndone if model is Account else PeopleMergeUndone
    announce(
        fact(
            workspace_id=merge.workspace_id,
            merge_id=merge.pk,
            survivor_id=kept.pk,
            absorbed_id=gone.pk,
        )
    )


# --- Merging ------------------------------------------------------------------


def _both_locked(
    model: type[Customer], survivor: Customer, absorbed: Customer
) -> tuple[Customer, Customer]:
    """Both rows as they are now, or a refusal: two different rows that both still stand."""
    if survivor.pk == absorbed.pk:
        raise CannotMerge(_("They are one already."))
    rows = model.objects.of(survivor.workspace_id).select_for_update()
    # In the order of ids, so that two merges of one pair never wait for each other.
    pair = {row.pk: row for row in rows.filter(pk__in=[survivor.pk, absorbed.pk]).order_by("pk")}
    kept, gone = pair.get(survivor.pk), pair.get(absorbed.pk)
    if kept is None or gone is None:
        raise CannotMerge(_("They are not both of this workspace."))
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise CannotMerge(_("One of them was merged already."))
    return kept, gone


def _fill(kept: Customer, gone: Customer, *, names: tuple[str, ...]) -> dict[str, Any]:
    """Give the survivor what only the absorbed row had; answers before and after by field."""
    filled: dict[str, Any] = {}
    for name in names:
        offered = getattr(gone, name)
        if not getattr(kept, name) and offered and offered != kept.pk:
            filled[name] = [as_json_value(getattr(kept, name)), as_json_value(offered)]
            setattr(kept, name, offered)
    for slug, value in gone.custom.items():
        if slug not in kept.custom:
            filled[f"custom.{slug}"] = [None, value]
            kept.custom[slug] = value
    return filled


def _merged(
    kept: Customer, gone: Customer, *, filled: dict[str, Any], by: Member | None, now: datetime
) -> Merge:
    kept.version += 1
    kept.changed_by = by
    kept.save(force_update=True)
    target = FieldTarget.ACCOUNT if isinstance(kept, Account) else FieldTarget.PERSON
    merge: Merge = Merge.objects.of(kept.workspace_id).create(
        target=target,
        **{f"survivor_{target}": kept, f"absorbed_{target}": gone},
        moved=_move(type(kept), gone=gone.pk, to=kept.pk),
        filled=filled,
        merged_at=now,
        merged_by=by,
    )
    type(kept).objects.of(kept.workspace_id).filter(pk=gone.pk).update(merged_into=kept)
    record(by, "merged", kept, absorbed=gone.key)
    return merge


def _move(model: type[models.Model], *, gone: UUID, to: UUID) -> dict[str, list[str]]:
    """Point every row that points at `gone` to `to`; answers their ids by "model.field"."""
    moved: dict[str, list[str]] = {}
    for key, holder, column in _pointers(model):
        rows = holder._base_manager.filter(**{column: gone}).exclude(pk=to)
        ids = _point(holder, column, ids=list(rows.values_list("pk", flat=True)), to=to)
        if ids:
            moved[key] = [str(pk) for pk in ids]
    return moved


def _pointers(
    model: type[models.Model],
) -> Iterator[tuple[str, type[models.Model], str]]:
    """Every foreign key of any table that points at the model, as key, table and column."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.field.name == "merged_into":
            continue
        holder = relation.related_model
        if isinstance(holder, type) and not issubclass(holder, _STAY):
            yield f"{holder._meta.label_lower}.{relation.field.name}", holder, relation.field.name


def _point(holder: type[models.Model], column: str, *, ids: list[Any], to: UUID) -> list[Any]:
    """Point those rows at `to`; rows that would repeat one of the survivor's stay."""
    try:
        with transaction.atomic():
            holder._base_manager.filter(pk__in=ids).update(**{column: to})
    except IntegrityError:
        return [pk for pk in ids if _pointed(holder, column, pk=pk, to=to)]
    return ids


def _pointed(holder: type[models.Model], column: str, *, pk: Any, to: UUID) -> bool:
    try:
        with transaction.atomic():
            return bool(holder._base_manager.filter(pk=pk).update(**{column: to}))
    except IntegrityError:
        return False


# --- Taking it back -----------------------------------------------------------


def _pair_of(merge: Merge) -> tuple[Account, Account] | tuple[Person, Person]:
    if merge.survivor_account_id and merge.absorbed_account_id:
        accounts = Account.objects.of(merge.workspace_id).select_for_update()
        return (
            found(accounts.filter(pk=merge.survivor_account_id)),
            found(accounts.filter(pk=merge.absorbed_account_id)),
        )
    people = Person.objects.of(merge.workspace_id).select_for_update()
    return (
        found(people.filter(pk=merge.survivor_person_id or merge.pk)),
        found(people.filter(pk=merge.absorbed_person_id or merge.pk)),
    )


def _move_back(merge: Merge, model: type[models.Model], *, kept: UUID, gone: UUID) -> None:
    """Point the journal's rows back, those that still point at the survivor."""
    for key, holder, column in _pointers(model):
        ids = merge.moved.get(key, [])
        rows = holder._base_manager.filter(pk__in=ids, **{column: kept})
        _point(holder, column, ids=list(rows.values_list("pk", flat=True)), to=gone)


def _empty_again(merge: Merge, kept: Account | Person) -> None:
    """Take back what the survivor was given, where nobody changed it since."""
    for name, (before, after) in merge.filled.items():
        slug = name.removeprefix("custom.")
        if slug != name and kept.custom.get(slug) == after:
            del kept.custom[slug]
        if slug == name and as_json_value(getattr(kept, name)) == after:
            setattr(kept, name, before)
    kept.version += 1
    kept.save(force_update=True)
