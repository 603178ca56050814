"""Metrics, their values per account and person, and how far the values follow the events."""

from typing import ClassVar, Self

import msgspec
from django.db import models
from django.db.models import Q

from vereda.events.contracts.measuring import MetricDefinition
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class MetricRows(OwnedRows["Metric"]):
    """Metrics of a workspace."""

    def in_use(self) -> Self:
        """Those that were not archived."""
        return self.filter(archived_at=None)


class Metric(OwnedByWorkspace):
    """A number about each account or person, made of events: what it is called, how it is made.

    `definition` is a `MetricDefinition` as JSON; `per` repeats whom it is about.
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("what the workspace calls a number"),
        "slug": NotPersonal("what the workspace calls a number"),
        "description": NotPersonal("what a number says"),
        "definition": NotPersonal("names of events and properties"),
        "per": NotPersonal("a word of our own"),
    }

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60)
    description = models.CharField(max_length=500, blank=True)
    definition = models.JSONField()
    per = models.CharField(max_length=10)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(MetricRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="metric_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def defined(self) -> MetricDefinition:
        """How it is made."""
        return msgspec.convert(self.definition, MetricDefinition)


class MetricValue(OwnedByWorkspace):
    """What a metric says about one account or person, and what it said of the period before.

    None: the events say nothing about it. `on` is the last day of the window when the value last
    changed; `MeasureCursor` says when all of them were last looked at.

    There are as many rows as accounts and people times metrics, so that each index is dear: no row
    is in an index of what it has not, and none is in two that begin alike.
    """

    personal_data: ClassVar[Declared] = {}

    metric = models.ForeignKey(
        Metric, on_delete=models.CASCADE, related_name="values", db_index=False
    )
    account = models.ForeignKey(
        "customers.Account",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    person = models.ForeignKey(
        "customers.Person",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    value = models.FloatField(null=True)
    before = models.FloatField(null=True)
    on = models.DateField()
    computed_at = models.DateTimeField()

    objects = OwnedManager["MetricValue"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["metric", "account"],
                condition=Q(person=None),
                name="metric_value_of_account_once",
            ),
            models.UniqueConstraint(
                fields=["metric", "person"],
                condition=Q(account=None),
                name="metric_value_of_person_once",
            ),
            models.CheckConstraint(
                condition=Q(account=None, person__isnull=False)
                | Q(account__isnull=False, person=None),
                name="metric_value_of_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "metric", "value", "account"], name="metric_by_value"
            ),
            models.Index(
                fields=["account"],
                condition=Q(account__isnull=False),
                name="metric_values_of_account",
            ),
            models.Index(
                fields=["person"],
                condition=Q(person__isnull=False),
                name="metric_values_of_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.value)


class MeasureCursor(OwnedByWorkspace):
    """How far the values follow the events, the last day of their windows, and a run's progress."""

    personal_data: ClassVar[Declared] = {}

    through = models.BigIntegerField(default=0)
    on = models.DateField(null=True)
    measured_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    objects = OwnedManager["MeasureCursor"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="measure_cursor_once"),
        ]

    def __str__(self) -> str:
        return str(self.through)
