"""Makers for tests: `an_alert(account)`, `a_task(member)`, `a_playbook(member)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vereda.foundation.testing import MORNING
from vereda.worklist.actions.alerts import raise_alert
from vereda.worklist.actions.playbooks import add_playbook
from vereda.worklist.actions.queues import add_queue
from vereda.worklist.actions.tasks import add_task
from vereda.worklist.contracts import AlertKind, AlertReason, PlaybookIn, PlaybookStep
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.playbooks import Playbook, Queue
from vereda.worklist.models.tasks import Task

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member


def an_alert(account: Account, **said: Any) -> Alert:
    """An alert about the account, raised this morning: nobody has used it since 1 October."""
    wanted = {
        "kind": AlertKind.USAGE,
        "cause": "stopped",
        "reason": AlertReason.USAGE_STOPPED,
        "details": {"last_on": "2026-10-01"},
        "now": MORNING,
        **said,
    }
    return raise_alert(account.workspace, account_id=account.pk, **wanted)


def a_task(member: Member, **said: Any) -> Task:
    """A task of the member, added this morning."""
    wanted = {"title": "Call about the export", "now": MORNING, **said}
    return add_task(member.workspace, by=member, **wanted)


def a_queue(member: Member, *, name: str = "Tech touch") -> Queue:
    """A queue that the member serves."""
    return add_queue(member.workspace, name=name, members=[member], by=member)


def a_playbook(member: Member, *, name: str = "Unhappy customer", **said: Any) -> Playbook:
    """A playbook of two tasks, one due at once and one after three working days."""
    steps = (
        PlaybookStep(title="Listen", working_days=0),
        PlaybookStep(title="Tell them what we do", working_days=3),
    )
    wanted = PlaybookIn(name=name, **{"steps": steps, **said})
    return add_playbook(member.workspace, said=wanted, by=member, now=MORNING)
