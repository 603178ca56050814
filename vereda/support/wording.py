"""What the enums of support are called on screen, and why a ticket was refused."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from babel.dates import format_timedelta
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.foundation.wording import date_locale
from vereda.support.contracts import (
    Clock,
    CommitmentState,
    Deed,
    Due,
    Extent,
    Grouping,
    Moment,
    MoveKind,
    Priority,
    Reach,
    RepairResult,
    SlaOutcome,
    TicketState,
    TimesProblem,
)

Word = TypeVar("Word", bound=StrEnum)

PRIORITIES: dict[Priority, Promise] = {
    Priority.LOW: pgettext_lazy("priority", "Low"),
    Priority.NORMAL: pgettext_lazy("priority", "Normal"),
    Priority.HIGH: pgettext_lazy("priority", "High"),
    Priority.URGENT: pgettext_lazy("priority", "Urgent"),
}

STATES: dict[TicketState, Promise] = {
    TicketState.OPEN: pgettext_lazy("state of a ticket", "Open"),
    TicketState.WAITING: _("Waiting for the customer"),
    TicketState.RESOLVED: pgettext_lazy("state of a ticket", "Resolved"),
}

CLOCKS: dict[Clock, Promise] = {
    Clock.FIRST_RESPONSE: _("First response"),
    Clock.FIX: _("Time to fix"),
}

MOVES: dict[MoveKind, Promise] = {
    MoveKind.OPENED: pgettext_lazy("what happened to a ticket", "Opened"),
    MoveKind.ANSWERED: pgettext_lazy("what happened to a ticket", "Answered for the first time"),
    MoveKind.WAITING: pgettext_lazy("what happened to a ticket", "Waiting for the customer"),
    MoveKind.RESUMED: pgettext_lazy("what happened to a ticket", "The customer answered"),
    MoveKind.RESOLVED: pgettext_lazy("what happened to a ticket", "Resolved"),
    MoveKind.REOPENED: pgettext_lazy("what happened to a ticket", "Reopened"),
    MoveKind.ASSIGNED: pgettext_lazy("what happened to a ticket", "Assigned"),
    MoveKind.QUEUED: pgettext_lazy("what happened to a ticket", "Put in a queue"),
    MoveKind.ESCALATED: pgettext_lazy("what happened to a ticket", "Escalated"),
    MoveKind.PRIORITY: pgettext_lazy("what happened to a ticket", "Priority changed"),
}

MOMENTS: dict[Moment, Promise] = {
    Moment.WARNED: _("Time is nearly up"),
    Moment.BREACHED: _("Time is up"),
}

DEEDS: dict[Deed, Promise] = {
    Deed.ASSIGN: _("Assign it to a member"),
    Deed.ASSIGN_NEXT: _("Assign it to the next in a queue"),
    Deed.ESCALATE: _("Escalate it"),
    Deed.RAISE_PRIORITY: _("Raise its priority"),
    Deed.TELL: _("Tell by e-mail"),
}

RESULTS: dict[RepairResult, Promise] = {
    RepairResult.DONE: pgettext_lazy("result of a repair", "Done"),
    RepairResult.NOTHING_TO_DO: pgettext_lazy("result of a repair", "It was so already"),
    RepairResult.NOBODY: pgettext_lazy("result of a repair", "There was nobody for it"),
    RepairResult.TOO_LATE: pgettext_lazy("result of a repair", "Not done, it came too late"),
}

COMMITMENT_STATES: dict[CommitmentState, Promise] = {
    CommitmentState.OPEN: pgettext_lazy("state of a commitment", "Open"),
    CommitmentState.MISSED: pgettext_lazy("state of a commitment", "Missed"),
    CommitmentState.KEPT: pgettext_lazy("state of a commitment", "Kept"),
    CommitmentState.KEPT_LATE: pgettext_lazy("state of a commitment", "Kept late"),
    CommitmentState.WITHDRAWN: pgettext_lazy("state of a commitment", "Taken back"),
}

EXTENTS: dict[Extent, Promise] = {
    Extent.FULL: pgettext_lazy("extent of an outage", "Did not work"),
    Extent.PARTIAL: pgettext_lazy("extent of an outage", "Worked in part"),
    Extent.PLANNED: pgettext_lazy("extent of an outage", "Planned work"),
}

DUES: dict[Due, Promise] = {
    Due.OVERDUE: _("Late"),
    Due.SOON: _("Due within 4 hours"),
}

OUTCOMES: dict[SlaOutcome, Promise] = {
    SlaOutcome.KEPT: _("promised times kept"),
    SlaOutcome.BROKEN: _("a promised time broken"),
    SlaOutcome.TOLD: _("with promised times"),
}

GROUPINGS: dict[Grouping, Promise] = {
    Grouping.MONTH: _("By month"),
    Grouping.PRIORITY: _("By priority"),
    Grouping.PLAN: _("By plan"),
    Grouping.OWNER: _("By account owner"),
    Grouping.ASSIGNEE: _("By who had it"),
}

REACHES: dict[Reach, Promise] = {
    Reach.NEW: _("Tickets opened from now on"),
    Reach.OPEN: _("Also tickets that are open now"),
    Reach.ALL: _("All tickets, resolved ones too, so that reports count them"),
}

TIME_PROBLEMS: dict[TimesProblem, Promise] = {
    TimesProblem.ANSWERED_BEFORE_OPENED: _("It was answered before it was opened."),
    TimesProblem.RESOLVED_BEFORE_OPENED: _("It was resolved before it was opened."),
    TimesProblem.UNKNOWN_SATISFACTION: _("Satisfaction is a number from 1 to 5."),
    TimesProblem.WRONG_REOPEN_COUNT: _("How often it was reopened is a number from 0."),
}


def labelled_choices(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]


def span_words(minutes: int | None) -> str:
    """So many minutes as people say it: "5 hours"; "" for None."""
    if minutes is None:
        return ""
    return format_timedelta(timedelta(minutes=minutes), threshold=1.5, locale=date_locale())
