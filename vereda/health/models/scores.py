"""What rules said of accounts: now, day by day where it changed, and why it changed."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec
from django.db import models

from vereda.customers.contracts import HealthBand
from vereda.customers.wording import BANDS, choices_of
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.health.contracts import ChangeCause, Doubt, FactorScore, MovedFactor, Scored

FACTORS = tuple[FactorScore, ...]
MOVED = tuple[MovedFactor, ...]


def band_field() -> models.CharField[str, str]:
    """A colour of health."""
    return models.CharField(max_length=10, choices=choices_of(BANDS), default=HealthBand.UNKNOWN)


class ScoreRows(OwnedRows["Score"]):
    """Scores of a workspace."""

    def of_listed_accounts(self) -> Self:
        """Those of accounts that are in the lists."""
        return self.filter(account__archived_at=None, account__merged_into=None)


class Score(OwnedByWorkspace):
    """An account's score as last computed, with what each factor contributed.

    `value` is None when nothing is known; `least` is the score with everything unknown at its
    worst. `factors` are `FactorScore`s as JSON, in the order of the rules. `on` is the day that it
    was computed for; number, colour and rules are what they are since `since_on`. `digest` stands
    for all that is said, so that scoring again compares no factors.
    """

    personal_data: ClassVar[Declared] = {
        "factors": NotPersonal("numbers about a company"),
        "band": NotPersonal("a word of our own"),
        "doubt": NotPersonal("a word of our own"),
        "digest": NotPersonal("a hash of numbers about a company"),
    }

    account = models.OneToOneField("customers.Account", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(
        "health.ScorecardVersion", on_delete=models.CASCADE, related_name="+"
    )
    value = models.PositiveSmallIntegerField(null=True)
    exact = models.FloatField(null=True)
    least = models.PositiveSmallIntegerField(default=0)
    band = band_field()
    coverage = models.FloatField(default=0)
    doubt = models.CharField(max_length=20, blank=True, choices=[(d, d) for d in Doubt])
    factors = models.JSONField(default=list)
    digest = models.CharField(max_length=32, blank=True, editable=False)
    on = models.DateField()
    since_on = models.DateField()
    computed_at = models.DateTimeField()

    objects = OwnedManager.from_queryset(ScoreRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "band", "account"], name="score_by_band"),
            models.Index(fields=["workspace", "version", "value"], name="score_by_version"),
        ]

    def __str__(self) -> str:
        return self.band if self.value is None else str(self.value)

    @property
    def as_scored(self) -> Scored:
        """The same as rules say it."""
        return Scored(
            exact=self.exact,
            value=self.value,
            least=self.least,
            band=HealthBand(self.band),
            coverage=self.coverage,
            doubt=Doubt(self.doubt) if self.doubt else None,
            factors=self.told_factors,
        )

    @property
    def told_factors(self) -> FACTORS:
        """What each factor contributed."""
        return msgspec.convert(self.factors, FACTORS)


class ScoreDay(OwnedByWorkspace):
    """What an account's score became on a day; days on which it stayed the same have no row."""

    personal_data: ClassVar[Declared] = {"band": NotPersonal("a word of our own")}

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(
        "health.ScorecardVersion", on_delete=models.CASCADE, related_name="+"
    )
    on = models.DateField()
    value = models.PositiveSmallIntegerField(null=True)
    band = band_field()
    coverage = models.FloatField(default=0)

    objects = OwnedManager["ScoreDay"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            # Begins with the workspace, so that an account's last day before another is one step.
            models.UniqueConstraint(fields=["workspace", "account", "on"], name="score_day_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "on", "account"], name="score_day_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.value}"


class ScoreChange(OwnedByWorkspace):
    """Why now: a score or a colour became another, because of what.

    `moved` are `MovedFactor`s as JSON, what moved it most first.
    """

    personal_data: ClassVar[Declared] = {
        "band_before": NotPersonal("a word of our own"),
        "band_after": NotPersonal("a word of our own"),
        "because": NotPersonal("a word of our own"),
        "moved": NotPersonal("numbers about a company"),
    }

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(
        "health.ScorecardVersion", on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField()
    value_before = models.PositiveSmallIntegerField(null=True)
    value_after = models.PositiveSmallIntegerField(null=True)
    band_before = band_field()
    band_after = band_field()
    because = models.CharField(max_length=10, choices=[(c, c) for c in ChangeCause])
    moved = models.JSONField(default=list)

    objects = OwnedManager["ScoreChange"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "at", "id"], name="score_change_of"),
        ]

    def __str__(self) -> str:
        return f"{self.value_before} → {self.value_after}"

    @property
    def told_moved(self) -> MOVED:
        """The factors that moved."""
        return msgspec.convert(self.moved, MOVED)
