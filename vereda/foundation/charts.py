"""Charts as SVG and HTML that the server draws: numbers in, safe markup out.

No `style=`, no script: classes and attributes, coloured by frontend/styles/charts.css. Every chart
says in words what it shows; every trend carries its numbers as a table. `<vereda-chart>` adds a
read-out where there is a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from vereda.foundation.wording import (
    day_words,
    month_words,
    number_words,
    percent_words,
    short_day_words,
)

Words = str | Promise
Value = float | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A level that means something, drawn across: the seats paid for, the target."""

    value: float
    label: Words


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day: a new version of the rules, a change of owner."""

    on: date
    label: Words


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole. Tone: good, watch, risk, unknown, or "1" to "5" for mere kinds."""

    label: Words
    value: float
    tone: str = "1"
    words: Words = ""


@dataclass(frozen=True, slots=True)
class Box:
    """The inside of a drawing, in its own units."""

    left: float
    top: float
    right: float
    bottom: float

    def x(self, index: int, count: int) -> float:
        """Where the `index`-th of `count` points lies."""
        return self.left + (self.right - self.left) * (index / (count - 1) if count > 1 else 0.5)

    def y(self, value: float, *, low: float, high: float) -> float:
        """Where a value lies between `low` and `high`."""
        return self.bottom - (value - low) / ((high - low) or 1) * (self.bottom - self.top)


def sparkline(values: Sequence[Value], *, label: Words) -> SafeString:
    """A line the size of a word; `label` says what it shows. Gaps stay gaps."""
    known = [value for value in values if value is not None]
    if not known:
        return format_html('<span class="quiet">{}</span>', gettext("no data"))
    box = Box(1, 2, 79, 18)
    low, high = min(known), max(known)
    points = placed(values, box=box, low=low, high=high)
    last_x, last_y = next(point for point in reversed(points) if point is not None)
    return format_html(
        '<svg class="sparkline" viewBox="0 0 80 20" role="img" aria-label="{}">'
        '<path d="{}"></path><circle cx="{}" cy="{}" r="1.7"></circle></svg>',
        label,
        path_through(points),
        tidy(last_x),
        tidy(last_y),
    )


Point = tuple[float, float] | None


def placed(values: Sequence[Value], *, box: Box, low: float, high: float) -> list[Point]:
    """Where each value lies in the box; None where there is none. All alike lie in the middle."""
    middle = (box.top + box.bottom) / 2
    flat = high == low
    count = len(values)
    return [
        None
        if value is None
        else (box.x(index, count), middle if flat else box.y(value, low=low, high=high))
        for index, value in enumerate(values)
    ]


def path_through(points: Sequence[Point]) -> str:
    """An SVG path through the points, lifted over the gaps."""
    steps, drawing = [], False
    for point in points:
        if point is None:
            drawing = False
            continue
        steps.append(f"{'L' if drawing else 'M'}{point[0]:.1f} {point[1]:.1f}")
        drawing = True
    return "".join(steps)


def tidy(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}"


TREND = Box(34, 14, 556, 134)
TREND_VIEW = "0 0 560 156"
LABELS_ALONG = 6


def trend(
    points: Sequence[tuple[date, Value]],
    *,
    title: Words,
    summary: Words,
    unit: Words = "",
    thresholds: Sequence[Threshold] = (),
    marks: Sequence[Mark] = (),
) -> SafeString:
    """A series over days: line, area, levels, what happened, and the numbers as a table.

    `summary` is the sentence under it ("11 of 24, 31% fewer than in August"). A day without a value
    is a gap in the line, never a zero.
    """
    values = [value for _on, value in points]
    high = nice_ceiling([*(v for v in values if v is not None), *(t.value for t in thresholds)])
    where = placed_from_zero(values, box=TREND, high=high)
    drawing = format_html(
        '<svg viewBox="{}" role="img" aria-label="{}" tabindex="0">{}{}{}{}{}{}</svg>',
        TREND_VIEW,
        f"{title}. {summary}",
        scale_lines(high),
        axis_along([on for on, _value in points]),
        areas_under(where),
        format_html('<path class="series" d="{}"></path>', path_through(where)),
        format_html_join("", "{}", ((threshold_line(each, high=high),) for each in thresholds)),
        format_html_join("", "{}", ((mark_line(mark, points),) for mark in marks)),
    )
    return format_html(
        '<figure class="chart">'
        '<vereda-chart data-x="{}" data-y="{}" data-says="{}" data-top="{}" data-bottom="{}">'
        "{}<output></output></vereda-chart><figcaption>{}</figcaption>{}</figure>",
        " ".join(tidy(TREND.x(index, len(points))) for index in range(len(points))),
        " ".join("-" if each is None else tidy(each[1]) for each in where),
        "|".join(words_at(on, value, unit=unit) for on, value in points),
        tidy(TREND.top),
        tidy(TREND.bottom),
        drawing,
        summary,
        numbers_table(points, title=title),
    )


