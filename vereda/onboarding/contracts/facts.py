"""What onboarding announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStarted:
    """There is a plan for a customer."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAgreed:
    """The customer said yes: from here on they count the days."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStopped:
    """A plan goes on no longer."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRequested:
    """Somebody was asked for something, for the first time."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSubmitted:
    """Somebody gave what was asked for; we have to look at it."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAccepted:
    """What was given is what was wanted."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReturned:
    """What was given is not what was wanted, or was wanted otherwise."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemApproved:
    """Somebody at the customer approved."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFinished:
    """A task, meeting, training or milestone is behind them."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SmileGiven:
    """Somebody said with one tap how it was, from 1 to 5."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOpened:
    """Everything required of a set is accepted: what waits behind its gate may begin."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    set_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateClosed:
    """Something of a set that was finished is missing again: what is behind its gate stops."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    set_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFinished:
    """A set, and every one before it, is finished."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    set_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSold:
    """The product is in their hands (set 3): sold, not onboarded."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOnboarded:
    """Set 6 is finished, and they get the benefits and need them."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayHandedOver:
    """There is evidence that a delay is somebody else's, or ours after all."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTwice:
    """We asked for something that they had given already, or too late: it counts against us."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """The customer was promised something, by a number of work days or by a date."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
    promise_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLate:
    """A promise to the customer, or what a plan waits for, is overdue."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOnTime:
    """Nothing of a plan that was late is overdue any more."""

    workspace_id: UUID
    account_id: UUID
    plan_id: UUID
