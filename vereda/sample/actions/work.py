"""What is to do in the sample: alerts come from the rules themselves; a few tasks, a queue and
playbooks at work are added, so that everybody's Today looks lived in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vereda.customers.queries.accounts import listed_accounts
from vereda.sample.rules.todo import QUEUE, TASKS
from vereda.worklist.actions.noticing import notice_all_accounts
from vereda.worklist.actions.playbooks import start_playbook, take_preset
from vereda.worklist.actions.queues import add_queue
from vereda.worklist.actions.tasks import add_task
from vereda.worklist.contracts import TaskPriority
from vereda.worklist.queries.alerts import all_alerts
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.customers.models.accounts import Account
    from vereda.worklist.models.alerts import Alert
    from vereda.worklist.models.playbooks import Playbook
    from vereda.workspaces.models import Member, Workspace

PRESET_OF = {
    "voice": "unhappy-customer",
    "renewal": "renewal",
    "people": "champion-left",
    "usage": "usage-falling",
}
IN_QUEUE = 4


def store_sample_work(
    workspace: Workspace, *, members: Mapping[str, Member], by: Member, now: datetime
) -> None:
    """Alerts, tasks, a queue and a playbook at work for everybody who looks after accounts."""
    notice_all_accounts(workspace, now=now)
    playbooks = {
        kind: take_preset(workspace, preset, by=by, now=now) for kind, preset in PRESET_OF.items()
    }
    add_sample_queue(workspace, members=list(members.values()), by=by, now=now)
    accounts: dict[UUID, list[Account]] = defaultdict(list)
    rows = listed_accounts(workspace).filter(owner__isnull=False)
    for account in rows.order_by("-arr_minor", "number"):
        accounts[account.owner_id].append(account)  # type: ignore[index]
    for member in members.values():
        if accounts[member.pk]:
            give_sample_work(member, accounts=accounts[member.pk], playbooks=playbooks, now=now)


def give_sample_work(
    member: Member,
    *,
    accounts: Collection[Account],
    playbooks: Mapping[str, Playbook],
    now: datetime,
) -> None:
    """Three tasks for a member, and a playbook for the gravest of their alerts that has one."""
    today = today_at(member.workspace, now=now)
    words = TASKS[member.workspace.language]
    for (title, days, urgent), account in zip(words, accounts, strict=False):
        add_task(
            member.workspace,
            by=member,
            now=now - timedelta(days=2),
            title=title,
            account=account,
            due_on=today + timedelta(days=days),
            priority=TaskPriority.HIGH if urgent else TaskPriority.NORMAL,
        )
    alerts = all_alerts(member.workspace).open().filter(owner=member, kind__in=list(playbooks))
    alert: Alert | None = alerts.order_by("-points", "pk").first()
    if alert is not None:
        playbook = playbooks[alert.kind]
        start_playbook(playbook, account=alert.account, alert=alert, by=member, now=now)


def add_sample_queue(
    workspace: Workspace, *, members: Collection[Member], by: Member, now: datetime
) -> None:
    """A queue that everybody serves, with tasks for small accounts that nobody looks after."""
    name, title = QUEUE[workspace.language]
    queue = add_queue(workspace, name=name, members=members, by=by)
    small = listed_accounts(workspace).order_by("arr_minor", "number")
    today = today_at(workspace, now=now)
    for days, account in enumerate(small[:IN_QUEUE]):
        add_task(
            workspace,
            by=by,
            now=now,
            title=title,
            account=account,
            queue=queue,
            due_on=today + timedelta(days=days),
        )