def placed_from_zero(values: Sequence[Value], *, box: Box, high: float) -> list[Point]:
    """Where each value lies when the bottom of the box is zero."""
    count = len(values)
    return [
        None if value is None else (box.x(index, count), box.y(value, low=0, high=high))
        for index, value in enumerate(values)
    ]


def words_at(on: date, value: Value, *, unit: Words) -> str:
    """What the read-out says at one point."""
    words = gettext("no data") if value is None else f"{number_words(value)} {unit}".strip()
    return f"{day_words(on)}: {words}".replace("|", "/")


def nice_ceiling(values: Sequence[float]) -> float:
    """The round number a scale ends at: 1, 2, 2.5, 4, 5 or 8 times a power of ten."""
    highest = max(values, default=0)
    if highest <= 0:
        return 1
    power = 10.0 ** floor(log10(highest))
    for step in (1, 2, 2.5, 4, 5, 8, 10):
        if highest <= step * power:
            return step * power
    return ceil(highest)


def scale_lines(high: float) -> SafeString:
    """Three lines across with their numbers: nothing, half, the top of the scale."""
    return format_html_join(
        "",
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                tidy(TREND.left),
                tidy(TREND.right),
                tidy(y),
                tidy(y),
                tidy(TREND.left - 6),
                tidy(y + 3.5),
                number_words(value),
            )
            for value in (0, high / 2, high)
            for y in (TREND.y(value, low=0, high=high),)
        ),
    )


def axis_along(days: Sequence[date]) -> SafeString:
    """A few days under the drawing; months when it spans more than a quarter."""
    if not days:
        return mark_safe("")
    words = month_words if (days[-1] - days[0]).days > 120 else short_day_words
    count = len(days)
    shown = min(LABELS_ALONG, count)
    places = sorted({round(index * (count - 1) / max(shown - 1, 1)) for index in range(shown)})
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (
                tidy(TREND.x(place, count)),
                tidy(TREND.bottom + 16),
                text_anchor(place, count),
                words(days[place]),
            )
            for place in places
        ),
    )


def text_anchor(place: int, count: int) -> str:
    """How a label under a point is set, so that it stays inside the drawing."""
    if place == 0 and count > 1:
        return "start"
    return "end" if place == count - 1 and count > 1 else "middle"


def areas_under(points: Sequence[Point]) -> SafeString:
    """The area between the line and zero, one for each stretch without a gap."""
    floor_line = tidy(TREND.bottom)
    stretches: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            stretches.append([])
        else:
            stretches[-1].append(point)
    return format_html_join(
        "",
        '<path class="area" d="{}L{} {}L{} {}Z"></path>',
        (
            (path_through(each), tidy(each[-1][0]), floor_line, tidy(each[0][0]), floor_line)
            for each in stretches
            if len(each) > 1
        ),
    )


def threshold_line(threshold: Threshold, *, high: float) -> SafeString:
    """A threshold, drawn across with its words at the right."""
    y = TREND.y(threshold.value, low=0, high=high)
    return format_html(
        '<line class="threshold" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>',
        tidy(TREND.left),
        tidy(TREND.right),
        tidy(y),
        tidy(y),
        tidy(TREND.right),
        tidy(y - 4),
        threshold.label,
    )


def mark_line(mark: Mark, points: Sequence[tuple[date, Value]]) -> SafeString:
    """A mark at the first point on or after its day; nothing when it lies outside."""
    if not points or not points[0][0] <= mark.on <= points[-1][0]:
        return mark_safe("")
    place = next(index for index, (on, _value) in enumerate(points) if on >= mark.on)
    x = TREND.x(place, len(points))
    at_right = x > (TREND.left + TREND.right) * 0.6
    return format_html(
        '<line class="event" x1="{}" x2="{}" y1="4" y2="{}"></line>'
        '<text x="{}" y="11" text-anchor="{}">{}</text>',
        tidy(x),
        tidy(x),
        tidy(TREND.bottom),
        tidy(x - 5 if at_right else x + 5),
        "end" if at_right else "start",
        mark.label,
    )


