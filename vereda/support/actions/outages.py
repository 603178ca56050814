"""Telling outages, and whether customers are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.races import refused_if_taken
from vereda.foundation.scoping import found
from vereda.support.contracts import Extent, OutageChangedMeanwhile, WrongOutage
from vereda.support.models.outages import Outage, OutagePolicy
from vereda.support.queries.outages import outage_policy_of
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.product.models import Product
    from vereda.workspaces.models import Member, Workspace


class OutageSaid(TypedDict):
    """What is said about an outage."""

    service: str
    extent: Extent
    started_at: datetime
    ended_at: datetime | None
    product: Product | None
    cause: str
    published_at: datetime | None
    published_how: str


@transaction.atomic
def put_outage(
    workspace: Workspace,
    row: Outage | None,
    *,
    by: Member | None,
    now: datetime,
    version: int | None = None,
    **said: Unpack[OutageSaid],
) -> Outage:
    """A new outage, or one with other words.

    `version` is the one that was read: when somebody changed it since, nothing is written.
    """
    ended_at = said["ended_at"]
    if said["started_at"] > now or (ended_at is not None and ended_at < said["started_at"]):
        raise WrongOutage(_("An outage begins before it ends, and not in the future."))
    if said["product"] is not None and said["product"].workspace_id != workspace.pk:
        raise WrongOutage(_("This product is not of this workspace."))
    fresh = row is None
    row = _locked_outage(row, version=version) if row else _new_outage(workspace, by=by)
    for name, value in said.items():
        setattr(row, name, value)
    row.version += not fresh
    row.save()
    record(by, "noted" if fresh else "edited", row)
    return row


def _new_outage(workspace: Workspace, *, by: Member | None) -> Outage:
    return Outage(workspace=workspace, by=by, number=reserve_numbers(workspace.pk, "OUT")[0])


def _locked_outage(outage: Outage, *, version: int | None) -> Outage:
    rows = Outage.objects.of(outage.workspace_id).select_for_update()
    row = found(rows.filter(pk=outage.pk))
    if version is not None and version != row.version:
        raise OutageChangedMeanwhile(
            _("Somebody changed %s while you had it open. Nothing of yours was stored.") % row.key
        )
    return row


@transaction.atomic
def decide_publishing(
    workspace: Workspace, *, publishes: bool | None, how: str, by: Member, now: datetime
) -> OutagePolicy:
    """Whether the workspace tells its customers about outages, and how."""
    row = outage_policy_of(workspace)
    row.workspace = workspace
    row.publishes, row.how, row.by = publishes, how, by
    row.decided_at = None if publishes is None else now
    with refused_if_taken(WrongOutage(_("Somebody decided it in the same moment. Look again."))):
        row.save()
    record(by, "decided", row, publishes=publishes)
    return row
