"""Promised benefits, how they were amended, what was measured, what either side says."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import (
    Declared,
    NotPersonal,
    Personal,
    Purpose,
    Retention,
)
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.outcomes import wording
from vereda.outcomes.contracts import (
    DECIMALS,
    DIGITS,
    LONGEST_BENEFIT,
    LONGEST_WORDS,
    MOST_TOLERANCE,
    TOLERANCE,
    Direction,
    Line,
    MeasuredBy,
    Origin,
    OutcomeState,
    Per,
    Unit,
    VerdictKind,
)

WORDS = Personal(Purpose.RELATIONSHIP, Retention.WITH_ACCOUNT)
OURS = NotPersonal("a word of our own")


def value_field(**options: Any) -> models.DecimalField[Any, Any]:
    """A column of a value in the outcome's unit."""
    return models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, **options)


class OutcomeRows(OwnedRows["Outcome"]):
    """Promised benefits of a workspace."""

    def pursued(self) -> Self:
        """Those that were not dropped."""
        return self.filter(dropped_at=None)

    def newest(self) -> Self:
        """The last promised first."""
        return self.order_by("-promised_on", "-number")


class Outcome(OwnedByWorkspace):
    """A benefit promised to an account, in its own words, with the numbers that would prove it.

    Nobody types its state: `rules.standing` derives it from the line, the measurements and the
    verdicts. The columns from `state` on only repeat what it said when `refresh_outcomes` last
    looked, for lists and reviews. Whatever is moved about the line leaves an `Amendment`.
    """

    personal_data: ClassVar[Declared] = {
        "benefit": WORDS,
        "why": WORDS,
        "unit": OURS,
        "unit_words": NotPersonal("what is counted"),
        "currency": NotPersonal("money"),
        "per": OURS,
        "direction": OURS,
        "origin": OURS,
        "dropped_because": WORDS,
        "state": OURS,
        "ruled_by": OURS,
        "why_not": OURS,
    }

    number = models.PositiveIntegerField()
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        "product.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    feature = models.ForeignKey(
        "product.Feature", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    metric = models.ForeignKey(
        "events.Metric", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    owner = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    said_by = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    benefit = models.CharField(max_length=LONGEST_BENEFIT)
    why = models.TextField(max_length=LONGEST_WORDS, blank=True)
    unit = models.CharField(
        max_length=10, choices=wording.outcome_choices(wording.UNITS), default=Unit.NUMBER
    )
    unit_words = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    per = models.CharField(
        max_length=6, choices=wording.outcome_choices(wording.PERS), default=Per.ONCE
    )
    direction = models.CharField(
        max_length=4, choices=wording.outcome_choices(wording.DIRECTIONS), default=Direction.MORE
    )
    baseline = value_field(null=True, blank=True)
    target = value_field()
    out_of_box = value_field(null=True, blank=True)
    promised_on = models.DateField()
    recorded_at = models.DateTimeField(editable=False)
    starts_on = models.DateField()
    due_on = models.DateField()
    tolerance_percent = models.PositiveSmallIntegerField(default=TOLERANCE)
    origin = models.CharField(
        max_length=12, choices=wording.outcome_choices(wording.ORIGINS), default=Origin.SALE
    )
    promised_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=12,
        choices=wording.outcome_choices(wording.STATES),
        default=OutcomeState.PROMISED,
        editable=False,
    )
    state_since_on = models.DateField(editable=False)
    ruled_by = models.CharField(
        max_length=10, blank=True, choices=wording.outcome_choices(wording.SIDES), editable=False
    )
    why_not = models.CharField(
        max_length=20, blank=True, choices=wording.outcome_choices(wording.WHY_NOT), editable=False
    )
    delivered = value_field(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager.from_queryset(OutcomeRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="outcome_number_once"),
            models.CheckConstraint(
                condition=Q(due_on__gt=models.F("starts_on")), name="outcome_due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(tolerance_percent__lte=MOST_TOLERANCE), name="outcome_tolerance_bounded"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "promised_on"], name="outcome_of"),
            models.Index(fields=["workspace", "metric"], name="outcome_by_metric"),
            models.Index(fields=["workspace", "promised_on", "number"], name="outcome_newest"),
            models.Index(
                fields=["workspace", "state", "due_on", "number"], name="outcome_by_state"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: B-12."""
        return f"B-{self.number}"

    @property
    def line(self) -> Line:
        """What was promised, as numbers."""
        return Line(
            direction=Direction(self.direction),
            baseline=self.baseline,
            target=self.target,
            starts_on=self.starts_on,
            due_on=self.due_on,
            tolerance_percent=self.tolerance_percent,
        )


class Amendment(OwnedByWorkspace):
    """The line of a promise as it was before somebody moved it, who did, and why."""

    personal_data: ClassVar[Declared] = {"because": WORDS}

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="amendments")
    at = models.DateTimeField()
    member = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    because = models.CharField(max_length=500)
    baseline = value_field(null=True)
    target = value_field()
    out_of_box = value_field(null=True)
    starts_on = models.DateField()
    due_on = models.DateField()

    objects = OwnedManager["Amendment"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "outcome", "at", "id"], name="outcome_amendment_of"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Measurement(OwnedByWorkspace):
    """What an outcome's value was on a day, and who says so. Append-only.

    Of several about one day the last one written counts. `at` is when it was written.
    """

    personal_data: ClassVar[Declared] = {"source": OURS, "words": WORDS}

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="measurements")
    value = value_field()
    on = models.DateField()
    at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=wording.outcome_choices(wording.MEASURERS))
    member = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    file = models.ForeignKey(
        "customers.AccountFile", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["Measurement"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["outcome", "on"],
                condition=Q(source=MeasuredBy.METRIC),
                name="outcome_metric_once_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "outcome", "on", "at", "id"], name="measurement_of"),
        ]

    def __str__(self) -> str:
        return f"{self.value} · {self.on}"


class Verdict(OwnedByWorkspace):
    """What a side says: it came true, it did not and why not, or no longer either. Append-only."""

    personal_data: ClassVar[Declared] = {"kind": OURS, "side": OURS, "reason": OURS, "words": WORDS}

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="verdicts")
    kind = models.CharField(max_length=12, choices=wording.outcome_choices(wording.VERDICTS))
    side = models.CharField(max_length=10, choices=wording.outcome_choices(wording.SIDES))
    reason = models.CharField(
        max_length=20, blank=True, choices=wording.outcome_choices(wording.WHY_NOT)
    )
    words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    on = models.DateField()
    at = models.DateTimeField()
    member = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["Verdict"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=VerdictKind.NOT_VERIFIED) & ~Q(reason="")
                | ~Q(kind=VerdictKind.NOT_VERIFIED) & Q(reason=""),
                name="verdict_says_why_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "outcome", "at", "id"], name="outcome_verdict_of"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.on}"
