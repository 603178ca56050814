"""What was sold since when, what is expected of its use, and how far each account is."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from vereda.adoption import wording
from vereda.adoption.contracts import PurchaseSource
from vereda.adoption.rules.patterns import USUAL_PERIOD
from vereda.adoption.rules.sentinel import USUAL_FALSE_ALARMS
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows

OURS = NotPersonal("the workspace's own product")


class Purchase(OwnedByWorkspace):
    """An account bought a product on a day; without a product, nobody said which.

    Nobody uses it after `ended_on`, the first day on which nothing of it runs any more.
    """

    personal_data: ClassVar[Declared] = {"source": NotPersonal("a word of our own")}

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        "product.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    sold_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    source = models.CharField(
        max_length=20,
        choices=list(wording.SOURCES.items()),
        default=PurchaseSource.SUBSCRIPTION,
    )

    objects = OwnedManager["Purchase"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "product"], name="purchase_once"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(product=None), name="purchase_of_something_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("sold_on")),
                name="purchase_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "product", "sold_on"], name="purchase_by_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id or '-'} {self.sold_on}"


class UseExpectation(OwnedByWorkspace):
    """What a workspace expects of a product, or of one of its features.

    Used regularly, it is used about every `period_days`. Its first use is complete once each of
    `features` (short names) and each of `events` (names) was used; with none of them, on the
    second day of use.
    """

    personal_data: ClassVar[Declared] = {
        "features": OURS,
        "events": OURS,
    }

    product = models.ForeignKey("product.Product", on_delete=models.CASCADE, related_name="+")
    feature = models.ForeignKey(
        "product.Feature", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    period_days = models.PositiveSmallIntegerField(
        choices=list(wording.PERIODS.items()), default=USUAL_PERIOD
    )
    features = models.JSONField(default=list, blank=True)
    events = models.JSONField(default=list, blank=True)

    objects = OwnedManager["UseExpectation"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "feature"], name="use_expectation_once"),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(feature=None),
                name="use_expectation_of_product_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.feature_id or ''}".strip()


class SentinelPolicy(OwnedByWorkspace):
    """Of a hundred customers who would begin by themselves, so many may be called too early."""

    personal_data: ClassVar[Declared] = {}

    false_alarm_percent = models.PositiveSmallIntegerField(default=USUAL_FALSE_ALARMS)

    objects = OwnedManager["SentinelPolicy"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="sentinel_policy_once"),
            models.CheckConstraint(
                condition=Q(false_alarm_percent__range=(1, 50)), name="sentinel_policy_of_hundred"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.false_alarm_percent} %"


class AdoptionRows(OwnedRows["Adoption"]):
    """How far accounts are."""

    def of_products(self) -> Self:
        """Whole products; and what was used of anything at all."""
        return self.filter(feature=None)


class Adoption(OwnedByWorkspace):
    """How far one account is with one product or feature, from its events.

    Without product and feature: with anything at all. `regular_since_on` is the day a regular
    pattern began; `regular_days` how long such stretches lasted together. `gap_squares` is the sum
    of the squared days between one day of use and the next.
    """

    personal_data: ClassVar[Declared] = {}

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        "product.Product", null=True, on_delete=models.CASCADE, related_name="+"
    )
    feature = models.ForeignKey(
        "product.Feature", null=True, on_delete=models.CASCADE, related_name="+"
    )
    first_use_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    regular_since_on = models.DateField(null=True)
    regular_days = models.PositiveIntegerField(default=0)
    last_use_at = models.DateTimeField()
    use_days = models.PositiveIntegerField()
    gap_squares = models.BigIntegerField(default=0)
    longest_gap = models.PositiveIntegerField(default=0)

    objects = OwnedManager.from_queryset(AdoptionRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "product", "feature"], name="adoption_of_feature_once"
            ),
            models.UniqueConstraint(
                fields=["account", "product"],
                condition=Q(feature=None),
                name="adoption_of_product_once",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(product=None, feature=None),
                name="adoption_of_anything_once",
            ),
            models.CheckConstraint(
                condition=Q(feature=None) | Q(product__isnull=False),
                name="adoption_feature_of_product",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "product", "feature", "account"], name="adoption_by_thing"
            ),
            models.Index(fields=["workspace", "account"], name="adoption_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.feature_id or self.product_id or '-'}"


class DurationTable(OwnedByWorkspace):
    """How long something took many, put together: `counts` maps the month they began in to rows of
    days, how many for whom it happened then, how many of whom no more is known.

    For people, and for the intervals of accounts: whose single rows stay with the events.
    """

    personal_data: ClassVar[Declared] = {
        "whose": NotPersonal("a word of our own"),
        "measure": NotPersonal("a word of our own"),
        "counts": NotPersonal("numbers of people by days, without anybody's key"),
    }

    whose = models.CharField(max_length=10, choices=list(wording.WHOSE.items()))
    measure = models.CharField(max_length=20, choices=list(wording.MEASURES.items()))
    product = models.ForeignKey(
        "product.Product", null=True, on_delete=models.CASCADE, related_name="+"
    )
    feature = models.ForeignKey(
        "product.Feature", null=True, on_delete=models.CASCADE, related_name="+"
    )
    counts = models.JSONField(default=dict)
    on = models.DateField()

    objects = OwnedManager["DurationTable"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "whose", "measure", "product", "feature"],
                name="duration_table_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whose} {self.measure}"


class AdoptionCursor(OwnedByWorkspace):
    """Up to which event, and on which day, adoption was measured."""

    personal_data: ClassVar[Declared] = {}

    through = models.BigIntegerField(default=0)
    on = models.DateField(null=True)
    measured_at = models.DateTimeField(null=True)

    objects = OwnedManager["AdoptionCursor"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="adoption_cursor_once"),
        ]

    def __str__(self) -> str:
        return str(self.through)
