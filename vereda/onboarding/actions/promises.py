"""Promising, and when each side works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.clock import now as this_instant
from vereda.foundation.facts import announce
from vereda.foundation.tasks import task
from vereda.foundation.working_hours import WeeklySpan, spans_problem
from vereda.onboarding.actions.lateness import notice_lateness
from vereda.onboarding.actions.rebuilding import rebuild_plan
from vereda.onboarding.actions.telling import held_plan, ids_of_plan
from vereda.onboarding.contracts.facts import PromiseMade
from vereda.onboarding.contracts.plans import TooEarlyForDate, WrongPlan
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.models.promises import PlanPromise, WorkingCalendar
from vereda.onboarding.queries.histories import plan_story
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.onboarding.models.items import PlanItem
    from vereda.workspaces.models import Member, Workspace

MOST_WORK_DAYS = 1_000


@transaction.atomic
def promise_date(
    plan: Plan,
    *,
    what: str,
    work_days: int | None = None,
    fixed_on: date | None = None,
    item: PlanItem | None = None,
    set_number: SetNumber = SetNumber.FIRST_CONTACT,
    by: Member | None,
    now: datetime,
) -> PlanPromise:
    """Tell the customer what to expect: so many work days after they give us everything, of an
    item or of a set's end; or a day, which is refused before set 1 is accepted."""
    row = held_plan(plan)
    _refuse_wrong_promise(row, what=what, work_days=work_days, fixed_on=fixed_on, item=item)
    if set_number > row.last_set:
        raise WrongPlan(_("This plan does not go so far."))
    history = plan_story(row).history()
    if fixed_on is not None and SetNumber.NEEDS not in history.reached:
        raise TooEarlyForDate(
            _(
                "A date cannot be promised before everything of set 1 is accepted. Promise a "
                "number of work days after it."
            )
        )
    promise = PlanPromise(
        workspace_id=row.workspace_id,
        plan=row,
        item=item,
        set_number=item.set_number if item is not None else set_number,
        what=what.strip(),
        work_days=work_days,
        fixed_on=fixed_on,
        made_at=now,
        by=by,
    )
    promise.save(force_insert=True)
    rebuild_plan(row, now=now)
    plan.refresh_from_db()
    record(by, "promised", row, work_days=work_days, fixed_on=fixed_on)
    announce(PromiseMade(**ids_of_plan(row), promise_id=promise.pk))
    return promise


def _refuse_wrong_promise(
    plan: Plan, *, what: str, work_days: int | None, fixed_on: date | None, item: PlanItem | None
) -> None:
    if not what.strip() or len(what) > 300:
        raise WrongPlan(_("Say in up to 300 characters what is promised."))
    if (work_days is None) is (fixed_on is None):
        raise WrongPlan(_("Promise a number of work days or a day."))
    if work_days is not None and not 0 <= work_days <= MOST_WORK_DAYS:
        raise WrongPlan(_("Promise up to 1,000 work days."))
    if item is not None and item.plan_id != plan.pk:
        raise WrongPlan(_("That belongs to another plan."))


@transaction.atomic
def withdraw_promise(
    promise: PlanPromise, *, because: str, by: Member | None, now: datetime
) -> None:
    """It no longer holds, and why; that it was made stays."""
    if not because.strip():
        raise WrongPlan(_("Say why: it is kept as evidence."))
    row = held_plan(promise.plan)
    standing = PlanPromise.objects.of(row.workspace_id).standing().filter(pk=promise.pk)
    if not standing.update(withdrawn_at=now, withdrawn_because=because.strip()[:500]):
        raise WrongPlan(_("It was taken back already."))
    rebuild_plan(row, now=now)
    record(by, "took back promise of", row)


@transaction.atomic
def set_calendar(
    workspace: Workspace,
    account: Account | None,
    *,
    time_zone: str,
    spans: Sequence[WeeklySpan],
    holidays: Sequence[tuple[date, str]],
    by: Member | None,
    now: datetime,
) -> WorkingCalendar:
    """When an account works, or, with None, when we do. The account's plans that go on are reckoned
    anew at once; all of ours in a task, however many there are."""
    _refuse_wrong_hours(time_zone, spans)
    row = WorkingCalendar.objects.of(workspace).filter(account=account).first()
    row = row or WorkingCalendar(workspace=workspace, account=account)
    row.time_zone = time_zone
    row.spans = [[span.weekday, span.start_minute, span.end_minute] for span in sorted(set(spans))]
    row.holidays = [[on.isoformat(), called] for on, called in sorted(set(holidays))]
    row.save()
    record(by, "set hours", account or workspace)
    _reckon_after_hours(workspace, account, now=now)
    return row


@transaction.atomic
def unset_calendar(
    workspace: Workspace, account: Account | None, *, by: Member | None, now: datetime
) -> None:
    """Nobody says any more when an account works, or we do: the usual hours hold."""
    WorkingCalendar.objects.of(workspace).filter(account=account).delete()
    record(by, "unset hours", account or workspace)
    _reckon_after_hours(workspace, account, now=now)


def _reckon_after_hours(workspace: Workspace, account: Account | None, *, now: datetime) -> None:
    if account is None:
        reckon_plans_anew.enqueue(str(workspace.pk))
        return
    for plan in Plan.objects.of(workspace).open().filter(account=account).order_by("number"):
        _reckon_anew(plan, now=now)


def _reckon_anew(plan: Plan, *, now: datetime) -> None:
    with transaction.atomic():
        row = held_plan(plan)
        rebuild_plan(row, now=now)
        notice_lateness(row, now=now)


@task()
def reckon_plans_anew(workspace_id: str) -> None:
    """Every plan that goes on, by hours that changed: each in a transaction of its own."""
    workspace = workspace_with_id(UUID(workspace_id))
    for plan in Plan.objects.of(workspace).open().order_by("number"):
        _reckon_anew(plan, now=this_instant())


def _refuse_wrong_hours(time_zone: str, spans: Sequence[WeeklySpan]) -> None:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongPlan(_("There is no such time zone.")) from error
    if spans_problem(spans) is not None:
        raise WrongPlan(_("Hours begin before they end, within one day, and do not overlap."))
