"""Tables of subscriptions and of goodbyes."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from vereda.foundation.personal_data import (
    Declared,
    NotPersonal,
    Personal,
    Purpose,
    Retention,
)
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.revenue import wording
from vereda.revenue.contracts import BillingPeriod, ChurnReason


class SubscriptionRows(OwnedRows["Subscription"]):
    """Subscriptions of a workspace."""

    def newest(self) -> Self:
        """The one that started last first."""
        return self.order_by("-started_on", "-id")


class Subscription(OwnedByWorkspace):
    """One stretch of unchanged terms; a change of terms ends it and begins another.

    `continues` is the stretch before a change of terms. `renews_on` is when the customer has to
    say yes again, `cancelled_on` the day they said no, `ends_on` the first day without it.
    """

    personal_data: ClassVar[Declared] = {
        "external_id": NotPersonal("a contract's number in another system"),
        "product": NotPersonal("what a company bought"),
        "plan": NotPersonal("what a company bought"),
        "currency": NotPersonal("money"),
    }

    number = models.PositiveIntegerField()
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=200, blank=True)
    product = models.CharField(max_length=100, blank=True)
    plan = models.CharField(max_length=100, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    period = models.CharField(
        max_length=12,
        choices=wording.choices_among(wording.PERIODS),
        default=BillingPeriod.MONTHLY,
    )
    currency = models.CharField(max_length=3)
    started_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    renews_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    trial = models.BooleanField(default=False)
    auto_renew = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    continues = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="continued_by"
    )

    objects = OwnedManager.from_queryset(SubscriptionRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "number"], name="subscription_number_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~Q(external_id=""),
                name="subscription_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("started_on")),
                name="subscription_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="subscription_amount_not_negative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "started_on"], name="subscription_of"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.plan}".strip()

    @property
    def key(self) -> str:
        """What people call it by in addresses: S-12."""
        return f"S-{self.number}"


class ChurnRows(OwnedRows["ChurnEvent"]):
    """Goodbyes of a workspace."""

    def newest(self) -> Self:
        """The last goodbye first."""
        return self.order_by("-churned_on", "-id")


class ChurnEvent(OwnedByWorkspace):
    """An account left on a day, for a reason, in its own words.

    `reactivation` tells a goodbye after the account had left before and come back.
    """

    personal_data: ClassVar[Declared] = {
        "external_id": NotPersonal("a number in another system"),
        "comment": Personal(Purpose.RELATIONSHIP, Retention.WITH_ACCOUNT),
        "currency": NotPersonal("money"),
    }

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=200, blank=True)
    churned_on = models.DateField()
    reason = models.CharField(
        max_length=20,
        choices=wording.choices_among(wording.REASONS),
        default=ChurnReason.UNKNOWN,
    )
    comment = models.TextField(max_length=5_000, blank=True)
    refund_minor = models.BigIntegerField(null=True, blank=True)
    lost_arr_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    reactivation = models.BooleanField(default=False)

    objects = OwnedManager.from_queryset(ChurnRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~Q(external_id=""),
                name="churn_external_id_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "churned_on"], name="churn_of"),
        ]

    def __str__(self) -> str:
        return f"{self.churned_on} {self.reason}"
