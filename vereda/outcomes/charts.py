"""The promise as a line and the measurements on it: SVG that the server draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from vereda.foundation.charts import numbers_table, path_through, tidy
from vereda.foundation.wording import day_words, short_day_words
from vereda.outcomes.contracts import Direction
from vereda.outcomes.wording import words_of_value

if TYPE_CHECKING:
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.outcomes.queries.outcomes import OutcomeView

LEFT: Final = 10.0
RIGHT: Final = 550.0
TOP: Final = 22.0
BOTTOM: Final = 128.0
VIEW: Final = "0 0 560 150"


class Scale(NamedTuple):
    """What the edges of the drawing mean."""

    since: date
    until: date
    low: float
    high: float

    def place(self, on: date, value: Decimal) -> tuple[float, float]:
        """Where a value on a day lies."""
        along = (on - self.since).days / max(1, (self.until - self.since).days)
        up = (float(value) - self.low) / (self.high - self.low)
        return LEFT + along * (RIGHT - LEFT), BOTTOM - up * (BOTTOM - TOP)


def progress_chart(view: OutcomeView) -> SafeString:
    """The way from where it started to the target, dashed, and what was measured, drawn through.

    Nothing before the first measurement: the numbers then stand in words alone.
    """
    row = view.outcome
    if not view.measurements:
        return mark_safe("")
    scale = _scale(view)
    measured = [scale.place(each.on, each.value) for each in view.measurements]
    start = row.target if row.baseline is None else row.baseline
    promise = [scale.place(row.starts_on, start), scale.place(row.due_on, row.target)]
    title = _("%(key)s: what was promised, and what was measured") % {"key": row.key}
    return format_html(
        '<figure class="chart"><div class="sideways" tabindex="0" role="group" aria-label="{}">'
        '<svg viewBox="{}" role="img" aria-label="{}">{}{}{}{}</svg></div>'
        "<figcaption>{}</figcaption>{}</figure>",
        title,
        VIEW,
        title,
        _frame(scale),
        format_html('<path class="threshold" fill="none" d="{}"></path>', path_through(promise)),
        format_html('<path class="series" d="{}"></path>', path_through(measured)),
        _points(row, view=view, places=[*measured, promise[-1]]),
        _("Dashed: what was promised. Drawn through: what was measured."),
        numbers_table([(each.on, float(each.value)) for each in view.measurements], title=title),
    )


def _scale(view: OutcomeView) -> Scale:
    row = view.outcome
    days = [each.on for each in view.measurements]
    values = [float(each.value) for each in view.measurements] + [float(row.target)]
    if row.baseline is not None:
        values.append(float(row.baseline))
    low, high = min(values), max(values)
    return Scale(
        since=min(row.starts_on, *days),
        until=max(row.due_on, *days),
        low=low,
        high=high if high > low else low + 1,
    )


def _frame(scale: Scale) -> SafeString:
    lines = format_html_join(
        "",
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"></line>',
        ((tidy(LEFT), tidy(RIGHT), tidy(y), tidy(y)) for y in (TOP, BOTTOM)),
    )
    far = (scale.until - scale.since).days > 300
    words = day_words if far else short_day_words
    return format_html(
        '{}<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>',
        lines,
        tidy(LEFT),
        tidy(BOTTOM + 16),
        words(scale.since),
        tidy(RIGHT),
        tidy(BOTTOM + 16),
        words(scale.until),
    )


def _points(
    row: Outcome, *, view: OutcomeView, places: Sequence[tuple[float, float]]
) -> SafeString:
    """A dot for each measurement, the last one with its value, and the target with its own."""
    *measured, goal = places
    dots = format_html_join(
        "", '<circle class="point" cx="{}" cy="{}" r="3"></circle>', map(_tidied, measured)
    )
    falls = row.direction == Direction.LESS
    goal_y = goal[1] - 34 if falls else max(goal[1] - 6, TOP - 8)
    target = format_html(
        '<text x="{}" y="{}" text-anchor="end">{}</text>',
        tidy(goal[0]),
        tidy(goal_y),
        words_of_value(row, row.target),
    )
    return format_html("{}{}{}", dots, _last_value(measured[-1], view=view), target)


def _last_value(place: tuple[float, float], *, view: OutcomeView) -> SafeString:
    """The last value beside its dot, on the side of the line that is free; near the end of the
    drawing, where the target stands, the words above the drawing say it."""
    x, y = place
    if x > RIGHT - 150:
        return mark_safe("")
    below = y < TOP + 14 or view.outcome.direction == Direction.LESS
    return format_html(
        '<text class="value" x="{}" y="{}" text-anchor="{}">{}</text>',
        tidy(x),
        tidy(y + 16 if below else y - 8),
        "end" if x > RIGHT / 2 else "start",
        words_of_value(view.outcome, view.delivered),
    )


def _tidied(place: tuple[float, float]) -> tuple[str, str]:
    return tidy(place[0]), tidy(place[1])
