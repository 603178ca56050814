"""The words the rest of Vereda uses about alerts, tasks and playbooks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused

JSON: TypeAlias = str | int | float | bool | None
Details: TypeAlias = Mapping[str, JSON]
"""What a reason says: numbers, ids and dates (ISO text), never words of people."""

MOST_KINDS = 8
"""So many kinds of alert there may ever be: more are noise (complaint C-08 of other products)."""


class AlertKind(StrEnum):
    """What an alert is about. Eight, ever."""

    HEALTH = "health"
    USAGE = "usage"
    RENEWAL = "renewal"
    SUPPORT = "support"
    VOICE = "voice"
    PEOPLE = "people"
    ONBOARDING = "onboarding"
    OPPORTUNITY = "opportunity"


class AlertReason(StrEnum):
    """Why an alert was raised; `details` holds what its sentence says.

    Each line names the details, optional ones in brackets.
    """

    HEALTH_FELL = "health_fell"  # score, before, [since_on]
    HEALTH_AT_RISK = "health_at_risk"  # score, [days]
    HEALTH_OPINION = "health_opinion"  # score, opinion: the CSM sees it otherwise than the score
    HEALTH_UNKNOWN = "health_unknown"  # too little is known to judge what was judged before
    OUTCOME_BEHIND = "outcome_behind"  # outcome, percent, expected, tolerance, days
    OUTCOME_MISSED = "outcome_missed"  # outcome, due_on: the day came, the benefit did not
    OUTCOME_UNMEASURED = "outcome_unmeasured"  # outcome: nobody knows how far it is
    OUTCOME_WITHOUT_START = "outcome_without_start"  # outcome: measured, but from where?
    OUTCOME_TO_VERIFY = "outcome_to_verify"  # outcome, due_on: reached, nobody asked them
    PLAN_LATE = "plan_late"  # plan, due_on: what an onboarding plan waits for is overdue
    PROMISE_LATE = "promise_late"  # plan, due_on: the day a customer was promised has passed
    USAGE_STOPPED = "usage_stopped"  # last_on
    USAGE_FELL = "usage_fell"  # percent, weeks
    NEVER_USED = "never_used"  # since_on, [product: its name, point: days, learned]
    RENEWAL_NEAR = "renewal_near"  # renewal_on
    RENEWAL_CLOSE = "renewal_close"  # renewal_on
    RENEWAL_OVERDUE = "renewal_overdue"  # renewal_on
    SUBSCRIPTION_CANCELLED = "subscription_cancelled"  # ended_on
    SLA_WARNED = "sla_warned"  # ticket
    SLA_BREACHED = "sla_breached"  # ticket
    TICKET_ESCALATED = "ticket_escalated"  # ticket
    COMMITMENT_DUE = "commitment_due"  # commitment: an id
    COMMITMENT_MISSED = "commitment_missed"  # commitment: an id
    DETRACTOR = "detractor"  # score, answered_on, [answer], [most]
    LOW_SATISFACTION = "low_satisfaction"  # score, answered_on, [answer], [most]
    ANSWER_UNVERIFIED = "answer_unverified"  # letter: an id, came_on: is it from them?
    CHAMPION_LEFT = "champion_left"  # left_on, person
    DATA_REQUESTED = "data_requested"  # asks: a kind, asked_by: a key, person, due_on
    STAGE_LATE = "stage_late"  # stage, days
    SEATS_FULL = "seats_full"  # used, seats


class CloseReason(StrEnum):
    """Why an alert is no longer open."""

    CLEARED = "cleared"
    DONE = "done"
    DISMISSED = "dismissed"
    ARCHIVED = "archived"


class SnoozeReason(StrEnum):
    """Why something waits."""

    WAITING_CUSTOMER = "waiting_customer"
    WAITING_US = "waiting_us"
    PLANNED = "planned"
    NOT_NOW = "not_now"


class DismissReason(StrEnum):
    """Why nothing is done about an alert: what a rule can be judged by."""

    NOT_TRUE = "not_true"
    KNOWN = "known"
    NOT_WORTH_IT = "not_worth_it"


class TaskPriority(StrEnum):
    """How much a task matters, as its author sees it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class TaskState(StrEnum):
    """Whether a task still needs somebody; set aside while its account is archived."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    SET_ASIDE = "set_aside"


class StepRole(StrEnum):
    """Who does a task of a playbook."""

    ACCOUNT_OWNER = "account_owner"
    STARTER = "starter"
    QUEUE = "queue"
    MEMBER = "member"


class RunEnd(StrEnum):
    """Why a playbook is no longer running for an account."""

    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A reason to raise an alert with, and what its sentence says."""

    reason: AlertReason
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the alerts of one cause: how many are new, still there, closed."""

    raised: int
    refreshed: int
    cleared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookStep:
    """One task of a playbook.

    `working_days`: so many working days after the start it is due. `member` is an e-mail address
    for the role MEMBER, `queue` the name of a queue for the role QUEUE.
    """

    title: str
    working_days: int
    note: str = ""
    role: StepRole = StepRole.ACCOUNT_OWNER
    member: str = ""
    queue: str = ""
    priority: TaskPriority = TaskPriority.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookIn:
    """A playbook as a file or a form says it."""

    name: str
    purpose: str = ""
    kind: AlertKind | None = None
    steps: tuple[PlaybookStep, ...] = ()


# --- Facts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised:
    """Something was noticed about an account."""

    workspace_id: UUID
    account_id: UUID
    alert_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertClosed:
    """An alert is no longer open; `because` is a CloseReason."""

    workspace_id: UUID
    account_id: UUID
    alert_id: UUID
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsSettled:
    """Alerts of one cause were raised or closed for many accounts in one go."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded:
    """There is something new to do."""

    workspace_id: UUID
    task_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    """Something was done."""

    workspace_id: UUID
    task_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookStarted:
    """A playbook began for an account."""

    workspace_id: UUID
    account_id: UUID
    run_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookEnded:
    """A playbook ended for an account; `because` is a RunEnd."""

    workspace_id: UUID
    account_id: UUID
    run_id: UUID
    because: str


# --- Refusals ---------------------------------------------------------------


class AlertNotOpen(Conflict):
    """Somebody, or the cause itself, closed it first."""


class TaskNotOpen(Conflict):
    """Somebody did it first."""


class TaskIsOpen(Refused):
    """What is open cannot be reopened."""


class TaskChangedMeanwhile(Conflict):
    """Somebody else changed the task since it was read."""


class WrongWork(Refused):
    """What was said about a task, a queue or a date does not fit."""


class WrongPlaybook(Refused):
    """This playbook cannot be kept or started."""


class PlaybookRuns(Conflict):
    """The playbook runs for this account already."""


class RunEnded(Conflict):
    """Somebody ended it first."""
