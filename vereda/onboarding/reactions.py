"""What onboarding does when it hears news. Hearing the same twice changes nothing."""

from __future__ import annotations

from vereda.adoption.actions.purchases import note_purchase
from vereda.adoption.contracts import FirstUseCompleted, FirstUseSeen, RegularUseBegan
from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.zones import day_where
from vereda.onboarding.actions.items import follow_up_item
from vereda.onboarding.actions.noticing import look_at_plans_of
from vereda.onboarding.contracts.facts import PlanAgreed
from vereda.onboarding.queries.follow_ups import follow_up_of_task
from vereda.onboarding.queries.plans import plan_with_id
from vereda.outcomes.contracts import OutcomeNotVerified, OutcomeVerified
from vereda.worklist.contracts import TaskDone
from vereda.workspaces.queries import workspace_with_id


def buy_by_handshake(fact: PlanAgreed) -> None:
    """They said yes: the time to their first use counts from that day, whatever is billed later."""
    plan = plan_with_id(fact.workspace_id, fact.plan_id)
    if plan.agreed_at is not None:
        zone = plan.workspace.time_zone
        note_purchase(
            plan.account,
            product=plan.product,
            sold_on=day_where(plan.agreed_at, zone),
            by=None,
        )


def reach_after_use(fact: FirstUseSeen | FirstUseCompleted | RegularUseBegan) -> None:
    """Accounts use what they bought: milestones of their plans are reached."""
    look_at_plans_of(workspace_with_id(fact.workspace_id), fact.account_ids, now=now())


def reach_after_verdict(fact: OutcomeVerified | OutcomeNotVerified) -> None:
    """Somebody said whether a benefit came true: the milestone of set 6 hangs on it."""
    look_at_plans_of(workspace_with_id(fact.workspace_id), [fact.account_id], now=now())


def follow_up_after_task(fact: TaskDone) -> None:
    """Somebody did the task by which they were asked to follow up: that is on record with the item.

    Where nothing is to be followed up any more, it stays a task that was done.
    """
    row = follow_up_of_task(fact.workspace_id, fact.task_id)
    if row is None:
        return
    by = row.task.done_by if row.task is not None else None
    try:
        follow_up_item(row.item, by=by, now=now())
    except Refused:
        look_at_plans_of(
            workspace_with_id(fact.workspace_id), [row.item.plan.account_id], now=now()
        )


def look_after_merging(fact: AccountsMerged | AccountMergeUndone) -> None:
    """Plans moved from one account to another; their clocks follow that account's hours."""
    both = [fact.survivor_id, fact.absorbed_id]
    look_at_plans_of(workspace_with_id(fact.workspace_id), both, now=now())
