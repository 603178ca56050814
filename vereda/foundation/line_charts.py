"""Several series over the same days, drawn by the server: each its colour, mark and name.

The numbers stand in a table that the page shows beside it, so the drawing carries none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from vereda.foundation.charts import (
    TREND,
    TREND_VIEW,
    Value,
    Words,
    axis_along,
    nice_ceiling,
    path_through,
    placed_from_zero,
    scale_lines,
    tidy,
)
from vereda.foundation.wording import number_words

MOST_LINES = 5
MARKS = (
    '<circle cx="{x}" cy="{y}" r="2.6"></circle>',
    '<rect x="{left}" y="{top}" width="5" height="5"></rect>',
    '<path d="M{x} {high}L{right} {low}L{left} {low}Z"></path>',
    '<path d="M{x} {high}L{right} {y}L{x} {low}L{left} {y}Z"></path>',
    '<path d="M{x} {low}L{right} {high}L{left} {high}Z"></path>',
)


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One series: its words and its values, one for each day of the chart; None leaves a gap."""

    label: Words
    values: Sequence[Value]


def lines(days: Sequence[date], drawn: Sequence[ChartLine], *, title: Words) -> SafeString:
    """Up to five series over the same days, with a legend."""
    shown = drawn[:MOST_LINES]
    known = [value for line in shown for value in line.values if value is not None]
    high = nice_ceiling(known)
    return format_html(
        '<figure class="chart"><div class="sideways" tabindex="0" role="group" aria-label="{}">'
        '<svg viewBox="{}" role="img" aria-label="{}">{}{}{}</svg></div>{}</figure>',
        title,
        TREND_VIEW,
        f"{title}. {said_of(shown)}",
        scale_lines(high),
        axis_along(days),
        format_html_join(
            "", "{}", ((drawn_line(line, place, high=high),) for place, line in enumerate(shown))
        ),
        legend_of(shown) if len(shown) > 1 else "",
    )


def said_of(drawn: Sequence[ChartLine]) -> str:
    """Each line's last value, in words."""
    return "; ".join(f"{line.label}: {_last_words(line.values[-1])}" for line in drawn)


def _last_words(value: Value) -> str:
    return gettext("no data") if value is None else number_words(value)


def drawn_line(line: ChartLine, place: int, *, high: float) -> SafeString:
    """A line in its colour, its mark at the last point."""
    points = placed_from_zero(line.values, box=TREND, high=high)
    last = next((point for point in reversed(points) if point), None)
    if last is None:
        return mark_safe("")
    return format_html(
        '<path class="series s{}" d="{}"></path><g class="mark m{}">{}</g>',
        place + 1,
        path_through(points),
        place + 1,
        mark_at(place, *last),
    )


def mark_at(place: int, x: float, y: float) -> SafeString:
    """The shape that tells a line from the others where colours do not."""
    around = {"x": x, "y": y, "left": x - 2.5, "right": x + 2.5, "top": y - 2.5}
    around |= {"high": y - 3, "low": y + 3}
    return format_html(MARKS[place], **{name: tidy(value) for name, value in around.items()})


def legend_of(drawn: Sequence[ChartLine]) -> SafeString:
    """Which line is which."""
    return format_html(
        '<ul class="legend">{}</ul>',
        format_html_join(
            "",
            '<li><svg viewBox="0 0 10 10" aria-hidden="true"><g class="mark m{}">{}</g></svg>'
            "{}</li>",
            ((place + 1, mark_at(place, 5, 5), line.label) for place, line in enumerate(drawn)),
        ),
    )
