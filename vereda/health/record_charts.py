"""Drawings of a record: an interval on a line, and how true probabilities came.

Classes come from frontend/styles (surveys.css, charts.css, record.css); the numbers stand in the
tables beside them.
"""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from vereda.foundation.charts import Words, tidy
from vereda.foundation.wording import percent_words
from vereda.health.rules.calibrating import Bin
from vereda.health.rules.statistics import Interval

WIDTH, HEIGHT = 200.0, 18.0
LEFT, TOP, RIGHT, BOTTOM = 44.0, 10.0, 324.0, 210.0


def interval_line(interval: Interval, *, label: Words, least: float = 0.0) -> SafeString:
    """A figure between `least` and 1 with its ends; a dashed line where chance is."""

    def at(value: float) -> str:
        inside = min(1.0, max(least, value))
        return tidy(4 + (inside - least) / (1 - least) * (WIDTH - 8))

    return format_html(
        '<svg class="interval" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<line class="track" x1="4" x2="{}" y1="9" y2="9"></line>'
        '<line class="zero" x1="{}" x2="{}" y1="1" y2="17"></line>'
        '<line class="reach" x1="{}" x2="{}" y1="9" y2="9"></line>'
        '<circle class="point" cx="{}" cy="9" r="4"></circle></svg>',
        tidy(WIDTH),
        tidy(HEIGHT),
        label,
        tidy(WIDTH - 4),
        at(0.5),
        at(0.5),
        at(interval.low),
        at(interval.high),
        at(interval.value),
    )


def calibration_chart(bins: Sequence[Bin], *, title: Words, summary: Words) -> SafeString:
    """What was told along, what came up, with its ends; on the dashed line told and come agree."""
    top = _ceiling(bins)

    def x(share: float) -> str:
        return tidy(LEFT + min(share, top) / top * (RIGHT - LEFT))

    def y(share: float) -> str:
        return tidy(BOTTOM - min(share, top) / top * (BOTTOM - TOP))

    points = format_html_join(
        "",
        '<line class="whisker" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
        '<circle class="last" cx="{}" cy="{}" r="3.5"></circle>',
        (
            (
                x(each.expected_share),
                x(each.expected_share),
                y(each.share.low),
                y(each.share.high),
                x(each.expected_share),
                y(each.share.value),
            )
            for each in bins
        ),
    )
    return format_html(
        '<figure class="chart upright"><svg viewBox="0 0 340 246" role="img" aria-label="{}">'
        '{}<line class="threshold" x1="{}" x2="{}" y1="{}" y2="{}"></line>{}'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>'
        "</svg><figcaption>{}</figcaption></figure>",
        f"{title}. {summary}",
        _grid(top),
        x(0),
        x(top),
        y(0),
        y(top),
        points,
        tidy((LEFT + RIGHT) / 2),
        tidy(BOTTOM + 32),
        gettext("Told"),
        summary,
    )


def _ceiling(bins: Sequence[Bin]) -> float:
    """The share that both axes end at: whatever the highest end needs, in tenths."""
    highest = max((max(each.expected_share, each.share.high) for each in bins), default=1.0)
    return min(1.0, max(0.1, -(-highest // 0.1) * 0.1))


def _grid(top: float) -> SafeString:
    shares = (0.0, top / 2, top)
    return format_html_join(
        "",
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                tidy(LEFT),
                tidy(RIGHT),
                tidy(BOTTOM - share / top * (BOTTOM - TOP)),
                tidy(BOTTOM - share / top * (BOTTOM - TOP)),
                tidy(LEFT - 6),
                tidy(BOTTOM - share / top * (BOTTOM - TOP) + 4),
                percent_words(share),
                tidy(LEFT + share / top * (RIGHT - LEFT)),
                tidy(BOTTOM + 16),
                percent_words(share),
            )
            for share in shares
        ),
    )
