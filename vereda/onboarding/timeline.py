"""Onboarding on the timeline of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy

from vereda.foundation.timeline import TimelineEntry
from vereda.onboarding.contracts.plans import EntryKind
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.queries.records import plan_news
from vereda.onboarding.wording.plans import ENTRIES
from vereda.onboarding.wording.templates import item_title

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

LOUD: Final = frozenset(
    {EntryKind.AGREED, EntryKind.STOPPED, EntryKind.ASKED_AGAIN, EntryKind.EXIT_ANSWERED}
)


class PlansTimeline:
    """What was asked, given, accepted, done and reached in the account's plans."""

    kinds = (("onboarding", gettext_lazy("Onboarding")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; one query."""
        rows = plan_news(workspace, account_ids, before=before, limit=limit)
        return [plan_entry(row, slug=workspace.slug) for row in rows]


def plan_entry(row: PlanEntry, *, slug: str) -> TimelineEntry:
    """One thing that happened in a plan."""
    kind = EntryKind(row.kind)
    about = item_title(row.item.asks) if row.item else row.plan.name
    return TimelineEntry(
        at=row.at,
        key=f"plan-{row.pk}",
        kind="onboarding",
        account_id=row.plan.account_id,
        title=f"{row.plan.key} · {about}: {ENTRIES[kind]}",
        markdown=row.because,
        icon="list-checks",
        actor=row.person.called if row.person else row.member.name if row.member else "",
        major=kind in LOUD,
        url=reverse("onboarding:plan", kwargs={"workspace": slug, "plan": row.plan.key}),
    )
