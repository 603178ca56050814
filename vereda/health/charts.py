"""Thirteen weeks of a score: bars, dashed lines where the rules changed, marks of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vereda.foundation.charts import COLUMNS, Column, tidy, upright_bar
from vereda.foundation.wording import day_words, short_day_words
from vereda.health.queries.scores import WeekOfScore
from vereda.health.wording import health_tone, health_words

EVERY = 3
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened on a day, in words."""

    on: date
    words: str


def weeks_chart(
    weeks: Sequence[WeekOfScore], happened: Sequence[Happened], *, title: str, proven: bool
) -> SafeString:
    """The bars, and beneath them in words what happened and where the rules changed."""
    slot = (COLUMNS.right - COLUMNS.left) / max(len(weeks), 1)
    drawn = [
        upright_bar(
            Column(
                short_day_words(week.on),
                None if week.value is None else float(week.value),
                health_tone(week.band, proven=proven),
            ),
            x=COLUMNS.left + slot * (index + 0.5),
            width=min(slot * 0.82, 44),
            top=100.0,
            named=(len(weeks) - 1 - index) % EVERY == 0,
        )
        for index, week in enumerate(weeks)
    ]
    drawn += [
        _rules_line(COLUMNS.left + slot * index)
        for index, week in enumerate(weeks)
        if week.changed_rules
    ]
    drawn += [
        _mark(COLUMNS.left + slot * (place + 0.5))
        for place in sorted({_place(each.on, weeks) for each in happened} - {NOWHERE})
    ]
    said = ", ".join(
        f"{day_words(week.on)} {health_words(week.value, week.band)}" for week in weeks
    )
    return format_html(
        '<figure class="chart upright"><svg viewBox="0 0 420 118" role="img" aria-label="{}">{}'
        "</svg></figure>{}",
        f"{title}: {said}",
        format_html_join("", "{}", ((each,) for each in drawn)),
        _legend(weeks, happened),
    )


def _place(on: date, weeks: Sequence[WeekOfScore]) -> int:
    """The week a day is in."""
    return next((place for place, week in enumerate(weeks) if on <= week.on), NOWHERE)


def _rules_line(x: float) -> SafeString:
    return format_html(
        '<line class="event" x1="{0}" x2="{0}" y1="4" y2="{1}"></line>',
        tidy(x),
        tidy(COLUMNS.bottom),
    )


def _mark(x: float) -> SafeString:
    return format_html('<circle class="point" cx="{}" cy="114" r="2.6"></circle>', tidy(x))


def _legend(weeks: Sequence[WeekOfScore], happened: Sequence[Happened]) -> SafeString:
    changed = [
        (_("by %(day)s the rules are %(rules)s") % {"day": day_words(week.on), "rules": week.rules})
        for week in weeks
        if week.changed_rules
    ]
    first = weeks[0].on if weeks else date.max
    told = [f"{day_words(each.on)}: {each.words}" for each in happened if each.on >= first]
    if not changed and not told:
        return format_html("{}", "")
    lines = [(_("Dashed line"), words) for words in changed] + [(_("Dot"), words) for words in told]
    return format_html(
        '<ul class="small quiet mt-2">{}</ul>',
        format_html_join("", "<li>{}: {}</li>", lines),
    )
