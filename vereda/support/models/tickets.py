"""Tickets, and what happened to each."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When

from vereda.foundation.personal_data import (
    Declared,
    NotPersonal,
    Personal,
    Purpose,
    Retention,
)
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.support import wording
from vereda.support.contracts import Priority, TicketState
from vereda.support.rules.tickets import waited_minutes


class TicketRows(OwnedRows["Ticket"]):
    """Tickets of a workspace."""

    def unresolved(self) -> Self:
        """Those that somebody has to do something about."""
        return self.exclude(state=TicketState.RESOLVED)

    def newest(self) -> Self:
        """The one opened last first."""
        return self.order_by("-opened_at", "-id")


class Ticket(OwnedByWorkspace):
    """One thing an account asked for help with, and its times.

    `due_at` is when the next promised time of a running clock is up; nobody types it.
    """

    personal_data: ClassVar[Declared] = {
        "external_id": NotPersonal("a ticket's number in another system"),
        "subject": Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT),
    }

    number = models.PositiveIntegerField()
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    external_id = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    priority = models.CharField(
        max_length=10,
        choices=wording.labelled_choices(wording.PRIORITIES),
        default=Priority.NORMAL,
    )
    priority_order = models.GeneratedField(
        expression=Case(
            *(When(priority=each, then=Value(order)) for order, each in enumerate(Priority)),
            default=Value(1),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    state = models.CharField(
        max_length=10,
        choices=wording.labelled_choices(wording.STATES),
        default=TicketState.OPEN,
    )
    opened_at = models.DateTimeField()
    first_response_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    reopen_count = models.PositiveIntegerField(default=0)
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    escalated = models.BooleanField(default=False)
    sla_met = models.BooleanField(null=True, blank=True)
    assignee = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    queue = models.ForeignKey(
        "support.TicketQueue",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
    )
    due_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager.from_queryset(TicketRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~Q(external_id=""),
                name="ticket_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("opened_at")),
                name="ticket_resolved_after_opened",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "opened_at", "id"], name="ticket_by_opening"),
            models.Index(fields=["workspace", "account", "opened_at", "id"], name="ticket_of"),
            models.Index(fields=["workspace", "state", "opened_at", "id"], name="ticket_by_state"),
            models.Index(fields=["workspace", "priority_order", "id"], name="ticket_by_priority"),
            models.Index(fields=["workspace", "resolved_at"], name="ticket_by_resolution"),
            models.Index(
                fields=["workspace", "account", "resolved_at", "id"], name="ticket_resolved_of"
            ),
            models.Index(fields=["workspace", "due_at", "id"], name="ticket_by_due_time"),
            models.Index(fields=["workspace", "assignee", "opened_at", "id"], name="ticket_given"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: T-12."""
        return f"T-{self.number}"

    @property
    def called(self) -> str:
        """Its subject, or what we have in its place."""
        return self.subject or self.external_id or self.key

    @property
    def first_response_words(self) -> str:
        """How long the first answer took."""
        return wording.span_words(waited_minutes(self.opened_at, self.first_response_at))

    @property
    def resolution_words(self) -> str:
        """How long until it was resolved."""
        return wording.span_words(waited_minutes(self.opened_at, self.resolved_at))


class TicketMoveRows(OwnedRows["TicketMove"]):
    """What happened to the tickets of a workspace."""


class TicketMove(OwnedByWorkspace):
    """One thing that happened to a ticket: clocks and reports are derived from these rows.

    `member` and `queue` are those it was given to; `before` and `after` are priorities.
    """

    personal_data: ClassVar[Declared] = {
        "before": NotPersonal("a priority"),
        "after": NotPersonal("a priority"),
        "reason": Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT),
    }

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=10, choices=wording.labelled_choices(wording.MOVES))
    at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    member = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    queue = models.ForeignKey(
        "support.TicketQueue", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = OwnedManager.from_queryset(TicketMoveRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "ticket", "at", "id"], name="ticket_move_in_order"),
            models.Index(fields=["workspace", "kind", "at"], name="ticket_move_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
