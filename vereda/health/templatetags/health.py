"""Health in templates: `{% load health %}`."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vereda.customers.contracts import HealthBand, MoveKind
from vereda.customers.wording import BANDS, MOVES, STAGES, STATUSES
from vereda.foundation.charts import Column, upright_bars
from vereda.foundation.templatetags.ui import chip
from vereda.health import telling
from vereda.health.charts import Happened, weeks_chart
from vereda.health.contracts import Factor
from vereda.health.queries.explaining import Explanation, FactorRow
from vereda.health.queries.inputs import Inputs
from vereda.health.rules.explaining import Gain
from vereda.health.wording import (
    CAUSES,
    OPINIONS,
    factor_words,
    health_icon,
    health_tone,
    health_words,
    signed_words,
)

register = template.Library()

register.filter("score_sentence", telling.score_sentence)
register.filter("gain_sentence", telling.gain_sentence)
register.filter("coverage_sentence", telling.coverage_sentence)
register.filter("sum_sentence", telling.sum_sentence)
register.filter("doubt_sentence", telling.doubt_sentence)
register.filter("row_words", telling.row_words)
register.filter("age_words", telling.age_words)
register.filter("direction_words", telling.direction_words)


@register.filter
def signed(value: float, decimals: int = 0) -> str:
    """A difference with its sign."""
    return signed_words(value, decimals=decimals)


@register.simple_tag
def health_chip(value: int | None, band: str, proven: bool) -> SafeString:  # noqa: FBT001
    """A score with its word, icon and colour; grey until the scorecard has earned it."""
    return chip(health_tone(band, proven=proven), health_words(value, band), health_icon(band))


@register.simple_tag
def band_chip(band: str, proven: bool) -> SafeString:  # noqa: FBT001
    """A colour by its word and icon; grey until the scorecard has earned it."""
    return chip(health_tone(band, proven=proven), BANDS[HealthBand(band)], health_icon(band))


@register.filter
def row_label(row: FactorRow) -> str:
    """What people call a factor."""
    held = {row.factor.input: row.input} if row.input else {}
    return factor_words(row.factor, held)


@register.filter
def row_curve(row: FactorRow) -> str:
    """Its thresholds with what they earn."""
    return telling.curve_words(row.factor, row.input)


@register.simple_tag
def factor_label(factor: Factor, inputs: Inputs) -> str:
    """What people call a factor of rules."""
    return factor_words(factor, inputs)


@register.simple_tag
def factor_curve(factor: Factor, inputs: Inputs) -> str:
    """The thresholds of a factor of rules, with what they earn."""
    return telling.curve_words(factor, inputs.get(factor.input))


@register.simple_tag
def gain_target(gain: Gain, inputs: Inputs) -> str:
    """How far a factor has to move."""
    return telling.gain_words(gain, inputs)


@register.filter
def cause_words(cause: str) -> Any:
    """Why a score moved."""
    return CAUSES[cause]  # type: ignore[index]


@register.filter
def opinion_words(value: int) -> Any:
    """An opinion as a word."""
    return OPINIONS[value]


@register.simple_tag
def moved_words(moved: Any, told: Explanation) -> str:
    """One factor of a change: its name, how its value moved, the points."""
    factor = next((each for each in told.rules.factors if each.name == moved.name), None)
    label = factor_words(factor, told.inputs) if factor else moved.name
    held = told.inputs.get(moved.input)
    return _("%(factor)s %(change)s (%(points)s points)") % {
        "factor": label,
        "change": telling.change_words(moved, held),
        "points": signed_words(moved.points),
    }


@register.simple_tag
def health_weeks(told: Explanation, proven: bool) -> SafeString:  # noqa: FBT001
    """Thirteen weeks as bars, with marks."""
    happened = [Happened(move.moved_at.date(), _move_words(move)) for move in told.moves]
    return weeks_chart(told.weeks, happened, title=_("Health in the last 13 weeks"), proven=proven)


@register.simple_tag
def spread_chart(tenths: Sequence[int]) -> SafeString:
    """How many accounts have a score in each ten points."""
    columns = [Column(f"{place * 10}", float(count), "plain") for place, count in enumerate(tenths)]
    return upright_bars(columns, title=_("Accounts by score, in steps of ten"))


def _move_words(move: Any) -> str:
    kind = MoveKind(move.kind)
    words: dict[Any, Any] = {**STAGES, **STATUSES}
    told = words.get(move.after, "") if kind is not MoveKind.OWNER else ""
    return f"{MOVES[kind]} → {told}" if told else str(MOVES[kind])
