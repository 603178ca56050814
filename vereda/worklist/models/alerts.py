"""Alerts: something noticed about an account, each for one cause."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.worklist import wording
from vereda.worklist.contracts import AlertKind, AlertReason

LONGEST_CAUSE = 120


class AlertRows(OwnedRows["Alert"]):
    """Alerts of a workspace."""

    def open(self) -> Self:
        """Those whose cause is there and that nobody has dealt with, snoozed ones included."""
        return self.filter(closed_at=None)

    def awake(self, *, now: datetime) -> Self:
        """Those that do not wait for another day."""
        return self.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))


class Alert(OwnedByWorkspace):
    """Something noticed about an account: one cause, a reason in words, an end.

    `cause` tells alerts of one kind apart: what is noticed again refreshes the open one.
    `owner` follows the account's owner until somebody delegates it. `points` is its rank as of
    the last reckoning, for the order of long lists; pages reckon again what they show.
    `cause_gone_at` is when a cause went away after a person had closed its alert.
    """

    personal_data: ClassVar[Declared] = {
        "kind": NotPersonal("a word of our own"),
        "cause": NotPersonal("a word of our own and ids"),
        "reason": NotPersonal("a word of our own"),
        "details": NotPersonal("numbers, dates and ids about an account"),
        "closed_because": NotPersonal("a word of our own"),
        "dismissed_as": NotPersonal("a word of our own"),
        "snoozed_as": NotPersonal("a word of our own"),
    }

    number = models.PositiveIntegerField()
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    delegated_at = models.DateTimeField(null=True, editable=False)
    kind = models.CharField(max_length=20, choices=wording.choices_in_order(wording.KINDS))
    cause = models.CharField(max_length=LONGEST_CAUSE)
    reason = models.CharField(max_length=40, choices=wording.choices_in_order(wording.REASONS))
    details = models.JSONField(default=dict)
    points = models.PositiveSmallIntegerField(default=0)
    raised_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_as = models.CharField(
        max_length=20, blank=True, choices=wording.choices_in_order(wording.SNOOZE_REASONS)
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(
        max_length=20, blank=True, choices=wording.choices_in_order(wording.CLOSE_REASONS)
    )
    dismissed_as = models.CharField(
        max_length=20, blank=True, choices=wording.choices_in_order(wording.DISMISS_REASONS)
    )
    closed_by = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cause_gone_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OwnedManager.from_queryset(AlertRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="alert_number_once"),
            models.UniqueConstraint(
                fields=["workspace", "account", "kind", "cause"],
                condition=Q(closed_at=None),
                name="alert_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "owner", "points", "id"],
                condition=Q(closed_at=None),
                name="alert_open_by_owner",
            ),
            # What a member has open by kind is counted from this index alone.
            models.Index(
                fields=["workspace", "owner", "kind", "snoozed_until"],
                condition=Q(closed_at=None),
                name="alert_open_counted",
            ),
            models.Index(
                fields=["workspace", "points", "id"],
                condition=Q(closed_at=None),
                name="alert_open_by_points",
            ),
            models.Index(
                fields=["workspace", "kind", "cause"],
                condition=Q(closed_at=None),
                name="alert_open_by_cause",
            ),
            models.Index(fields=["workspace", "account", "raised_at", "id"], name="alert_of"),
            models.Index(fields=["workspace", "raised_at", "id"], name="alert_by_raising"),
            models.Index(fields=["workspace", "owner", "closed_at"], name="alert_closed_by_owner"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: AL-12."""
        return f"AL-{self.number}"

    @property
    def called(self) -> str:
        """What it is about, in few words."""
        return str(wording.REASONS[AlertReason(self.reason)])

    @property
    def act(self) -> str:
        """What to do about it, in few words."""
        return str(wording.ACTS[AlertReason(self.reason)])

    @property
    def icon(self) -> str:
        """The picture of its kind."""
        return wording.ICONS[AlertKind(self.kind)]

    def sentence(self, *, today: date) -> str:
        """Why it is there, in the reader's language."""
        return wording.reason_words(self.reason, self.details, today=today)
