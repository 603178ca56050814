"""What makes sense of a ticket, and how long somebody waited."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any, Protocol

from vereda.support.contracts import TicketState, TicketSummary, TimesProblem

BEST = 5
RECENT = timedelta(days=90)


class Times(Protocol):
    """The times of one ticket; a row of Ticket has them."""

    @property
    def state(self) -> str: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def first_response_at(self) -> datetime | None: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def satisfaction(self) -> int | None: ...
    @property
    def due_at(self) -> datetime | None: ...


def ticket_problem(values: Mapping[str, Any]) -> tuple[TimesProblem, str] | None:
    """What keeps these values from being stored, and the column; None when nothing."""
    opened, answered, resolved = (
        values[name] for name in ("opened_at", "first_response_at", "resolved_at")
    )
    satisfaction, reopened = values["satisfaction"], values["reopen_count"]
    checks = (
        (
            answered is not None and answered < opened,
            TimesProblem.ANSWERED_BEFORE_OPENED,
            "first_response_at",
        ),
        (
            resolved is not None and resolved < opened,
            TimesProblem.RESOLVED_BEFORE_OPENED,
            "resolved_at",
        ),
        (
            satisfaction is not None and not 1 <= satisfaction <= BEST,
            TimesProblem.UNKNOWN_SATISFACTION,
            "satisfaction",
        ),
        (not 0 <= reopened < 2**31, TimesProblem.WRONG_REOPEN_COUNT, "reopen_count"),
    )
    return next(((problem, column) for wrong, problem, column in checks if wrong), None)


def waited_minutes(start: datetime, end: datetime | None) -> int | None:
    """The whole minutes between the two; None while there is no end."""
    return None if end is None else int((end - start).total_seconds() // 60)


def summary_of(tickets: Iterable[Times], *, now: datetime) -> TicketSummary:
    """How support went, from the open tickets and those opened in the last 90 days."""
    told = list(tickets)
    recent = [ticket for ticket in told if now - RECENT < ticket.opened_at <= now]
    answers = [waited_minutes(ticket.opened_at, ticket.first_response_at) for ticket in recent]
    ends = [waited_minutes(ticket.opened_at, ticket.resolved_at) for ticket in recent]
    opinions = [ticket.satisfaction for ticket in recent if ticket.satisfaction is not None]
    return TicketSummary(
        open=sum(ticket.state != TicketState.RESOLVED for ticket in told),
        late=sum(ticket.due_at is not None and ticket.due_at < now for ticket in told),
        opened_90d=len(recent),
        first_response_minutes=middle(answers),
        resolution_minutes=middle(ends),
        satisfaction=fmean(opinions) if opinions else None,
    )


def middle(values: Iterable[int | None]) -> int | None:
    """The median of those that are known."""
    known = [value for value in values if value is not None]
    return int(median(known)) if known else None
