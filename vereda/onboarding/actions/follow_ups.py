"""Putting follow-ups that one of us has to do on a list, and taking off what is done or needless.

Called inside the transaction that holds the plan.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from vereda.onboarding.contracts.intensity import FollowUpBy
from vereda.onboarding.contracts.templates import words_for_reader
from vereda.onboarding.models.follow_ups import FollowUpTask
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.queries.follow_ups import FollowUps, follow_up_tasks_of, follow_ups_in
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.queries.intensity import plan_intensity
from vereda.onboarding.queries.items import FOLLOWING_UP
from vereda.onboarding.rules.promises import day_at
from vereda.worklist.actions.tasks import add_task, drop_task, edit_task, finish_task
from vereda.worklist.contracts import TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.rules.follow_ups import PlannedFollowUp
    from vereda.workspaces.models import Member

LONGEST_TITLE: Final = 200
LONGEST_NOTE: Final = 4_000


def ask_for_due_follow_ups(plan: Plan, *, now: datetime) -> int:
    """Every follow-up in person that is due is a task of whoever leads the plan, each one once; how
    many are new."""
    close_needless_follow_ups(plan, now=now)
    today = day_at(now, calendars_between(plan.workspace, plan.account_id).ours)
    asked = 0
    for told in _follow_ups_now(plan, now=now).values():
        due = told.due_in_person(today)
        if due is not None and not _is_asked_for(told, due):
            _ask(plan, told, due, now=now)
            asked += 1
    return asked


def _follow_ups_now(plan: Plan, *, now: datetime) -> Mapping[str, FollowUps]:
    story = plan_story(plan)
    return follow_ups_in(
        story,
        story.standing(),
        intensity=plan_intensity(plan),
        calendars=calendars_between(plan.workspace, plan.account_id),
        now=now,
    )


def _is_asked_for(told: FollowUps, due: PlannedFollowUp) -> bool:
    rows = FollowUpTask.objects.of(told.item.workspace_id).filter(item=told.item, turn=told.turn)
    return rows.filter(place=due.place).exists()


def _ask(plan: Plan, told: FollowUps, due: PlannedFollowUp, *, now: datetime) -> None:
    owner = _who_follows_up(plan)
    language = owner.user.language if owner is not None else plan.workspace.language
    with override(language):
        title, note = _task_words(plan, told, due, language=language)
    task = add_task(
        plan.workspace,
        by=None,
        now=now,
        owner=owner,
        account=plan.account,
        person=told.item.person,
        due_on=due.on,
        title=title[:LONGEST_TITLE],
        note=note[:LONGEST_NOTE],
    )
    FollowUpTask(
        workspace_id=plan.workspace_id,
        item=told.item,
        turn=told.turn,
        place=due.place,
        task=task,
        asked_at=now,
    ).save(force_insert=True)


def hand_over_follow_ups(plan: Plan, *, before: Plan, by: Member | None, now: datetime) -> int:
    """The plan has another lead: open tasks for its follow-ups go to whoever follows up now; how
    many. Those that a member gave to somebody else, or to a queue, stay there.

    before: the plan as it was.
    """
    whose, to = _who_follows_up(before), _who_follows_up(plan)
    if whose == to:
        return 0
    tasks = [row.task for row in follow_up_tasks_of(plan) if row.task is not None]
    theirs = [
        task
        for task in tasks
        if task.state == TaskState.OPEN
        and task.queue_id is None
        and task.owner_id == (whose.pk if whose is not None else None)
    ]
    for task in theirs:
        edit_task(task, by=by, now=now, owner=to)
    return len(theirs)


def _who_follows_up(plan: Plan) -> Member | None:
    """Whoever leads the plan, else looks after the account; nobody who left."""
    both = (plan.lead, plan.account.owner)
    return next((each for each in both if each is not None and each.left_at is None), None)


def _task_words(
    plan: Plan, told: FollowUps, due: PlannedFollowUp, *, language: str
) -> tuple[str, str]:
    asked = told.item.asks
    said = {
        "account": plan.account.name,
        "item": words_for_reader(asked.titles, language) or told.item.key,
    }
    title = (
        _("Call %(account)s about “%(item)s”")
        if due.by is FollowUpBy.CALL
        else _("Meet %(account)s about “%(item)s”")
    ) % said
    place = _("Follow-up %(place)d of %(whole)d about %(plan)s.") % {
        "place": due.place,
        "whole": due.place - 1 + len(told.ahead),
        "plan": plan.key,
    }
    return title, "\n\n".join(filter(None, (place, words_for_reader(asked.wanted, language))))


def close_needless_follow_ups(plan: Plan, *, now: datetime) -> int:
    """Tasks for follow-ups that were done are done; those that nobody needs any more, because the
    item is given, or the plan stopped, are dropped. How many; one query where there are none."""
    standing = follow_up_tasks_of(plan)
    if not standing:
        return 0
    told = _follow_ups_now(plan, now=now)
    return sum(_close(row, told.get(row.item.key), now=now) for row in standing)


def _close(row: FollowUpTask, told: FollowUps | None, *, now: datetime) -> bool:
    entries = PlanEntry.objects.of(row.workspace_id).filter(item=row.item_id)
    done = entries.filter(kind__in=FOLLOWING_UP, told_at__gte=row.asked_at, number__gt=row.turn)
    last = done.select_related("member").order_by("number").last()
    if last is None and told is not None and told.turn == row.turn:
        return False
    task = row.task
    if last is not None:
        FollowUpTask.objects.of(row.workspace_id).filter(pk=row.pk).update(closed_at=now)
    else:
        FollowUpTask.objects.of(row.workspace_id).filter(pk=row.pk).delete()
    if task is not None and task.state == TaskState.OPEN:
        if last is not None:
            finish_task(task, by=last.member, now=now)
        else:
            drop_task(task, by=None, now=now)
    return True
