"""From one total to another, step by step: a waterfall that the server draws.

Its numbers stand above the bars and, with more room, in a table that the page shows beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from vereda.foundation.charts import Box, Words, tidy

FALLS = Box(4, 22, 556, 150)
FALLS_VIEW = "0 0 560 186"
LABEL_ROW = 14
THINNEST = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the total by `amount`; or, where `total` is set, the total itself.

    tone: good, risk, watch, unknown or plain. What changed nothing is drawn as a line.
    """

    label: Words
    amount: float
    tone: str = "plain"
    total: bool = False


def waterfall(steps: Sequence[Step], *, title: Words, words: Callable[[float], str]) -> SafeString:
    """The steps as bars that hang where the last one ended; `words` writes an amount.

    There is no scale to read, so the highest bar takes the whole height.
    """
    ends = _ends(steps)
    low = min([0.0, *(min(each) for each in ends)])
    high = max([0.0, *(max(each) for each in ends)])
    high = high if high > low else low + 1
    slot = (FALLS.right - FALLS.left) / max(len(steps), 1)
    drawn = [
        _fall(
            step,
            x=FALLS.left + slot * (place + 0.5),
            width=min(slot * 0.7, 64),
            top=FALLS.y(max(ends[place]), low=low, high=high),
            bottom=FALLS.y(min(ends[place]), low=low, high=high),
            words=words,
            label_row=place % 2,
        )
        for place, step in enumerate(steps)
    ]
    links = [
        (
            tidy(FALLS.left + slot * (place + 0.5)),
            tidy(FALLS.left + slot * (place + 1.5)),
            *[tidy(FALLS.y(ends[place][1], low=low, high=high))] * 2,
        )
        for place in range(len(steps) - 1)
    ]
    said = "; ".join(f"{step.label} {words(step.amount)}" for step in steps)
    return format_html(
        '<figure class="chart"><div class="sideways" tabindex="0" role="group" aria-label="{}">'
        '<svg viewBox="{}" role="img" aria-label="{}">{}{}</svg></div></figure>',
        title,
        FALLS_VIEW,
        f"{title}: {said}",
        format_html_join("", '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"></line>', links),
        format_html_join("", "{}", ((each,) for each in drawn)),
    )


def _ends(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where each bar begins and ends; a total begins at nothing."""
    ends: list[tuple[float, float]] = []
    at = 0.0
    for step in steps:
        begin = 0.0 if step.total else at
        at = begin + step.amount
        ends.append((begin, at))
    return ends


def _fall(
    step: Step,
    *,
    x: float,
    width: float,
    top: float,
    bottom: float,
    words: Callable[[float], str],
    label_row: int,
) -> SafeString:
    """One bar; labels take turns on two rows, so that long ones do not touch."""
    return format_html(
        '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}" rx="2"></rect>'
        '<text class="value" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        step.tone,
        tidy(x - width / 2),
        tidy(top),
        tidy(width),
        tidy(max(bottom - top, THINNEST)),
        tidy(x),
        tidy(top - 5),
        words(step.amount),
        tidy(x),
        tidy(FALLS.bottom + 16 + LABEL_ROW * label_row),
        step.label,
    )
