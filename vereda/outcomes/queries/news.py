"""Asking what is new about promised benefits, for timelines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import in_accounts
from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.models.outcomes import Outcome, Verdict

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def promise_news(
    workspace: Workspace, *, account_ids: Sequence[UUID], until: date, limit: int
) -> list[Outcome]:
    """What was promised up to that day, the last first."""
    rows = Outcome.objects.of(workspace).filter(in_accounts(account_ids), promised_on__lte=until)
    return list(rows.order_by("-promised_on", "-id")[:limit])


def verdict_news(
    workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
) -> list[Verdict]:
    """What either side said before that instant, the last first."""
    about = in_accounts(account_ids, column="outcome__account")
    rows = Verdict.objects.of(workspace).filter(about, at__lt=before)
    rows = rows.select_related("outcome", "member__user", "person")
    return list(rows.order_by("-at", "-id")[:limit])


def expectation_news(
    workspace: Workspace, *, account_ids: Sequence[UUID], until: date, limit: int
) -> list[Expectation]:
    """What customers were told to expect up to that day, the last first."""
    rows = Expectation.objects.of(workspace).filter(in_accounts(account_ids), set_on__lte=until)
    return list(rows.select_related("member__user").order_by("-set_on", "-id")[:limit])
