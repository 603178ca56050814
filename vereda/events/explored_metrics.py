"""What Explore shows of saved metrics: a drawing and three columns for each of them.

Metrics are numbers of different kinds, so each has a drawing with a scale of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from vereda.events.contracts.exploring import MetricPoint, MetricTrend
from vereda.events.contracts.measuring import Measure
from vereda.events.explored import (
    LINES_SHOWN,
    Figure,
    GroupWords,
    Line,
    Series,
    Sheet,
    ShownAnswer,
    groups_in,
    period_head,
)
from vereda.events.exploring import ExploreAddress
from vereda.events.exploring_wording import NOT_OVER, period_words
from vereda.events.metric_wording import measured_words
from vereda.events.models.metrics import Metric
from vereda.events.rules.exploring import bucket_start
from vereda.foundation.tabular import Cell
from vereda.foundation.wording import number_words

Column = tuple[str | None, str]
COLUMNS: Final = (
    pgettext_lazy("of a metric", "mean"),
    pgettext_lazy("of a metric", "median"),
    pgettext_lazy("of a metric", "accounts"),
)
Points = Mapping[tuple[str | None, str, int], MetricPoint]


def shown_metrics(
    address: ExploreAddress,
    asked: MetricTrend,
    averages: Sequence[MetricPoint],
    *,
    metrics: Mapping[str, Metric],
    words: GroupWords,
    today: date,
) -> ShownAnswer:
    """The averages of metrics; everybody in one table, the groups in another."""
    if not averages:
        return ShownAnswer()
    points = {(point.group, point.slug, point.bucket): point for point in averages}
    buckets = sorted({point.bucket for point in averages})
    groups = [group for group in groups_in(averages) if group is not None]
    drawn: Sequence[str | None] = groups[:LINES_SHOWN] or [None]
    shown = _Shown(address, asked, metrics, words, points, buckets)
    sheets = [shown.sheet([(None, slug) for slug in asked.slugs])]
    if groups:
        columns = [(group, slug) for group in groups for slug in asked.slugs]
        sheets.append(shown.sheet(columns, title=_("Group by group")))
    series = [shown.line((group, slug)) for slug in asked.slugs for group in drawn]
    notes = [
        _(
            "Each line is the mean over the accounts that have a value at the end of the period;"
            " the table has the median and the number of these accounts beside it."
        ),
        _(
            "The accounts, their groups, and fields such as seats are those of today, also in"
            " periods gone by."
        ),
    ]
    if today < bucket_start(buckets[-1] + 1, asked.period):
        notes.append(str(NOT_OVER[asked.period]))
    if len(groups) > LINES_SHOWN:
        notes.append(_("The drawing shows the first %d; the table has all.") % LINES_SHOWN)
    return ShownAnswer(sheets=sheets, series=series, notes=notes)


class _Shown:
    """An answer on its way to tables and lines."""

    def __init__(
        self,
        address: ExploreAddress,
        asked: MetricTrend,
        metrics: Mapping[str, Metric],
        words: GroupWords,
        points: Points,
        buckets: Sequence[int],
    ) -> None:
        self._address = address
        self._asked = asked
        self._metrics = metrics
        self._words = words
        self._points = points
        self._buckets = buckets

    def sheet(self, columns: Sequence[Column], *, title: str = "") -> Sheet:
        """Mean, median and accounts of each column; the latest period first, in a file last."""
        period = self._asked.period
        heads = [head for column in columns for head in self._heads(column)]
        first = period_head(period)
        return Sheet(
            first=first,
            title=title,
            heads=[head for column in columns for head in self._short_heads(column)],
            lines=[
                Line(
                    label=period_words(bucket, period),
                    figures=[
                        figure for column in columns for figure in self._figures(column, bucket)
                    ],
                )
                for bucket in reversed(self._buckets)
            ],
            export_heads=[first, *heads],
            export=[
                [
                    bucket_start(bucket, period),
                    *(cell for column in columns for cell in self._cells(column, bucket)),
                ]
                for bucket in self._buckets
            ],
        )

    def line(self, column: Column) -> Series:
        """The means of a column; a share in percent, as its drawing says."""
        group, slug = column
        metric = self._metrics[slug]
        share = metric.defined.measure is Measure.SEAT_SHARE
        means = [(bucket, self._points[(*column, bucket)].mean) for bucket in self._buckets]
        return Series(
            label=metric.name if group is None else self._words(group),
            drawing=_("%s, in percent") % metric.name if share else metric.name,
            points=[
                (
                    bucket_start(bucket, self._asked.period),
                    mean * 100 if share and mean is not None else mean,
                )
                for bucket, mean in means
            ],
        )

    def _heads(self, column: Column) -> list[str]:
        group, slug = column
        name = self._metrics[slug].name
        about = name if group is None else f"{self._words(group)} · {name}"
        return [f"{about} · {head}" for head in COLUMNS]

    def _short_heads(self, column: Column) -> list[str]:
        """The heads as they are seen: only the first of a column says what the others are of."""
        first, *others = self._heads(column)
        about = first.removesuffix(str(COLUMNS[0]))
        hidden = format_html('<span class="sr-only">{}</span>', about)
        return [first, *(format_html("{}{}", hidden, each.removeprefix(about)) for each in others)]

    def _figures(self, column: Column, bucket: int) -> list[Figure]:
        group, slug = column
        point = self._points[(*column, bucket)]
        defined = self._metrics[slug].defined
        query = self._address.query(bucket=bucket, name=slug, group=group) if point.accounts else ""
        return [
            Figure(value=point.mean, words=measured_words(defined, point.mean), query=query),
            Figure(value=point.median, words=measured_words(defined, point.median)),
            Figure(value=point.accounts, words=number_words(point.accounts)),
        ]

    def _cells(self, column: Column, bucket: int) -> list[Cell]:
        point = self._points[(*column, bucket)]
        return [point.mean, point.median, point.accounts]
