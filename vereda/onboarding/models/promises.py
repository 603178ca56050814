"""What customers are promised, and the calendars by which promises are kept."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.foundation.working_hours import Hours, WeeklySpan
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.models.plans import Plan


class PlanPromiseRows(OwnedRows["PlanPromise"]):
    """Promises of a workspace."""

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)


class PlanPromise(OwnedByWorkspace):
    """Something a customer was told to expect: so many of our work days after they gave us
    everything, or by a day.

    It is about an item, or about a set's end (`set_number`).
    """

    personal_data: ClassVar[Declared] = {
        "what": Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT),
        "withdrawn_because": Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT),
    }

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="promises")
    item = models.ForeignKey(
        PlanItem, null=True, blank=True, on_delete=models.CASCADE, related_name="promises"
    )
    set_number = models.PositiveSmallIntegerField(default=3)
    what = models.CharField(max_length=300)
    work_days = models.PositiveSmallIntegerField(null=True, blank=True)
    fixed_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = OwnedManager.from_queryset(PlanPromiseRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(work_days__isnull=False) ^ Q(fixed_on__isnull=False),
                name="plan_promise_days_or_date",
            ),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"


class WorkingCalendar(OwnedByWorkspace):
    """When an account works, or, without one, when we do: spans of the week, in one time zone,
    without the holidays. Kept as support keeps business hours.
    """

    personal_data: ClassVar[Declared] = {
        "time_zone": NotPersonal("where a company works"),
        "spans": NotPersonal("opening hours"),
        "holidays": NotPersonal("public holidays"),
    }

    account = models.ForeignKey(
        "customers.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    spans = models.JSONField(default=list)
    holidays = models.JSONField(default=list, blank=True)

    objects = OwnedManager["WorkingCalendar"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "account"],
                condition=Q(account__isnull=False),
                name="working_calendar_of_account_once",
            ),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(account__isnull=True),
                name="working_calendar_of_ours_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.time_zone}"

    @property
    def hours(self) -> Hours:
        """The same for the rules."""
        return Hours(
            zone=self.time_zone,
            spans=tuple(WeeklySpan(*span) for span in self.spans),
            holidays=frozenset(date.fromisoformat(on) for on, _ in self.holidays),
        )
