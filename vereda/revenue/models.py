"""Tables of subscriptions, goodbyes and wins, and of what money is compared with."""

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
from vereda.revenue.contracts import BillingPeriod, ChurnReason, WinKind, WinReason
from vereda.revenue.rules.exchange import RATE_DECIMALS, RATE_DIGITS


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


class ExchangeRate(OwnedByWorkspace):
    """From that day on, one unit of `currency` is worth `rate` units of `home`.

    `home` is the workspace's currency when it was entered: after a change of it the rates no longer
    fit and are not read.
    """

    personal_data: ClassVar[Declared] = {
        "home": NotPersonal("money"),
        "currency": NotPersonal("money"),
        "source": NotPersonal("where a rate comes from"),
    }

    home = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=RATE_DIGITS, decimal_places=RATE_DECIMALS)
    source = models.CharField(max_length=100, blank=True)

    objects = OwnedManager["ExchangeRate"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "home", "currency", "on"], name="exchange_rate_once"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on}: {self.rate}"


class MonthlyCost(OwnedByWorkspace):
    """What a month cost: delivering what was sold, and winning new customers.

    In the workspace's currency of then; None where nobody said it.
    """

    personal_data: ClassVar[Declared] = {"currency": NotPersonal("money")}

    month = models.DateField()
    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField(null=True)
    acquisition_minor = models.BigIntegerField(null=True)

    objects = OwnedManager["MonthlyCost"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "month"], name="monthly_cost_once"),
            models.CheckConstraint(
                condition=(Q(goods_minor=None) | Q(goods_minor__gte=0))
                & (Q(acquisition_minor=None) | Q(acquisition_minor__gte=0)),
                name="monthly_cost_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Assumption(OwnedByWorkspace):
    """What a business case takes for granted until measured; one row for each workspace.

    Shares in percent. Winning a customer costs `acquire_ratio` times what keeping one does. What
    is paid a year later is worth `discount_percent` less, and nothing beyond `horizon_years`.
    """

    personal_data: ClassVar[Declared] = {}

    acquire_ratio = models.DecimalField(max_digits=6, decimal_places=2, default=6)
    margin_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    margin_target_percent = models.DecimalField(max_digits=5, decimal_places=2, default=75)
    low_margin_percent = models.DecimalField(max_digits=5, decimal_places=2, default=50)
    low_growth_percent = models.DecimalField(max_digits=6, decimal_places=2, default=5)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=10)
    horizon_years = models.PositiveSmallIntegerField(default=5)

    objects = OwnedManager["Assumption"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="assumption_once"),
        ]

    def __str__(self) -> str:
        return f"1:{self.acquire_ratio}"


class WinRows(OwnedRows["Win"]):
    """Wins and losses of a workspace."""

    def newest(self) -> Self:
        """The last one first."""
        return self.order_by("-happened_on", "-id")


class Win(OwnedByWorkspace):
    """An account was won, won back or lost, why, and whether that may be told outside."""

    personal_data: ClassVar[Declared] = {
        "story": Personal(Purpose.RELATIONSHIP, Retention.WITH_ACCOUNT),
        "competitor": NotPersonal("another company's product"),
    }

    number = models.PositiveIntegerField()
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=wording.choices_among(wording.WINS))
    happened_on = models.DateField()
    reason = models.CharField(
        max_length=20,
        choices=wording.choices_among(wording.WIN_REASONS),
        default=WinReason.UNKNOWN,
    )
    story = models.TextField(max_length=20_000, blank=True)
    competitor = models.CharField(max_length=100, blank=True)
    public = models.BooleanField(default=False)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager.from_queryset(WinRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="win_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "happened_on", "id"], name="win_of"),
            models.Index(fields=["workspace", "happened_on", "id"], name="win_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.kind}"

    @property
    def key(self) -> str:
        """What people call it by in addresses: W-12."""
        return f"W-{self.number}"

    @property
    def is_won(self) -> bool:
        """Was something won, rather than lost?"""
        return self.kind != WinKind.LOSS
