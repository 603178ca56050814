"""Telling which fields the workspace adds to its accounts and people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vereda.customers.contracts import (
    AlreadyArchived,
    FieldExists,
    FieldTarget,
    FieldType,
    NotArchived,
    WrongValue,
)
from vereda.customers.models.fields import CustomField
from vereda.customers.rules.names import slug_in
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

MOST_FIELDS = 200
MOST_CHOICES = 200
CHOICE_LENGTH = 100


@transaction.atomic
def define_field(
    workspace: Workspace,
    *,
    target: FieldTarget,
    label: str,
    type: FieldType,
    choices: Sequence[str] = (),
    by: Member | None,
) -> CustomField:
    """A new field at the end of the form; its slug comes from the label and never changes."""
    label, slug = " ".join(label.split())[:80], slug_in(label)
    if not slug:
        raise WrongValue(_("A field needs a name with letters or digits."))
    fields = CustomField.objects.of(workspace).filter(target=target)
    if fields.count() >= MOST_FIELDS:
        raise WrongValue(_("A workspace has at most %d fields of a kind.") % MOST_FIELDS)
    last = fields.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            field: CustomField = CustomField.objects.of(workspace).create(
                target=target,
                label=label,
                slug=slug,
                type=type,
                choices=checked_choices(choices, type=type),
                position=last + 1,
            )
    except IntegrityError:
        raise FieldExists(
            _("There is a field “%s” already; archived ones count.") % label
        ) from None
    record(by, "defined", field, target=target, type=type)
    return field


@transaction.atomic
def edit_field(
    field: CustomField,
    *,
    label: str,
    choices: Sequence[str] = (),
    position: int | None = None,
    by: Member | None,
) -> None:
    """Rename, reorder, or offer other choices; what rows hold already stays."""
    label = " ".join(label.split())[:80]
    if not label:
        raise WrongValue(_("A field needs a name with letters or digits."))
    CustomField.objects.of(field.workspace_id).filter(pk=field.pk).update(
        label=label,
        choices=checked_choices(choices, type=FieldType(field.type)),
        position=field.position if position is None else position,
    )
    record(by, "edited", field, label=label)


@transaction.atomic
def archive_field(field: CustomField, *, by: Member | None, now: datetime) -> None:
    """Take the field out of forms and lists; its values are kept."""
    rows = CustomField.objects.of(field.workspace_id).filter(pk=field.pk, archived_at=None)
    if not rows.update(archived_at=now):
        raise AlreadyArchived(_("Somebody archived this field first."))
    record(by, "archived", field)


@transaction.atomic
def restore_field(field: CustomField, *, by: Member | None) -> None:
    """Put an archived field back, with everything it held."""
    rows = CustomField.objects.of(field.workspace_id).filter(pk=field.pk)
    if not rows.filter(archived_at__isnull=False).update(archived_at=None):
        raise NotArchived(_("This field is in use already."))
    record(by, "restored", field)


def checked_choices(choices: Sequence[str], *, type: FieldType) -> list[str]:
    """The choices without blanks and repeats; a choice field needs at least one."""
    if type is not FieldType.CHOICE:
        return []
    kept = list(dict.fromkeys(" ".join(choice.split()) for choice in choices if choice.strip()))
    if not kept or len(kept) > MOST_CHOICES or max(map(len, kept)) > CHOICE_LENGTH:
        raise WrongValue(_("Give between 1 and 200 choices of up to 100 characters."))
    return kept
