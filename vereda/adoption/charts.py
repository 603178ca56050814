"""Curves drawn by the server: after so many days, for how many it has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.adoption.rules.survival import Curve
from vereda.foundation.charts import TREND, TREND_VIEW, Words, scale_lines, text_anchor, tidy
from vereda.foundation.line_charts import ChartLine, drawn_line, legend_of, said_of
from vereda.foundation.wording import number_words

POINTS: Final = 61
NAMED: Final = 5
SHORTEST: Final = 14
LONGEST: Final = 365


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """A curve and whose it is."""

    label: Words
    curve: Curve


def curves_chart(curves: Sequence[DrawnCurve], *, title: Words) -> SafeString:
    """Up to five curves over the same days, in percent, with a legend; nothing beyond what is
    known."""
    days = days_along([each.curve for each in curves])
    drawn = [
        ChartLine(each.label, [_percent(each.curve.share_by(day)) for day in days])
        for each in curves
    ]
    return format_html(
        '<figure class="chart"><div class="sideways" tabindex="0" role="group" aria-label="{}">'
        '<svg viewBox="{}" role="img" aria-label="{}">{}{}{}</svg></div>'
        "<figcaption>{}</figcaption>{}</figure>",
        title,
        TREND_VIEW,
        f"{title}. {said_of(drawn)}",
        scale_lines(100),
        _days_under(days),
        format_html_join(
            "", "{}", ((drawn_line(line, place, high=100),) for place, line in enumerate(drawn))
        ),
        _("Across: days since they began. Upwards: for how many of a hundred it has happened."),
        legend_of(drawn) if len(drawn) > 1 else "",
    )


def days_along(curves: Sequence[Curve]) -> list[int]:
    """The days that are drawn: to the last on which it happened for anybody, and a little more."""
    last = max(
        (step.days for curve in curves for step in curve.steps if step.happened), default=SHORTEST
    )
    end = min(max(SHORTEST, round(last * 1.1)), LONGEST)
    return [round(end * place / (POINTS - 1)) for place in range(POINTS)]


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _days_under(days: Sequence[int]) -> SafeString:
    """A few numbers of days under the drawing."""
    places = [round(index * (len(days) - 1) / (NAMED - 1)) for index in range(NAMED)]
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (
                tidy(TREND.x(place, len(days))),
                tidy(TREND.bottom + 16),
                text_anchor(place, len(days)),
                ngettext("%s day", "%s days", days[place]) % number_words(days[place]),
            )
            for place in places
        ),
    )
