"""Asking about alerts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models.functions import Coalesce

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.ids import number_in
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.worklist.contracts import AlertKind, CloseReason
from vereda.worklist.models.alerts import Alert, AlertRows

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

ALERT_ORDERS = {
    "rank": Order.on("rank", "points", descending=True),
    "newest": Order.on("newest", "raised_at", descending=True),
    "oldest": Order.on("oldest", "raised_at"),
}


BRIEF = ("number", "kind", "reason", "details", "raised_at", "closed_at")
TOLD = (
    *BRIEF,
    "account",
    "closed_because",
    "closed_by__user__name",
    "closed_by__user__email",
)
"""What a line says of an alert, and what a timeline says of its end."""


def all_alerts(workspace: Workspace | UUID) -> AlertRows:
    """Every alert of the workspace, unordered, with its account and owner."""
    return Alert.objects.of(workspace).select_related("account", "owner__user")


def alert_with_key(workspace: Workspace | UUID, key: str) -> Alert:
    """The alert a person means by AL-12, or `Missing`."""
    rows = all_alerts(workspace).select_related("closed_by__user")
    return found(rows.filter(number=number_in(key, "AL")))


def open_alerts_of_account(workspace: Workspace | UUID, account_ids: Collection[UUID]) -> AlertRows:
    """What is noticed about these accounts now, the gravest first; what a line says of each."""
    # Ordered by an expression: by the column, a database would go through everybody's by points.
    rows: AlertRows = Alert.objects.of(workspace).open().filter(in_accounts(account_ids))
    gravest = Coalesce("points", "points").desc()
    brief: AlertRows = rows.only(*BRIEF, "account").order_by(gravest, "id")
    return brief


def open_alert_ids(workspace: Workspace | UUID, *, kind: AlertKind, cause: str) -> dict[UUID, UUID]:
    """The open alerts of one cause: account to alert."""
    rows = Alert.objects.of(workspace).open().filter(kind=kind, cause=cause)
    return dict(rows.values_list("account_id", "pk"))


def alerts_closed_by_themselves(
    workspace: Workspace | UUID, *, owner: Member, since: datetime, limit: int
) -> list[Alert]:
    """Alerts of a member whose cause went away since then, the latest first."""
    rows = _brief(workspace).filter(owner=owner, closed_at__gt=since)
    rows = rows.filter(closed_because=CloseReason.CLEARED)
    return list(rows.order_by("-closed_at", "-id")[:limit])


def _brief(workspace: Workspace | UUID) -> AlertRows:
    """Alerts with what a line about them says."""
    rows: AlertRows = Alert.objects.of(workspace).select_related("account")
    brief: AlertRows = rows.only(*BRIEF, "account__number", "account__name")
    return brief


def alerts_raised_since(
    workspace: Workspace | UUID, *, owner: Member, since: datetime, limit: int
) -> list[Alert]:
    """Alerts of a member raised since then, open or not, the latest first."""
    rows = _brief(workspace).filter(owner=owner, raised_at__gt=since)
    return list(rows.order_by("-raised_at", "-id")[:limit])


def alert_news(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> tuple[list[Alert], list[Alert]]:
    """Alerts raised, and alerts closed, earlier than `before`; each limited, newest first."""
    rows = Alert.objects.of(workspace).filter(in_accounts(account_ids))
    rows = rows.select_related("closed_by__user").only(*TOLD)
    raised = rows.filter(raised_at__lt=before).order_by("-raised_at", "-id")[:limit]
    closed = rows.filter(closed_at__lt=before).order_by("-closed_at", "-id")[:limit]
    return list(raised), list(closed)
