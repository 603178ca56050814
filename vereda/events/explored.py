"""What Explore shows: answers as tables of numbers, each of which opens to who is behind it.

A `Figure` is a number with its words and the query that opens it. The same table is drawn on the
page and written to a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from vereda.events.contracts.exploring import (
    Branch,
    CameBack,
    Explored,
    MetricPoint,
    Paths,
    Period,
    Retention,
    StepReached,
    Trend,
    TrendPoint,
)
from vereda.events.exploring import ExploreAddress
from vereda.events.exploring_wording import AMOUNTS, NOT_OVER, period_words
from vereda.events.rules.exploring import bucket_start, buckets_in
from vereda.foundation.tabular import Cell
from vereda.foundation.wording import number_words, percent_words

HEAT_STEPS = 6
MOST_CHILDREN = 6
LINES_SHOWN = 5
GROUPS_BESIDE_PATHS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number: its words, the query that opens who is behind it, and how strong it is shown."""

    value: float | None
    words: str = ""
    note: str = ""
    query: str = ""
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table: its words and figures, how deep it stands, its share as a bar."""

    label: str
    figures: Sequence[Figure]
    depth: int = 0
    share: float | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with its heads; `export` says it as cells of a file."""

    first: str
    heads: Sequence[str]
    lines: Sequence[Line]
    export_heads: Sequence[str]
    export: Sequence[Sequence[Cell]]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line of a chart: its words and its values by the first day of each bucket.

    Lines with the same `drawing` share a chart, of which it is the title.
    """

    label: str
    points: Sequence[tuple[date, float | None]]
    drawing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """An answer as a page shows it."""

    sheets: Sequence[Sheet] = ()
    series: Sequence[Series] = ()
    sentence: str = ""
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def nothing(self) -> bool:
        """Is there nothing to show?"""
        return not self.sheets


GroupWords = Callable[[str | None], str]


def shown_answer(
    address: ExploreAddress, answer: Explored, *, words: GroupWords, today: date
) -> ShownAnswer:
    """The answer to the question of an address."""
    asked = address.asked
    if isinstance(asked, Trend):
        return _trend(address, asked, answer, words, today=today)
    if isinstance(asked, Retention):
        return _retention(address, asked, answer.returned, words, today=today)
    if isinstance(asked, Paths):
        return _paths(address, asked, answer.branches, words)
    return _funnel(address, answer.steps, words)


# --- Trend ----------------------------------------------------------------------------------


def _trend(
    address: ExploreAddress, asked: Trend, answer: Explored, words: GroupWords, *, today: date
) -> ShownAnswer:
    if not answer.points:
        return ShownAnswer()
    values: dict[tuple[str | None, str, str], dict[int, int]] = {}
    for point in answer.points:
        column = (point.group, point.name, str(point.amount))
        values.setdefault(column, {})[point.bucket] = point.value
    groups = groups_in(answer.points)
    columns = [
        (group, name, str(amount))
        for group in groups
        for name in asked.names or ("",)
        for amount in asked.amounts
    ]
    buckets = buckets_in(asked.span, asked.period)
    heads = [_series_words(column, asked, words) for column in columns]
    lines = [
        Line(
            label=period_words(bucket, asked.period),
            figures=[
                _trend_figure(address, column, bucket, values.get(column, {}).get(bucket, 0))
                for column in columns
            ],
        )
        for bucket in reversed(buckets)
    ]
    first = str(period_head(asked.period))
    export = [
        [bucket_start(bucket, asked.period)]
        + [values.get(column, {}).get(bucket, 0) for column in columns]
        for bucket in buckets
    ]
    sheet = Sheet(
        first=first, heads=heads, lines=lines, export_heads=[first, *heads], export=export
    )
    drawn = columns if len(groups) == 1 else [each for each in columns if each[0] is not None]
    series = [
        Series(
            label=_series_words(column, asked, words),
            points=[
                (bucket_start(bucket, asked.period), values.get(column, {}).get(bucket, 0))
                for bucket in buckets
            ],
        )
        for column in drawn[:LINES_SHOWN]
    ]
    notes = []
    if today < bucket_start(buckets[-1] + 1, asked.period):
        notes.append(str(NOT_OVER[asked.period]))
    if len(drawn) > LINES_SHOWN:
        notes.append(_("The drawing shows the first %d; the table has all.") % LINES_SHOWN)
    return ShownAnswer(sheets=[sheet], series=series, notes=notes)


def _trend_figure(
    address: ExploreAddress, column: tuple[str | None, str, str], bucket: int, value: int
) -> Figure:
    group, name, amount = column
    query = address.query(bucket=bucket, name=name or None, group=group, of=amount) if value else ""
    return Figure(value=value, words=number_words(value), query=query)


def _series_words(column: tuple[str | None, str, str], asked: Trend, words: GroupWords) -> str:
    group, name, amount = column
    parts = [] if group is None else [words(group)]
    if len(asked.names) > 1 or (asked.names and group is None):
        parts.append(name)
    if len(asked.amounts) > 1 or not parts:
        parts.append(str(AMOUNTS[next(each for each in asked.amounts if each == amount)]))
    return " · ".join(parts)


def groups_in(
    rows: Iterable[TrendPoint | StepReached | CameBack | MetricPoint],
) -> list[str | None]:
    """Everybody first, then the groups in the order they come, each once."""
    return sorted(
        dict.fromkeys(row.group for row in rows),
        key=lambda group: (group is not None, group == "", group or ""),
    )


def period_head(period: Period) -> str:
    """The head of a column of days, weeks or months."""
    return {Period.DAY: _("Day"), Period.WEEK: _("Week of"), Period.MONTH: _("Month")}[period]


# --- Funnel ---------------------------------------------------------------------------------


def _funnel(
    address: ExploreAddress, steps: Sequence[StepReached], words: GroupWords
) -> ShownAnswer:
    by_group: dict[str | None, dict[int, StepReached]] = {}
    for step in steps:
        by_group.setdefault(step.group, {})[step.step] = step
    together = by_group.get(None, {})
    if not together or not together[1].count:
        return ShownAnswer()
    sheets = [_funnel_sheet(address, together)]
    groups = [group for group in groups_in(steps) if group is not None]
    if groups:
        groups.sort(key=lambda group: -_count(by_group[group], 1))
        sheets.append(_funnel_groups(address, by_group, groups, words))
    last = together[len(address.names)]
    sentence = _("%(last)s of %(first)s went all the way: %(share)s.") % {
        "last": number_words(last.count),
        "first": number_words(together[1].count),
        "share": percent_words(last.count / together[1].count, decimals=1),
    }
    return ShownAnswer(sheets=sheets, sentence=sentence)


def _funnel_sheet(address: ExploreAddress, steps: Mapping[int, StepReached]) -> Sheet:
    first = steps[1].count
    lines: list[Line] = []
    export: list[list[Cell]] = []
    for number, name in enumerate(address.names, 1):
        step = steps[number]
        before = steps[number - 1].count if number > 1 else step.count
        lost = before - step.count
        lines.append(
            Line(
                label=f"{number}. {name}",
                share=step.count / first,
                figures=[
                    Figure(
                        value=step.count,
                        words=number_words(step.count),
                        query=address.query(reached=number) if step.count else "",
                    ),
                    _share(step.count, first),
                    _share(step.count, before) if number > 1 else Figure(value=None),
                    Figure(
                        value=lost if number > 1 else None,
                        words=number_words(lost) if number > 1 else "",
                        query=address.query(reached=number - 1, lost=1) if lost else "",
                    ),
                    _duration(step.since_before if number > 1 else None),
                    _duration(step.since_first if number > 1 else None),
                ],
            )
        )
        shares: list[Cell] = [step.count / first, step.count / before if before else None]
        times = [step.since_before, step.since_first] if number > 1 else [None, None]
        export.append([name, step.count, *shares, *times])
    return Sheet(
        first=_("Step"),
        heads=[
            _("Reached"),
            _("Of the first"),
            _("Of the step before"),
            _("Lost on the way"),
            _("Time since the step before"),
            _("Since the first"),
        ],
        lines=lines,
        export_heads=[
            _("Step"),
            _("Reached"),
            _("Of the first"),
            _("Of the step before"),
            _("Median seconds since the step before"),
            _("Median seconds since the first"),
        ],
        export=export,
    )


def _funnel_groups(
    address: ExploreAddress,
    by_group: Mapping[str | None, Mapping[int, StepReached]],
    groups: Sequence[str],
    words: GroupWords,
) -> Sheet:
    numbers = range(1, len(address.names) + 1)
    last = len(address.names)
    lines: list[Line] = []
    export: list[list[Cell]] = []
    for group in groups:
        counts = [_count(by_group[group], number) for number in numbers]
        figures = [
            Figure(
                value=count,
                words=number_words(count),
                query=address.query(reached=number, group=group) if count else "",
            )
            for number, count in zip(numbers, counts, strict=True)
        ]
        whole = counts[-1] / counts[0] if counts[0] else None
        since = by_group[group][last].since_first if last in by_group[group] else None
        lines.append(
            Line(
                label=words(group),
                figures=[*figures, _share(counts[-1], counts[0]), _duration(since)],
                share=whole,
            )
        )
        export.append([words(group), *counts, whole, since])
    heads = [f"{number}. {name}" for number, name in enumerate(address.names, 1)]
    return Sheet(
        first=_("Group"),
        title=_("Group by group"),
        heads=[*heads, _("All the way"), _("Time it took")],
        lines=lines,
        export_heads=[_("Group"), *heads, _("All the way"), _("Median seconds since the first")],
        export=export,
    )


def _count(steps: Mapping[int, StepReached], number: int) -> int:
    return steps[number].count if number in steps else 0


def _share(part: int, whole: int) -> Figure:
    if not whole:
        return Figure(value=None)
    return Figure(value=part / whole, words=percent_words(part / whole, decimals=1))


def _duration(seconds: float | None) -> Figure:
    return Figure(value=seconds, words="" if seconds is None else duration_words(seconds))


def duration_words(seconds: float) -> str:
    """A span of time in one unit that suits it: "3.5 days"."""
    for length, words in (
        (86_400, _("%s days")),
        (3_600, _("%s h")),
        (60, _("%s min")),
    ):
        if seconds >= length:
            return words % number_words(seconds / length, decimals=1)
    return _("%s s") % number_words(seconds, decimals=0)


# --- Retention ------------------------------------------------------------------------------


def _retention(
    address: ExploreAddress,
    asked: Retention,
    rows: Sequence[CameBack],
    words: GroupWords,
    *,
    today: date,
) -> ShownAnswer:
    counts: dict[str | None, dict[tuple[int, int | None], int]] = {}
    for row in rows:
        counts.setdefault(row.group, {})[row.cohort, row.bucket] = row.count
    together = counts.get(None, {})
    if not together:
        return ShownAnswer()
    buckets = list(buckets_in(asked.span, asked.period))
    last = buckets[-1]
    running = today < bucket_start(last + 1, asked.period)
    sheets = [_cohorts(address, asked, together, buckets)]
    groups = [group for group in groups_in(rows) if group is not None]
    if groups:
        sheets.append(_cohorts_by_group(counts, groups, buckets, words))
    notes = []
    if running:
        notes.append(
            {
                Period.DAY: _("The last number of each row is of today, which is not over."),
                Period.WEEK: _("The last number of each row is of a week that is not over."),
                Period.MONTH: _("The last number of each row is of a month that is not over."),
            }[asked.period]
        )
    return ShownAnswer(sheets=sheets, notes=notes)


def _cohorts(
    address: ExploreAddress,
    asked: Retention,
    counts: Mapping[tuple[int, int | None], int],
    buckets: Sequence[int],
) -> Sheet:
    last = buckets[-1]
    lines: list[Line] = []
    export: list[list[Cell]] = []
    for cohort in buckets:
        size = counts.get((cohort, None), 0)
        if not size:
            continue
        back = [counts.get((cohort, bucket), 0) for bucket in range(cohort, last + 1)]
        figures = [
            Figure(
                value=size,
                words=number_words(size),
                query=address.query(cohort=cohort),
            )
        ]
        figures += [
            heat_figure(
                count, size, query=address.query(cohort=cohort, bucket=bucket) if count else ""
            )
            for bucket, count in enumerate(back, cohort)
        ]
        lines.append(Line(label=period_words(cohort, asked.period), figures=figures))
        export.append([bucket_start(cohort, asked.period), size, *back])
    width = max(len(line.figures) for line in lines) - 1
    heads = [_("Began"), *(str(number) for number in range(width))]
    return Sheet(
        first=str(period_head(asked.period)),
        heads=heads,
        lines=lines,
        export_heads=[str(period_head(asked.period)), *heads],
        export=export,
    )


def heat_figure(count: int, size: int, *, query: str = "") -> Figure:
    """A share of a cohort, darker the higher it is; its number stands in the cell."""
    share = count / size
    return Figure(
        value=share,
        words=percent_words(share),
        note=number_words(count),
        query=query,
        step=0 if not count else min(HEAT_STEPS, ceil(share * HEAT_STEPS)),
    )


def _cohorts_by_group(
    counts: Mapping[str | None, Mapping[tuple[int, int | None], int]],
    groups: Sequence[str],
    buckets: Sequence[int],
    words: GroupWords,
) -> Sheet:
    """One row a group: all its cohorts together, each counted where it is old enough."""
    last = buckets[-1]
    sizes = {group: _sizes(counts[group]) for group in groups}
    ordered = sorted(groups, key=lambda group: -sum(sizes[group].values()))
    lines: list[Line] = []
    export: list[list[Cell]] = []
    for group in ordered:
        size = sum(sizes[group].values())
        oldest = last - min(sizes[group], default=last)
        figures = [Figure(value=size, words=number_words(size))]
        shares: list[Cell] = []
        for age in range(oldest + 1):
            whole = sum(n for cohort, n in sizes[group].items() if cohort + age <= last)
            back = sum(counts[group].get((cohort, cohort + age), 0) for cohort in sizes[group])
            figures.append(heat_figure(back, whole) if whole else Figure(value=None))
            shares.append(back / whole if whole else None)
        lines.append(Line(label=words(group), figures=figures))
        export.append([words(group), size, *shares])
    width = max((len(line.figures) for line in lines), default=1) - 1
    heads = [_("Began"), *(str(number) for number in range(width))]
    return Sheet(
        first=_("Group"),
        title=_("Group by group, all cohorts together"),
        heads=heads,
        lines=lines,
        export_heads=[_("Group"), *heads],
        export=export,
    )


def _sizes(counts: Mapping[tuple[int, int | None], int]) -> dict[int, int]:
    return {cohort: count for (cohort, bucket), count in counts.items() if bucket is None}


# --- Paths ----------------------------------------------------------------------------------


def _paths(
    address: ExploreAddress, asked: Paths, branches: Sequence[Branch], words: GroupWords
) -> ShownAnswer:
    counts: dict[str | None, dict[tuple[str, ...], int]] = {}
    for branch in branches:
        counts.setdefault(branch.group, {})[branch.names] = branch.count
    together = counts.get(None, {})
    whole = together.get((), 0)
    if not whole:
        return ShownAnswer()
    groups = [group for group in counts if group is not None]
    groups = sorted(groups, key=lambda group: -counts[group].get((), 0))[:GROUPS_BESIDE_PATHS]
    lines = list(_branches(address, asked, counts, groups, ()))
    top = Line(
        label=asked.anchor,
        share=1.0,
        figures=[
            Figure(value=whole, words=number_words(whole), query=address.query(at=1)),
            Figure(value=1.0, words=percent_words(1)),
            *(_in_group(counts[group].get(()), address, (), group) for group in groups),
        ],
    )
    export: list[list[Cell]] = [
        [" → ".join(names) if names else asked.anchor, len(names), count, count / whole]
        for names, count in sorted(together.items(), key=lambda each: (-each[1], each[0]))
    ]
    heads = [_("How many"), _("Of all"), *map(words, groups)]
    sheet = Sheet(
        first=_("Path"),
        heads=heads,
        lines=[top, *lines],
        export_heads=[_("Path"), _("Steps"), _("How many"), _("Of all")],
        export=export,
    )
    return ShownAnswer(sheets=[sheet])


def _branches(
    address: ExploreAddress,
    asked: Paths,
    counts: Mapping[str | None, Mapping[tuple[str, ...], int]],
    groups: Sequence[str],
    prefix: tuple[str, ...],
) -> Iterable[Line]:
    """The largest branches below a path, then what the others come to, and who stopped there."""
    together = counts[None]
    whole, here = together[()], together[prefix]
    depth = len(prefix) + 1
    if depth > asked.depth:
        return
    below = sorted(
        (names for names in together if len(names) == depth and names[:-1] == prefix),
        key=lambda names: (-together[names], names),
    )
    for names in below[:MOST_CHILDREN]:
        yield Line(
            label=names[-1],
            depth=depth,
            share=together[names] / whole,
            figures=[
                Figure(
                    value=together[names],
                    words=number_words(together[names]),
                    query=address.query() + _path_query(names),
                ),
                _share(together[names], whole),
                *(_in_group(counts[group].get(names), address, names, group) for group in groups),
            ],
        )
        yield from _branches(address, asked, counts, groups, names)
    others = sum(together[names] for names in below[MOST_CHILDREN:])
    stopped = here - others - sum(together[names] for names in below[:MOST_CHILDREN])
    blank = [Figure(value=None) for _group in groups]
    for count, label in ((others, _("something else")), (stopped, _("nothing more"))):
        if count:
            yield Line(
                label=label,
                depth=depth,
                quiet=True,
                share=count / whole,
                figures=[
                    Figure(value=count, words=number_words(count)),
                    _share(count, whole),
                    *blank,
                ],
            )


def _in_group(
    count: int | None, address: ExploreAddress, names: tuple[str, ...], group: str
) -> Figure:
    if not count:
        return Figure(value=None)
    query = address.query(group=group, at=None if names else 1) + _path_query(names)
    return Figure(value=count, words=number_words(count), query=query)


def _path_query(names: tuple[str, ...]) -> str:
    return "&" + urlencode([("then", name) for name in names]) if names else ""
