"""What the past says of rules: backtests, the rows behind them, and what came of each customer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

import msgspec
from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.health.contracts import BacktestSettings, BacktestState, OutcomeKind, Verdict
from vereda.health.models.scores import band_field
from vereda.health.rules.proving import HorizonRecord
from vereda.health.rules.suggesting import Suggestion

RECORDS = tuple[HorizonRecord, ...]


class BacktestRows(OwnedRows["Backtest"]):
    """Backtests of a workspace."""

    def current(self) -> Self:
        """The one of each version that counts: the last that was finished."""
        return self.filter(is_current=True)

    def at_work(self) -> Self:
        """Those that wait or run."""
        return self.filter(state__in=(BacktestState.WAITING, BacktestState.RUNNING))


class Backtest(OwnedByWorkspace):
    """Rules judged by what they would have said on past days, and by what came after.

    results: a `HorizonRecord` for each look-ahead, as JSON; suggestion: a `Suggestion`, or None.
    known_until: the day up to which departures were known. accounts_left_out: customers beyond the
    most that are asked about. beat_at: when the run last said that it goes on.
    """

    personal_data: ClassVar[Declared] = {
        "settings": NotPersonal("what a backtest asks"),
        "state": NotPersonal("a word of our own"),
        "failure": NotPersonal("a sentence of our own"),
        "verdict": NotPersonal("a word of our own"),
        "results": NotPersonal("figures about a score"),
        "suggestion": NotPersonal("weights of a score"),
    }

    version = models.ForeignKey(
        "health.ScorecardVersion", on_delete=models.CASCADE, related_name="backtests"
    )
    settings = models.JSONField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        max_length=10,
        choices=[(each, each) for each in BacktestState],
        default=BacktestState.WAITING,
    )
    failure = models.CharField(max_length=300, blank=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    days_total = models.PositiveSmallIntegerField(default=0)
    days_done = models.PositiveSmallIntegerField(default=0)
    known_until = models.DateField(null=True)
    verdict = models.CharField(
        max_length=10, blank=True, choices=[(each, each) for each in Verdict]
    )
    results = models.JSONField(default=list)
    suggestion = models.JSONField(null=True)
    unscored_rows = models.PositiveIntegerField(default=0)
    unscored_departures = models.PositiveIntegerField(default=0)
    accounts_left_out = models.PositiveIntegerField(default=0)
    is_current = models.BooleanField(default=False)

    objects = OwnedManager.from_queryset(BacktestRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(is_current=True), name="backtest_that_counts"
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=["waiting", "running"]),
                name="backtest_at_work_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "version", "-asked_at"], name="backtest_of_version"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.asked_at:%Y-%m-%d}"

    @property
    def asked(self) -> BacktestSettings:
        """What it asks."""
        return msgspec.convert(self.settings, BacktestSettings)

    @property
    def records(self) -> RECORDS:
        """The record at each look-ahead, the nearest first; empty until it is done."""
        return msgspec.convert(self.results, RECORDS)

    @property
    def suggested(self) -> Suggestion | None:
        """The weights that the past suggests."""
        return None if self.suggestion is None else msgspec.convert(self.suggestion, Suggestion)

    @property
    def is_at_work(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (BacktestState.WAITING, BacktestState.RUNNING)


class BacktestRow(OwnedByWorkspace):
    """What the rules would have said of a customer at the end of a day.

    score: 0 to 100, not rounded; None when nothing was known. days_left: until it departed, None
    if it did not within the longest look-ahead. days_unused and days_customer: what naive rankings
    go by.
    """

    personal_data: ClassVar[Declared] = {"band": NotPersonal("a word of our own")}

    backtest = models.ForeignKey(Backtest, on_delete=models.CASCADE, related_name="rows")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    score = models.FloatField(null=True)
    band = band_field()
    coverage = models.FloatField(default=0)
    days_left = models.PositiveSmallIntegerField(null=True)
    days_unused = models.PositiveIntegerField(null=True)
    days_customer = models.PositiveIntegerField(null=True)

    objects = OwnedManager["BacktestRow"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["backtest", "account", "on"], name="backtest_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.score}"


class BacktestOutcome(OwnedByWorkspace):
    """What came of a customer at one look-ahead: a hit, a miss or a false alarm."""

    personal_data: ClassVar[Declared] = {"kind": NotPersonal("a word of our own")}

    backtest = models.ForeignKey(Backtest, on_delete=models.CASCADE, related_name="outcomes")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    horizon = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=[(each, each) for each in OutcomeKind])
    departed_on = models.DateField(null=True)
    warned_on = models.DateField(null=True)
    score = models.FloatField(null=True)

    objects = OwnedManager["BacktestOutcome"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["backtest", "horizon", "kind", "departed_on"], name="outcome_listed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.departed_on or ''}"

    @property
    def lead_days(self) -> int | None:
        """How many days before the departure the warnings began."""
        departed_on: date | None = self.departed_on
        warned_on: date | None = self.warned_on
        return None if departed_on is None or warned_on is None else (departed_on - warned_on).days
