"""What happened to the benefits promised to an account, for its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.timeline import TimelineEntry
from vereda.outcomes.contracts import ExpectationStep, VerdictKind
from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.models.outcomes import Outcome, Verdict
from vereda.outcomes.queries.news import expectation_news, promise_news, verdict_news
from vereda.outcomes.telling import promise_sentence, verdict_sentence
from vereda.outcomes.wording import STEPS

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


class ValueTimeline:
    """Promises, what either side says of them, and what the customer was told to expect."""

    kinds = (("value", gettext_lazy("Value")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; three queries."""
        zone = ZoneInfo(workspace.time_zone)
        until = before.astimezone(zone).date()
        ids, most = account_ids, limit + 1
        promises = promise_news(workspace, account_ids=ids, until=until, limit=most)
        words = verdict_news(workspace, account_ids=ids, before=before, limit=most)
        expected = expectation_news(workspace, account_ids=ids, until=until, limit=most)
        told = [_promised(row, workspace, zone) for row in promises]
        told += [_said(row, workspace) for row in words]
        told += [_expected(row, zone) for row in expected]
        earlier = [entry for entry in told if entry.at < before]
        return sorted(earlier, key=lambda entry: (entry.at, entry.key), reverse=True)[:limit]


def _promised(row: Outcome, workspace: Workspace, zone: ZoneInfo) -> TimelineEntry:
    return TimelineEntry(
        at=_noon(row.promised_on, zone),
        key=f"promised-{row.key}",
        kind="value",
        account_id=row.account_id,
        title=_("Promised: %s") % row.benefit,
        markdown=promise_sentence(row),
        icon="target",
        url=_url(row, workspace),
        major=True,
        all_day=True,
    )


def _said(row: Verdict, workspace: Workspace) -> TimelineEntry:
    outcome = row.outcome
    taken_back = row.kind == VerdictKind.TAKEN_BACK
    return TimelineEntry(
        at=row.at,
        key=f"said-{row.pk}",
        kind="value",
        account_id=outcome.account_id,
        title=outcome.benefit,
        markdown=_("A word about it was taken back.") if taken_back else verdict_sentence(row),
        icon="check" if row.kind == VerdictKind.VERIFIED else "circle-alert",
        url=_url(outcome, workspace),
        major=not taken_back,
    )


def _expected(row: Expectation, zone: ZoneInfo) -> TimelineEntry:
    return TimelineEntry(
        at=_noon(row.set_on, zone),
        key=f"expected-{row.pk}",
        kind="value",
        account_id=row.account_id,
        title=_("Told to expect (%s)") % STEPS[ExpectationStep(row.step)],
        markdown=row.words,
        icon="flag",
        actor=row.member.name if row.member else "",
        all_day=True,
    )


def _url(row: Outcome, workspace: Workspace) -> str:
    return reverse("outcomes:outcome", kwargs={"workspace": workspace.slug, "outcome": row.key})


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), tzinfo=zone)
