"""The words the rest of Vereda uses about tickets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vereda.customers.contracts import UNSET, Unset
from vereda.foundation.errors import Conflict, Refused


class Priority(StrEnum):
    """How much it hurts."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class TicketState(StrEnum):
    """Who has to do something about it."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"


class Clock(StrEnum):
    """What an SLA counts: until somebody answers, or until it works again."""

    FIRST_RESPONSE = "first_response"
    FIX = "fix"


class MoveKind(StrEnum):
    """What happened to a ticket, one row of its history each."""

    OPENED = "opened"
    ANSWERED = "answered"
    WAITING = "waiting"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    QUEUED = "queued"
    ESCALATED = "escalated"
    PRIORITY = "priority"


class Due(StrEnum):
    """How a list narrows tickets by when they are due."""

    OVERDUE = "overdue"
    SOON = "soon"


class SlaOutcome(StrEnum):
    """How a ticket did against what was promised; TOLD is either."""

    KEPT = "kept"
    BROKEN = "broken"
    TOLD = "told"


class Grouping(StrEnum):
    """What a report of support is broken down by."""

    MONTH = "month"
    PRIORITY = "priority"
    PLAN = "plan"
    OWNER = "owner"
    ASSIGNEE = "assignee"


class Reach(StrEnum):
    """Which tickets come under a new policy: later ones, those open now too, or all there are."""

    NEW = "new"
    OPEN = "open"
    ALL = "all"


class Moment(StrEnum):
    """When a repair rule acts: before the time is up, or when it is."""

    WARNED = "warned"
    BREACHED = "breached"


class Deed(StrEnum):
    """What a repair rule does."""

    ASSIGN = "assign"
    ASSIGN_NEXT = "assign_next"
    ESCALATE = "escalate"
    RAISE_PRIORITY = "raise_priority"
    TELL = "tell"


class RepairResult(StrEnum):
    """How the execution of a repair rule ended."""

    DONE = "done"
    NOTHING_TO_DO = "nothing_to_do"
    NOBODY = "nobody"
    TOO_LATE = "too_late"


class CommitmentState(StrEnum):
    """How a promise stands."""

    OPEN = "open"
    MISSED = "missed"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    WITHDRAWN = "withdrawn"


class Extent(StrEnum):
    """How much did not work: all of it, part of it, or work that was announced."""

    FULL = "full"
    PARTIAL = "partial"
    PLANNED = "planned"


class TimesProblem(StrEnum):
    """Why a ticket cannot be stored."""

    ANSWERED_BEFORE_OPENED = "answered_before_opened"
    RESOLVED_BEFORE_OPENED = "resolved_before_opened"
    UNKNOWN_SATISFACTION = "unknown_satisfaction"
    WRONG_REOPEN_COUNT = "wrong_reopen_count"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketIn:
    """What somebody says about one ticket; UNSET is "not said".

    Recognised by `external_id`. A new one needs `account_id` and `opened_at`.
    A ticket with `resolved_at` and no state said counts as resolved.
    """

    external_id: str
    account_id: UUID | Unset = UNSET
    person_id: UUID | Unset | None = UNSET
    subject: str | Unset = UNSET
    priority: Priority | Unset = UNSET
    state: TicketState | Unset = UNSET
    opened_at: datetime | Unset = UNSET
    first_response_at: datetime | Unset | None = UNSET
    resolved_at: datetime | Unset | None = UNSET
    reopen_count: int | Unset = UNSET
    satisfaction: int | Unset | None = UNSET
    escalated: bool | Unset = UNSET
    sla_met: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStateIn:
    """Somebody says that a ticket, recognised by `external_id`, was in a state at an instant."""

    external_id: str
    at: datetime
    state: TicketState


@dataclass(frozen=True, slots=True)
class TicketSummary:
    """How support went for an account: tickets now open, how many of them are late against what
    was promised, and those opened in the last 90 days.

    The waits are medians in minutes; `satisfaction` is the mean of the answers, from 1 to 5. None
    is "nobody knows", never zero.
    """

    open: int
    late: int
    opened_90d: int
    first_response_minutes: int | None
    resolution_minutes: int | None
    satisfaction: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened:
    """An account asked for help."""

    workspace_id: UUID
    account_id: UUID
    ticket_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResolved:
    """A ticket was answered to the end."""

    workspace_id: UUID
    account_id: UUID
    ticket_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened:
    """What had been resolved was not."""

    workspace_id: UUID
    account_id: UUID
    ticket_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsUpserted:
    """Many tickets were added or changed in one go."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarned:
    """The time that was promised for a ticket is nearly up."""

    workspace_id: UUID
    account_id: UUID
    ticket_id: UUID
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreached:
    """The time that was promised for a ticket is up, and nothing came."""

    workspace_id: UUID
    account_id: UUID
    ticket_id: UUID
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaCleared:
    """A ticket that was warned about or late has what was promised; or no promise holds now."""

    workspace_id: UUID
    account_id: UUID
    ticket_id: UUID
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEscalated:
    """A ticket went to somebody who can do more about it."""

    workspace_id: UUID
    account_id: UUID
    ticket_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentDue:
    """What was promised to customers is due within a day."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]
    commitment_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMissed:
    """The day came, and what was promised to customers did not."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]
    commitment_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentSettled:
    """A promise was kept, taken back or given a later date: nothing is due or missed now."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]
    commitment_id: UUID


class WrongTicket(Refused):
    """This ticket cannot be stored."""


class TicketTaken(Conflict):
    """There is a ticket with that external id already."""


class TicketChangedMeanwhile(Conflict):
    """Somebody else changed the ticket since it was read."""


class AlreadyResolved(Refused):
    """Somebody resolved it first."""


class NotResolved(Refused):
    """What is open cannot be reopened."""


class WrongTurn(Refused):
    """What was asked does not follow from how the ticket stands."""


class WrongCommitment(Refused):
    """This promise cannot be made, moved or settled so."""


class WrongPolicy(Refused):
    """These hours, targets or rules make no sense."""


class WrongOutage(Refused):
    """This outage cannot be stored."""


class OutageChangedMeanwhile(Conflict):
    """Somebody else changed the outage since it was read."""
