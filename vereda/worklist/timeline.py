"""Alerts, tasks and playbooks on the timeline of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.timeline import TimelineEntry
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.playbooks import PlaybookRun
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.alerts import alert_news
from vereda.worklist.queries.playbooks import runs_before
from vereda.worklist.queries.ranks import today_at
from vereda.worklist.queries.tasks import task_news

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


class WorkTimeline:
    """What was noticed, what was done about it, which playbooks began."""

    kinds = (("work", gettext_lazy("Alerts and tasks")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; four queries."""
        raised, closed = alert_news(workspace, account_ids, before=before, limit=limit)
        done = task_news(workspace, account_ids, before=before, limit=limit)
        runs = runs_before(workspace, account_ids, before=before, limit=limit)
        told = [raised_entry(row, workspace) for row in raised]
        told += [closed_entry(row, workspace) for row in closed]
        told += [done_entry(row, workspace) for row in done]
        told += [run_entry(row, workspace) for row in runs]
        return sorted(told, key=lambda entry: (entry.at, entry.key), reverse=True)[:limit]


def raised_entry(row: Alert, workspace: Workspace) -> TimelineEntry:
    """Something was noticed; said as of that day."""
    on = today_at(workspace, now=row.raised_at)
    return TimelineEntry(
        at=row.raised_at,
        key=f"raised-{row.key}",
        kind="work",
        account_id=row.account_id,
        title=_("%(what)s. %(why)s") % {"what": row.called, "why": row.sentence(today=on)},
        icon=row.icon,
        url=url_of_item(row.key, workspace),
    )


def closed_entry(row: Alert, workspace: Workspace) -> TimelineEntry:
    """An alert ended, by itself or because somebody dealt with it."""
    assert row.closed_at is not None  # noqa: S101 - asked only for those that are
    return TimelineEntry(
        at=row.closed_at,
        key=f"closed-{row.key}",
        kind="work",
        account_id=row.account_id,
        title=f"{row.called}: {row.get_closed_because_display()}",
        icon="circle-check",
        url=url_of_item(row.key, workspace),
        actor=row.closed_by.name if row.closed_by else "",
    )


def done_entry(row: Task, workspace: Workspace) -> TimelineEntry:
    """A task was done."""
    assert row.done_at is not None  # noqa: S101 - asked only for those that are
    return TimelineEntry(
        at=row.done_at,
        key=f"done-{row.key}",
        kind="work",
        account_id=row.account_id,
        title=_("Done: %s") % row.called,
        icon="square-check",
        url=url_of_item(row.key, workspace),
        actor=row.done_by.name if row.done_by else "",
    )


def run_entry(row: PlaybookRun, workspace: Workspace) -> TimelineEntry:
    """A playbook began."""
    where = {"workspace": workspace.slug, "playbook": row.playbook.slug}
    return TimelineEntry(
        at=row.started_at,
        key=f"run-{row.pk}",
        kind="work",
        account_id=row.account_id,
        title=_("Playbook started: %s") % row.playbook.name,
        icon="play",
        url=reverse("worklist:playbook", kwargs=where),
        actor=row.by.name if row.by else "",
    )


def url_of_item(key: str, workspace: Workspace) -> str:
    """Where an alert or a task can be seen."""
    return reverse("worklist:item", kwargs={"workspace": workspace.slug, "item": key})