def numbers_table(points: Sequence[tuple[date, Value]], *, title: Words) -> SafeString:
    """The same numbers, newest first, behind a word that opens them."""
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="right">{}</td></tr>',
        (
            (day_words(on), gettext("no data") if value is None else number_words(value))
            for on, value in reversed(points)
        ),
    )
    return format_html(
        '<details><summary>{}</summary><div class="table-wrap" tabindex="0" role="region"'
        ' aria-label="{}"><table class="table"><thead><tr><th scope="col">{}</th>'
        '<th scope="col" class="right">{}</th></tr></thead><tbody>{}</tbody></table></div>'
        "</details>",
        gettext("The numbers as a table"),
        title,
        gettext("Day"),
        title,
        rows,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a bar chart: its label underneath, its value above, its tone."""

    label: Words
    value: Value
    tone: str = "plain"


COLUMNS = Box(4, 20, 416, 92)


def upright_bars(items: Sequence[Column], *, title: Words, high: float | None = None) -> SafeString:
    """Upright bars in time order, the value above each; no value, no bar but a dash."""
    top = high or nice_ceiling([item.value for item in items if item.value is not None])
    slot = (COLUMNS.right - COLUMNS.left) / max(len(items), 1)
    width = min(slot * 0.82, 44)
    every = ceil(len(items) / 7)
    drawn = [
        upright_bar(
            item,
            x=COLUMNS.left + slot * (index + 0.5),
            width=width,
            top=top,
            named=(len(items) - 1 - index) % every == 0,
        )
        for index, item in enumerate(items)
    ]
    said_all = ", ".join(
        f"{item.label} {gettext('no data') if item.value is None else number_words(item.value)}"
        for item in items
    )
    return format_html(
        '<figure class="chart upright">'
        '<svg viewBox="0 0 420 112" role="img" aria-label="{}">{}</svg></figure>',
        f"{title}: {said_all}",
        format_html_join("", "{}", ((each,) for each in drawn)),
    )


def upright_bar(item: Column, *, x: float, width: float, top: float, named: bool) -> SafeString:
    """One bar with its value, and its label when there is room."""
    height = 0.0 if item.value is None else item.value / top * (COLUMNS.bottom - COLUMNS.top)
    y = COLUMNS.bottom - height
    return format_html(
        '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}" rx="2"></rect>'
        '<text class="value" x="{}" y="{}" text-anchor="middle">{}</text>{}',
        item.tone,
        tidy(x - width / 2),
        tidy(y),
        tidy(width),
        tidy(height),
        tidy(x),
        tidy(y - 5),
        "—" if item.value is None else number_words(item.value, decimals=0),
        format_html('<text x="{}" y="107" text-anchor="middle">{}</text>', tidy(x), item.label)
        if named
        else "",
    )


def bars(items: Sequence[Share], *, title: Words) -> SafeString:
    """Lying bars, one a row: a real table with its numbers as text."""
    longest = max((item.value for item in items), default=0) or 1
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td><svg class="bar" aria-hidden="true"><rect class="fill-{}"'
        ' width="{}%"></rect></svg></td><td class="right">{}</td></tr>',
        (
            (
                item.label,
                item.tone,
                tidy(item.value / longest * 100),
                item.words or number_words(item.value),
            )
            for item in items
        ),
    )
    return format_html(
        '<table class="hbars"><caption class="sr-only">{}</caption><tbody>{}</tbody></table>',
        title,
        rows,
    )


def stacked_bar(items: Sequence[Share], *, title: Words) -> SafeString:
    """A whole and its parts in one bar, with a legend that carries the numbers."""
    total = sum(item.value for item in items) or 1
    pieces, x = [], 0.0
    for item in items:
        width = item.value / total * 100
        pieces.append((item.tone, f"{x:.2f}%", f"{max(width - 0.4, 0):.2f}%"))
        x += width
    legend = format_html_join(
        "",
        '<li><svg viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="fill-{}" width="10" height="10" rx="2"></rect></svg>{} {}</li>',
        ((item.tone, item.label, item.words or number_words(item.value)) for item in items),
    )
    return format_html(
        '<figure class="chart"><svg class="split-bar" aria-hidden="true">{}</svg>'
        '<ul class="legend" aria-label="{}">{}</ul></figure>',
        format_html_join(
            "", '<rect class="fill-{}" x="{}" width="{}" height="100%"></rect>', pieces
        ),
        title,
        legend,
    )


STEPS = 6


def heat_map(
    rows: Sequence[tuple[Words, Sequence[Value]]],
    *,
    heads: Sequence[Words],
    title: Words,
    first: Words = "",
    shares: bool = False,
    high: float | None = None,
) -> SafeString:
    """A table whose cells are darker the higher the value; the number stands in every cell.

    `shares`: the values are shares of one and are shown as percentages. A cell without a value is
    empty, which is not the same as zero.
    """
    known = [value for _label, values in rows for value in values if value is not None]
    top = high or max(known, default=0) or 1
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((label, heat_cells(values, top=top, shares=shares)) for label, values in rows),
    )
    return format_html(
        '<table class="heat"><caption>{}</caption><thead><tr><th scope="col">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>",
        title,
        first,
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        body,
    )


def heat_cells(values: Sequence[Value], *, top: float, shares: bool) -> SafeString:
    """The cells of one row."""
    return format_html_join(
        "", "{}", ((heat_cell(value, top=top, share=shares),) for value in values)
    )


def heat_cell(value: Value, *, top: float, share: bool) -> SafeString:
    """One cell: its step of six (h0 is nothing at all) and its number."""
    if value is None:
        absent = gettext("no data")
        return format_html('<td class="none"><span class="sr-only">{}</span></td>', absent)
    step = 0 if value <= 0 else min(STEPS, ceil(value / top * STEPS))
    words = percent_words(value) if share else number_words(value, decimals=1)
    return format_html('<td class="h{}">{}</td>', step, words)
