"""What onboarding does when it hears news. Hearing the same twice changes nothing."""

from __future__ import annotations

from vereda.adoption.contracts import FirstUseCompleted, FirstUseSeen, RegularUseBegan
from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.foundation.clock import now
from vereda.onboarding.actions.noticing import look_at_plans_of
from vereda.outcomes.contracts import OutcomeNotVerified, OutcomeVerified
from vereda.workspaces.queries import workspace_with_id


def reach_after_use(fact: FirstUseSeen | FirstUseCompleted | RegularUseBegan) -> None:
    """Accounts use what they bought: milestones of their plans are reached."""
    look_at_plans_of(workspace_with_id(fact.workspace_id), fact.account_ids, now=now())


def reach_after_verdict(fact: OutcomeVerified | OutcomeNotVerified) -> None:
    """Somebody said whether a benefit came true: the milestone of set 6 hangs on it."""
    look_at_plans_of(workspace_with_id(fact.workspace_id), [fact.account_id], now=now())


def look_after_merging(fact: AccountsMerged | AccountMergeUndone) -> None:
    """Plans moved from one account to another; their clocks follow that account's hours."""
    both = [fact.survivor_id, fact.absorbed_id]
    look_at_plans_of(workspace_with_id(fact.workspace_id), both, now=now())
