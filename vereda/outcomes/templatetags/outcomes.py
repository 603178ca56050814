"""Outcomes in templates: `{% load outcomes %}`."""

from decimal import Decimal

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vereda.foundation.templatetags.ui import absent, chip
from vereda.outcomes import telling
from vereda.outcomes.charts import progress_chart
from vereda.outcomes.contracts import (
    ExpectationState,
    ExpectationStep,
    OutcomeState,
    Side,
    WhyNot,
)
from vereda.outcomes.models.outcomes import Outcome
from vereda.outcomes.queries.outcomes import OutcomeView
from vereda.outcomes.wording import (
    EXPECTATION_TONES,
    EXPECTATIONS,
    STATE_ICONS,
    STATES,
    STEPS,
    TONES,
    WHY_NOT,
    amount_words,
    words_of_value,
)

register = template.Library()

register.filter("promise_sentence", telling.promise_sentence)
register.filter("standing_sentence", telling.standing_sentence)
register.filter("tolerance_sentence", telling.tolerance_sentence)
register.filter("verdict_sentence", telling.verdict_sentence)
register.filter("gap_sentence", telling.gap_sentence)
register.filter("gained_words", telling.gained_words)
register.filter("is_open", telling.is_open)
register.filter("is_dropped", telling.is_dropped)
register.simple_tag(progress_chart)
register.simple_tag(telling.measured_sentence, name="measured_sentence")
register.simple_tag(telling.amendment_sentence, name="amendment_sentence")


@register.filter
def in_unit(value: Decimal | None, outcome: Outcome) -> str:
    """A value of the outcome with its unit; a dash where it is unknown."""
    return absent() if value is None else words_of_value(outcome, value)


@register.filter
def amount(value: Decimal | None, currency: str) -> str:
    """Whole units of a currency as money; a dash where there is none."""
    return absent() if value is None else amount_words(value, currency)


@register.simple_tag
def state_chip(view: OutcomeView) -> SafeString:
    """Where an outcome stands, in a word; verified ones say by whom."""
    return _chip(view.state, ruled_by=view.ruling.side if view.ruling else "")


@register.simple_tag
def state_chip_of(outcome: Outcome) -> SafeString:
    """The same as the row repeats it."""
    return _chip(OutcomeState(outcome.state), ruled_by=outcome.ruled_by)


def _chip(state: OutcomeState, *, ruled_by: str) -> SafeString:
    word: str | Promise = STATES[state]
    if state is OutcomeState.VERIFIED and ruled_by == Side.CUSTOMER:
        word = _("Confirmed by the customer")
    elif state is OutcomeState.VERIFIED:
        word = _("Verified by us alone")
    return chip(TONES[state], word, STATE_ICONS[state])


@register.simple_tag
def expectation_chip(state: ExpectationState) -> SafeString:
    """What became of an expectation, in a word."""
    return chip(EXPECTATION_TONES[state], EXPECTATIONS[state])


@register.filter
def step_words(step: str) -> str | Promise:
    """A step of the path."""
    return STEPS[ExpectationStep(step)]


@register.filter
def why_not_words(reason: str) -> str | Promise:
    """Why a benefit was not verified."""
    return WHY_NOT[WhyNot(reason)]
