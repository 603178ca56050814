"""Metrics as fields of the list of accounts: compared, sorted and said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from vereda.customers.contracts import Operator
from vereda.customers.queries.lists import KeptElsewhere, Kind, ListField
from vereda.events.contracts.measuring import Measure, Per
from vereda.events.metric_wording import measured_words
from vereda.events.models.metrics import MetricValue
from vereda.events.queries.metrics import metrics_in
from vereda.foundation.paging import Order

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.events.models.metrics import Metric
    from vereda.foundation.scoping import OwnedRows
    from vereda.workspaces.models import Workspace

PREFIX: Final = "metric."
IN_A_WHOLE: Final = 100
"""A share is typed in percent, as it is shown."""


def metric_list_fields(workspace: Workspace | UUID) -> list[ListField]:
    """A field for each metric about accounts that is in use, by name; one query."""
    return [_field_of(metric) for metric in metrics_in(workspace, per=Per.ACCOUNT)]


def metric_named_in(field: str) -> str:
    """The short name of the metric that a list field stands for; "" for another field."""
    return field.removeprefix(PREFIX) if field.startswith(PREFIX) else ""


def _field_of(metric: Metric) -> ListField:
    definition = metric.defined
    share = definition.measure is Measure.SEAT_SHARE
    return ListField(
        name=f"{PREFIX}{metric.slug}",
        label=metric.name,
        kind=Kind.NUMBER,
        hint=gettext_lazy("In percent.") if share else "",
        kept=KeptElsewhere(
            read=lambda number: float(number) / (IN_A_WHOLE if share else 1),
            matching=lambda operator, value: _matching(metric, operator, value),
            order=lambda descending: _order_by(metric, descending=descending),
            words=lambda value: measured_words(definition, value),
        ),
    )


def _known_values(metric: Metric) -> OwnedRows[MetricValue]:
    rows = MetricValue.objects.of(metric.workspace_id)
    return rows.filter(metric=metric, person=None, value__isnull=False)


def _matching(metric: Metric, operator: Operator, value: float | None) -> Q:
    rows = _known_values(metric)
    if value is not None:
        rows = rows.filter(**{_LOOKUPS[operator]: value})
    holders = Q(pk__in=rows.values("account"))
    return ~holders if operator is Operator.EMPTY else holders


_LOOKUPS: Final = {
    Operator.IS: "value",
    Operator.AT_LEAST: "value__gte",
    Operator.AT_MOST: "value__lte",
}


def _order_by(metric: Metric, *, descending: bool) -> Order:
    rows: Any = _known_values(metric)
    return Order(
        name=f"{PREFIX}{metric.slug}",
        by="value",
        tie="account_id",
        descending=descending,
        empty=Q(~Exists(rows.filter(account=OuterRef("pk")))),
        kept=rows,
    )
