"""Telling which accounts everybody looks at first, and in which order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from vereda.customers.contracts import NotALighthouse, WrongValue
from vereda.customers.models.accounts import Account
from vereda.customers.models.lighthouses import Lighthouse
from vereda.foundation.scoping import found
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


@transaction.atomic
def add_lighthouse(account: Account, *, why: str, by: Member, on: date) -> Lighthouse:
    """Put an account at the end of the list; it needs a reason, and is there only once."""
    why = " ".join(why.split())
    if not why:
        raise WrongValue(_("Say why: what do others learn from this account, or gain?"))
    rows = Lighthouse.objects.of(account.workspace_id)
    # Whoever else adds one waits here, so that no two stand at the same place.
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if rows.filter(account=account).exists():
        raise NotALighthouse(_("%(account)s is on the list already.") % {"account": account.name})
    last = rows.aggregate(last=Max("place"))["last"] or 0
    added: Lighthouse = rows.create(
        account=account, place=last + 1, why=why[:300], since_on=on, added_by=by
    )
    record(by, "put on the lighthouse list", account, why=added.why, place=added.place)
    return added


@transaction.atomic
def explain_lighthouse(lighthouse: Lighthouse, *, why: str, by: Member) -> None:
    """Say anew why the account is on the list."""
    why = " ".join(why.split())
    if not why:
        raise WrongValue(_("Say why: what do others learn from this account, or gain?"))
    Lighthouse.objects.of(lighthouse.workspace_id).filter(pk=lighthouse.pk).update(why=why[:300])
    record(by, "explained the lighthouse", lighthouse.account, why=why[:300])


@transaction.atomic
def place_lighthouse(lighthouse: Lighthouse, *, place: int, by: Member) -> None:
    """Move an account to that place (1 is the first); the others keep their order."""
    held = Lighthouse.objects.of(lighthouse.workspace_id)
    rows = {row.pk: row for row in held.select_for_update().order_by("pk")}
    shown = [row.pk for row in held.in_order()]
    moved = found(held.filter(pk=lighthouse.pk)).pk
    order = [pk for pk in shown if pk != moved]
    order.insert(max(1, min(place, len(shown))) - 1, moved)
    # Those that are not shown (archived) go behind, so that a step up is always seen.
    hidden = sorted(rows.keys() - set(order), key=lambda pk: (rows[pk].place, pk))
    changed = []
    for number, row in enumerate((rows[pk] for pk in (*order, *hidden)), start=1):
        if row.place != number:
            row.place = number
            changed.append(row)
    Lighthouse.objects.of(lighthouse.workspace_id).bulk_update(changed, ["place"])
    if changed:
        record(by, "moved on the lighthouse list", lighthouse.account, place=place)


@transaction.atomic
def remove_lighthouse(lighthouse: Lighthouse, *, by: Member) -> None:
    """Take an account off the list; those behind it move up."""
    rows = Lighthouse.objects.of(lighthouse.workspace_id)
    if not rows.filter(pk=lighthouse.pk).delete()[0]:
        raise NotALighthouse(_("The account is not on the list."))
    rows.filter(place__gt=lighthouse.place).update(place=F("place") - 1)
    record(by, "took off the lighthouse list", lighthouse.account)
