"""Asking about playbooks, their versions and runs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.worklist.contracts import AlertKind, PlaybookStep, StepRole, TaskPriority, TaskState
from vereda.worklist.models.playbooks import (
    Playbook,
    PlaybookRows,
    PlaybookRun,
    PlaybookRunRows,
    PlaybookVersion,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

RUN_ORDER = Order.on("started", "started_at", descending=True)


def playbooks_in(workspace: Workspace | UUID) -> PlaybookRows:
    """The playbooks in use by name, with their current version and `running`: runs not ended."""
    running = Count("runs", filter=Q(runs__ended_at=None))
    rows: PlaybookRows = Playbook.objects.of(workspace).in_use().select_related("current")
    counted: PlaybookRows = rows.annotate(running=running)
    return counted.order_by("name", "pk")


def playbook_with_slug(workspace: Workspace | UUID, slug: str) -> Playbook:
    """The playbook with that slug, archived or not, with its current version; or `Missing`."""
    rows = Playbook.objects.of(workspace).select_related("current")
    return found(rows.filter(slug=slug))


def versions_of_playbook(playbook: Playbook) -> list[PlaybookVersion]:
    """Every version of a playbook, the newest first."""
    rows = PlaybookVersion.objects.of(playbook.workspace_id).filter(playbook=playbook)
    return list(rows.select_related("by__user").order_by("-number"))


def steps_of(version: PlaybookVersion | None) -> list[PlaybookStep]:
    """The tasks of a version, in their order."""
    return [step_from(each) for each in version.steps] if version else []


def step_from(told: dict[str, Any]) -> PlaybookStep:
    """One task of a playbook from its JSON."""
    return PlaybookStep(
        title=told["title"],
        working_days=told["working_days"],
        note=told.get("note", ""),
        role=StepRole(told.get("role", StepRole.ACCOUNT_OWNER)),
        member=told.get("member", ""),
        queue=told.get("queue", ""),
        priority=TaskPriority(told.get("priority", TaskPriority.NORMAL)),
    )


def playbooks_for(workspace: Workspace | UUID, *, kind: AlertKind | None) -> list[Playbook]:
    """The playbooks in use, those for the kind first."""
    rows = list(playbooks_in(workspace))
    return sorted(rows, key=lambda each: (each.kind != kind, each.name))


def runs_of(playbook: Playbook) -> PlaybookRunRows:
    """The runs of a playbook, unordered, with `done` and `all` tasks counted."""
    return counted_runs(playbook.workspace_id).filter(playbook=playbook)


def counted_runs(workspace: Workspace | UUID) -> PlaybookRunRows:
    """Runs with their playbook, version, account and who started them; `done` and `all` tasks."""
    rows: PlaybookRunRows = PlaybookRun.objects.of(workspace)
    rows = rows.select_related("playbook", "version", "account", "by__user")
    counted: PlaybookRunRows = rows.annotate(
        done=Count("tasks", filter=~Q(tasks__state=TaskState.OPEN)), all=Count("tasks")
    )
    return counted


def runs_before(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> list[PlaybookRun]:
    """Runs for these accounts that began earlier than `before`, newest first."""
    rows = PlaybookRun.objects.of(workspace).filter(in_accounts(account_ids))
    rows = rows.filter(started_at__lt=before).select_related("playbook", "by__user")
    told = rows.only(
        "started_at",
        "account",
        "playbook__name",
        "playbook__slug",
        "by__user__name",
        "by__user__email",
    )
    return list(told.order_by("-started_at", "-pk")[:limit])


def run_with_id(workspace: Workspace | UUID, run_id: UUID) -> PlaybookRun:
    """The run with that id, or `Missing`."""
    return found(counted_runs(workspace).filter(pk=run_id))
