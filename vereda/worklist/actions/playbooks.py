"""Playbooks: their versions, and their runs for accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.foundation.errors import Missing
from vereda.foundation.facts import announce
from vereda.worklist.actions.tasks import add_task
from vereda.worklist.contracts import (
    PlaybookIn,
    PlaybookRuns,
    PlaybookStarted,
    PlaybookStep,
    StepRole,
    WrongPlaybook,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.playbooks import Playbook, PlaybookRun, PlaybookVersion, Queue
from vereda.worklist.playbook_files import PRESETS, preset_playbook
from vereda.worklist.queries.playbooks import steps_of
from vereda.worklist.queries.ranks import today_at
from vereda.worklist.queries.tasks import queues_in
from vereda.worklist.rules.workdays import working_days_after
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member, Workspace

MOST_STEPS = 30
MOST_DAYS = 260
LONGEST_TITLE = 200
LONGEST_NOTE = 4_000


@transaction.atomic
def add_playbook(
    workspace: Workspace, *, said: PlaybookIn, by: Member | None, now: datetime
) -> Playbook:
    """A new playbook with its first version; a name that is taken is refused."""
    slug = slugify(said.name)[:60]
    if not slug:
        raise WrongPlaybook(_("A playbook needs a name."))
    playbook = Playbook(
        workspace=workspace,
        slug=slug,
        name=said.name.strip()[:120],
        purpose=said.purpose.strip()[:500],
        kind=said.kind or "",
    )
    try:
        with transaction.atomic():
            playbook.save(force_insert=True)
    except IntegrityError:
        raise WrongPlaybook(_("A playbook has that name already.")) from None
    _add_version(playbook, steps=said.steps, number=1, by=by, now=now)
    record(by, "added", playbook, tasks=len(said.steps))
    return playbook


def take_preset(workspace: Workspace, preset: str, *, by: Member | None, now: datetime) -> Playbook:
    """One of the playbooks that come with Vereda, in the workspace's language; or `Missing`."""
    if preset not in PRESETS:
        raise Missing(preset)
    said = preset_playbook(preset, language=workspace.language)
    return add_playbook(workspace, said=said, by=by, now=now)


@transaction.atomic
def edit_playbook(
    playbook: Playbook, *, said: PlaybookIn, by: Member | None, now: datetime
) -> Playbook:
    """The playbook with other words; other tasks are a new version. Runs go on with theirs."""
    row: Playbook = (
        Playbook.objects.of(playbook.workspace_id)
        .select_for_update(of=("self",))
        .select_related("current")
        .get(pk=playbook.pk)
    )
    row.name, row.purpose = said.name.strip()[:120], said.purpose.strip()[:500]
    row.kind = said.kind or ""
    if not row.name:
        raise WrongPlaybook(_("A playbook needs a name."))
    row.save()
    if steps_of(row.current) != list(said.steps):
        number = row.current.number + 1 if row.current else 1
        _add_version(row, steps=said.steps, number=number, by=by, now=now)
    record(by, "edited", row, version=row.current.number if row.current else 0)
    return row


@transaction.atomic
def archive_playbook(playbook: Playbook, *, by: Member | None, now: datetime) -> None:
    """It is started no more; runs go on."""
    playbook.archived_at = now
    playbook.save(update_fields=["archived_at", "updated_at"])
    record(by, "archived", playbook)


@transaction.atomic
def restore_playbook(playbook: Playbook, *, by: Member | None) -> None:
    """It may be started again."""
    playbook.archived_at = None
    playbook.save(update_fields=["archived_at", "updated_at"])
    record(by, "restored", playbook)


def _add_version(
    playbook: Playbook,
    *,
    steps: tuple[PlaybookStep, ...],
    number: int,
    by: Member | None,
    now: datetime,
) -> None:
    _refuse_wrong_steps(steps)
    playbook.current = PlaybookVersion.objects.of(playbook.workspace_id).create(
        playbook=playbook,
        number=number,
        steps=[asdict(step) for step in steps],
        made_at=now,
        by=by,
    )
    playbook.save(update_fields=["current", "updated_at"])


def _refuse_wrong_steps(steps: tuple[PlaybookStep, ...]) -> None:
    if not 1 <= len(steps) <= MOST_STEPS:
        raise WrongPlaybook(_("A playbook has from 1 to %s tasks.") % MOST_STEPS)
    for step in steps:
        if not step.title.strip() or len(step.title) > LONGEST_TITLE:
            raise WrongPlaybook(
                _("Every task needs a title of at most %s letters.") % LONGEST_TITLE
            )
        if len(step.note) > LONGEST_NOTE:
            raise WrongPlaybook(_("A note has at most %s letters.") % LONGEST_NOTE)
        if not 0 <= step.working_days <= MOST_DAYS:
            raise WrongPlaybook(
                _("A task is due 0 to %s working days after the start.") % MOST_DAYS
            )


# --- Runs ---------------------------------------------------------------------


@transaction.atomic
def start_playbook(
    playbook: Playbook,
    *,
    account: Account,
    by: Member | None,
    now: datetime,
    alert: Alert | None = None,
) -> PlaybookRun:
    """The playbook's tasks for that account, with their days; it runs once per account at a time.

    A step whose member left or whose queue is gone falls to the account's owner, then to whoever
    starts it: no task is lost.
    """
    version = playbook.current
    if version is None or playbook.archived_at is not None:
        raise WrongPlaybook(_("This playbook is not in use."))
    if account.workspace_id != playbook.workspace_id:
        raise WrongPlaybook(_("This is not of this workspace."))
    if alert is not None and alert.account_id != account.pk:
        raise WrongPlaybook(_("This alert is about another account."))
    workspace = account.workspace
    run = PlaybookRun(
        workspace=workspace,
        playbook=playbook,
        version=version,
        account=account,
        alert=alert,
        started_on=today_at(workspace, now=now),
        started_at=now,
        by=by,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise PlaybookRuns(
            _("“%(playbook)s” runs for %(account)s already.")
            % {"playbook": playbook.name, "account": account.name}
        ) from None
    _add_steps(run, workspace=workspace, by=by, now=now)
    record(by, "started", run, playbook=playbook.slug, version=version.number, account=account.key)
    announce(PlaybookStarted(workspace_id=workspace.pk, account_id=account.pk, run_id=run.pk))
    return run


def _add_steps(run: PlaybookRun, *, workspace: Workspace, by: Member | None, now: datetime) -> None:
    team = {each.user.email: each for each in members_of(workspace)}
    queues = {each.name: each for each in queues_in(workspace)}
    fallback = run.account.owner or by
    for order, step in enumerate(steps_of(run.version)):
        owner, queue = _doer(step, team=team, queues=queues, by=by, fallback=fallback)
        add_task(
            workspace,
            by=by,
            now=now,
            run=run,
            step=order,
            alert=run.alert,
            account=run.account,
            title=step.title,
            note=step.note,
            priority=step.priority,
            due_on=working_days_after(run.started_on, days=step.working_days),
            owner=owner,
            queue=queue,
        )


def _doer(
    step: PlaybookStep,
    *,
    team: Mapping[str, Member],
    queues: Mapping[str, Queue],
    by: Member | None,
    fallback: Member | None,
) -> tuple[Member | None, Queue | None]:
    """Whose task it is: a member's, or a queue's."""
    if step.role == StepRole.QUEUE and step.queue in queues:
        return None, queues[step.queue]
    if step.role == StepRole.MEMBER:
        return team.get(step.member, fallback), None
    return (by or fallback) if step.role == StepRole.STARTER else fallback, None
