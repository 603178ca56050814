"""A number with its interval, drawn: the line is where the truth may lie, the dot what was found.

The drawing says nothing that does not stand beside it in words, so it is hidden from screen
readers.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from vereda.surveys.rules.scores import Estimate

WIDTH, MIDDLE, EDGE = 200, 9, 4


def interval_bar(estimate: Estimate | None, *, lowest: float) -> SafeString:
    """The estimate between `lowest` (-1 or 0) and 1; with a mark at zero where that lies inside."""
    if estimate is None:
        return SafeString("")
    low, point, high = (
        round(EDGE + (value - lowest) / (1 - lowest) * (WIDTH - 2 * EDGE), 1)
        for value in (estimate.low, estimate.value, estimate.high)
    )
    zero = ""
    if lowest < 0:
        x = WIDTH / 2
        zero = format_html('<line class="zero" x1="{}" x2="{}" y1="1" y2="17"></line>', x, x)
    return format_html(
        '<svg class="interval" viewBox="0 0 {} 18" preserveAspectRatio="xMinYMid"'
        ' aria-hidden="true">'
        '<line class="track" x1="{}" x2="{}" y1="{}" y2="{}"></line>{}'
        '<line class="reach" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
        '<circle class="point" cx="{}" cy="{}" r="4"></circle></svg>',
        WIDTH,
        EDGE,
        WIDTH - EDGE,
        MIDDLE,
        MIDDLE,
        zero,
        low,
        high,
        MIDDLE,
        MIDDLE,
        point,
        MIDDLE,
    )
