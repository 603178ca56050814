"""What another team promised to do about tickets, and by when."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.support.contracts import CommitmentState
from vereda.support.models.tickets import Ticket

WORDS = Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT)


class CommitmentRows(OwnedRows["Commitment"]):
    """Commitments of a workspace."""

    def awaited(self) -> Self:
        """Those that were neither kept nor taken back."""
        return self.filter(kept_at=None, withdrawn_at=None)


class Commitment(OwnedByWorkspace):
    """A team's word that something about these tickets is done by a time.

    It is missed from `missed_at` on, even if it is kept later. `check_at` is the next moment at
    which somebody is to be told.
    """

    personal_data: ClassVar[Declared] = {
        "promise": WORDS,
        "team": NotPersonal("what a team is called"),
        "withdrawn_because": WORDS,
    }

    number = models.PositiveIntegerField()
    promise = models.CharField(max_length=300)
    team = models.CharField(max_length=80)
    promised_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    check_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager.from_queryset(CommitmentRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="commitment_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["check_at"],
                condition=Q(check_at__isnull=False),
                name="commitment_to_check",
            ),
            models.Index(fields=["workspace", "due_at", "id"], name="commitment_by_due_time"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: C-12."""
        return f"C-{self.number}"

    def state_at(self, now: datetime) -> CommitmentState:
        """How it stands."""
        if self.withdrawn_at is not None:
            return CommitmentState.WITHDRAWN
        if self.kept_at is not None:
            late = self.missed_at is not None or self.kept_at > self.due_at
            return CommitmentState.KEPT_LATE if late else CommitmentState.KEPT
        return CommitmentState.MISSED if now > self.due_at else CommitmentState.OPEN


class CommitmentTicket(OwnedByWorkspace):
    """A ticket that waits for a commitment."""

    personal_data: ClassVar[Declared] = {}

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="tickets")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="commitments")

    objects = OwnedManager["CommitmentTicket"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commitment", "ticket"], name="commitment_ticket_once"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.ticket_id}"


class CommitmentExtension(OwnedByWorkspace):
    """A commitment got a later date, and why."""

    personal_data: ClassVar[Declared] = {"reason": WORDS}

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="extensions")
    at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()
    reason = models.CharField(max_length=300)

    objects = OwnedManager["CommitmentExtension"]()

    def __str__(self) -> str:
        return f"{self.due_before:%Y-%m-%d} {self.due_after:%Y-%m-%d}"
