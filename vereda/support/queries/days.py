"""Tickets as they were known at the end of a past day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from vereda.foundation.criteria import one_of_many
from vereda.foundation.inputs import Reading
from vereda.support.contracts import MoveKind, Priority, TicketState
from vereda.support.models.tickets import Ticket, TicketMove, TicketMoveRows, TicketRows

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

LOOK_BACK: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A ticket that was open at the end of the day."""

    account_id: UUID
    opened_at: datetime
    priority: Priority


@dataclass(frozen=True)
class SupportOnDay:
    """Tickets of these accounts as they were known at the end of a day."""

    workspace: Workspace
    ids: Collection[UUID]
    on: date

    @property
    def until(self) -> datetime:
        """The first moment that is too late."""
        return datetime.combine(self.on + timedelta(days=1), time.min, UTC)

    @property
    def since(self) -> datetime:
        """Where the last 90 days begin."""
        return self.until - LOOK_BACK

    @property
    def anything_known(self) -> bool:
        """Had a ticket come in by then, of whatever account?"""
        return Ticket.objects.of(self.workspace).filter(opened_at__lt=self.until).exists()

    def tickets(self) -> TicketRows:
        """Tickets opened by then."""
        rows = Ticket.objects.of(self.workspace).filter(one_of_many(self.ids, column="account"))
        return rows.filter(opened_at__lt=self.until)

    def moves(self) -> TicketMoveRows:
        """What happened to any of them, at whatever time."""
        return TicketMove.objects.of(self.workspace).filter(
            one_of_many(self.ids, column="ticket__account")
        )

    @cached_property
    def open_tickets(self) -> list[OpenTicket]:
        """Those that were not resolved then, with the priority they had; two queries."""
        standing = Q(resolved_at__gte=self.until) | ~Q(state=TicketState.RESOLVED)
        columns = ("pk", "account_id", "opened_at", "priority")
        rows = {row[0]: row for row in self.tickets().filter(standing).values_list(*columns)}
        resolved, priorities = self._states_then(list(rows))
        return [
            OpenTicket(account_id, opened_at, Priority(priorities.get(pk, priority)))
            for pk, account_id, opened_at, priority in rows.values()
            if pk not in resolved
        ]

    def _states_then(self, ticket_ids: Collection[UUID]) -> tuple[set[UUID], dict[UUID, str]]:
        """Which of these were resolved then (and reopened later), and former priorities."""
        kinds = (MoveKind.RESOLVED, MoveKind.REOPENED, MoveKind.PRIORITY)
        moves = TicketMove.objects.of(self.workspace).filter(
            one_of_many(ticket_ids, column="ticket"), kind__in=kinds
        )
        resolved: set[UUID] = set()
        priorities: dict[UUID, str] = {}
        columns = ("ticket_id", "kind", "at", "before")
        for pk, kind, at, before in moves.order_by("at", "pk").values_list(*columns):
            if kind == MoveKind.PRIORITY:
                if at >= self.until:
                    priorities.setdefault(pk, before)
            elif at < self.until:
                (resolved.add if kind == MoveKind.RESOLVED else resolved.discard)(pk)
        return resolved, priorities

    @cached_property
    def resolutions(self) -> dict[UUID, tuple[UUID, datetime, datetime]]:
        """The tickets that were resolved in the last 90 days and still were: account, opening and
        last resolution that was known; one query."""
        told: dict[UUID, tuple[UUID, datetime, datetime]] = {}
        kinds = (MoveKind.RESOLVED, MoveKind.REOPENED)
        moves = self.moves().filter(kind__in=kinds, at__gte=self.since, at__lt=self.until)
        columns = ("ticket_id", "kind", "at", "ticket__account_id", "ticket__opened_at")
        for pk, kind, at, account, opened_at in moves.order_by("at", "pk").values_list(*columns):
            if kind == MoveKind.RESOLVED:
                told[pk] = (account, opened_at, at)
            else:
                told.pop(pk, None)
        return told

    def per_account(self, values: Mapping[UUID, float]) -> dict[UUID, Reading]:
        """What each account has, as readings of this day."""
        return {account: Reading(value, self.on) for account, value in values.items()}

    def counted(self, accounts: Iterable[UUID]) -> dict[UUID, Reading]:
        """How often each account comes up; not at all is a number too."""
        counts = dict.fromkeys(self.ids, 0.0)
        for account in accounts:
            counts[account] += 1
        return self.per_account(counts)
