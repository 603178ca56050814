"""Health in words: what is wrong with rules, why a score moved, numbers with their units."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from vereda.customers.contracts import HealthBand
from vereda.customers.wording import BANDS
from vereda.foundation.inputs import Better, Input, InputUnit
from vereda.foundation.wording import number_words, percent_words
from vereda.health.contracts import (
    MOST_FACTORS,
    MOST_POINTS,
    MOST_WEIGHT,
    ChangeCause,
    Direction,
    Doubt,
    Factor,
    FactorState,
    FoundProblem,
    RulesProblem,
    ScoreRules,
    Shape,
)

TONES: Final[Mapping[HealthBand, str]] = {
    HealthBand.HEALTHY: "good",
    HealthBand.WATCH: "watch",
    HealthBand.AT_RISK: "risk",
    HealthBand.UNKNOWN: "plain",
}

ICONS: Final[Mapping[HealthBand, str]] = {
    HealthBand.HEALTHY: "check",
    HealthBand.WATCH: "eye",
    HealthBand.AT_RISK: "circle-alert",
    HealthBand.UNKNOWN: "circle-help",
}

SHAPES: Final[Mapping[Shape, Promise]] = {
    Shape.STEPS: gettext_lazy("in steps"),
    Shape.LINE: gettext_lazy("in a line between thresholds"),
}

DIRECTIONS: Final[Mapping[Direction, Promise]] = {
    Direction.MORE: gettext_lazy("more is better"),
    Direction.LESS: gettext_lazy("less is better"),
    Direction.MIXED: gettext_lazy("neither too little nor too much"),
    Direction.NONE: gettext_lazy("the same for every value"),
}

BETTERS: Final[Mapping[Better, Promise]] = {
    Better.MORE: gettext_lazy("usually more is better"),
    Better.LESS: gettext_lazy("usually less is better"),
    Better.NEITHER: gettext_lazy("neither way is usually better"),
}

STATES: Final[Mapping[FactorState, Promise]] = {
    FactorState.FRESH: pgettext_lazy("reading", "fresh"),
    FactorState.STALE: pgettext_lazy("reading", "too old"),
    FactorState.MISSING: pgettext_lazy("reading", "not known"),
}

CAUSES: Final[Mapping[ChangeCause, Promise]] = {
    ChangeCause.FIRST: gettext_lazy("First score"),
    ChangeCause.INPUTS: gettext_lazy("What is known changed"),
    ChangeCause.AGE: gettext_lazy("Time passed"),
    ChangeCause.RULES: gettext_lazy("The rules changed"),
    ChangeCause.CARD: gettext_lazy("Another scorecard applies"),
}

OPINIONS: Final[Mapping[int, Promise]] = {
    1: pgettext_lazy("opinion", "Worried"),
    2: pgettext_lazy("opinion", "Uneasy"),
    3: pgettext_lazy("opinion", "Neutral"),
    4: pgettext_lazy("opinion", "Confident"),
    5: pgettext_lazy("opinion", "Delighted"),
}

DOUBTS: Final[Mapping[Doubt, Promise]] = {
    Doubt.NOTHING_KNOWN: gettext_lazy("Nothing is known that this scorecard asks for."),
    Doubt.TOO_LITTLE_KNOWN: gettext_lazy(
        "Only %(coverage)s is known; this scorecard gives no colour below %(minimum)s."
    ),
    Doubt.UNDECIDED: gettext_lazy(
        "What is not known decides: with it at its worst the score would be %(least)s."
    ),
    Doubt.HELD_BACK: gettext_lazy(
        "Held back: with what is not known at its worst the score would be %(least)s."
    ),
}

_ABOUT_WHOLE: Final[Mapping[RulesProblem, Promise]] = {
    RulesProblem.NO_FACTORS: gettext_lazy("Add at least one factor."),
    RulesProblem.BANDS_OUT_OF_ORDER: gettext_lazy(
        "Watch begins above 0 and below Healthy, and Healthy at 100 at most."
    ),
    RulesProblem.COVERAGE_OUT_OF_RANGE: gettext_lazy(
        "The least that must be known is between 1% and 100%."
    ),
    RulesProblem.NAME_MISSING: gettext_lazy("Every factor needs a short name."),
}

_ABOUT_FACTOR: Final[Mapping[RulesProblem, Promise]] = {
    RulesProblem.NAME_TWICE: gettext_lazy("“%(factor)s” is there twice. Give one another name."),
    RulesProblem.UNKNOWN_INPUT: gettext_lazy(
        "“%(factor)s” counts “%(input)s”, which this workspace does not have. Choose another input."
    ),
    RulesProblem.NO_POINTS: gettext_lazy("“%(factor)s” has no thresholds. Add at least one."),
    RulesProblem.POINTS_NOT_RISING: gettext_lazy(
        "The thresholds of “%(factor)s” have to rise from row to row."
    ),
    RulesProblem.SHARE_OUT_OF_RANGE: gettext_lazy(
        "“%(factor)s” gives less than none or more than all of its points."
    ),
    RulesProblem.FRESH_DAYS_OUT_OF_RANGE: gettext_lazy(
        "“%(factor)s” counts readings for 1 to 3,650 days, or as long as the input says."
    ),
}


def problem_words(found: FoundProblem, rules: ScoreRules, inputs: Mapping[str, Input]) -> str:
    """What is wrong with rules, in one sentence that says how to repair it."""
    if found.problem is RulesProblem.TOO_MANY_FACTORS:
        return _("A scorecard has at most %s factors: more explain nothing.") % MOST_FACTORS
    if found.problem in _ABOUT_WHOLE:
        return str(_ABOUT_WHOLE[found.problem])
    factor = next((each for each in rules.factors if each.name == found.factor), None)
    said = {
        "factor": factor_words(factor, inputs) if factor else found.factor,
        "input": factor.input if factor else "",
    }
    if found.problem is RulesProblem.TOO_MANY_POINTS:
        return _("“%(factor)s” has more than %(most)s thresholds.") % {**said, "most": MOST_POINTS}
    if found.problem is RulesProblem.WEIGHT_OUT_OF_RANGE:
        return _("The weight of “%(factor)s” is a whole number from 1 to %(most)s.") % {
            **said,
            "most": MOST_WEIGHT,
        }
    return str(_ABOUT_FACTOR[found.problem]) % said


def factor_words(factor: Factor, inputs: Mapping[str, Input]) -> str:
    """What people call a factor: its own label, or that of its input."""
    if factor.label:
        return factor.label
    held = inputs.get(factor.input)
    return str(held.label) if held is not None else factor.input


def input_words(unit: InputUnit | None, value: float | None) -> str:
    """A reading with its unit: 31%, 12 days, 48; "" where nothing is known."""
    if value is None:
        return ""
    match unit:
        case InputUnit.SHARE:
            return percent_words(value)
        case InputUnit.DAYS:
            return ngettext("%s day", "%s days", 1 if value == 1 else 2) % number_words(value)
        case InputUnit.HOURS:
            return ngettext("%s hour", "%s hours", 1 if value == 1 else 2) % number_words(value)
        case InputUnit.PEOPLE:
            return ngettext("%s person", "%s people", 1 if value == 1 else 2) % number_words(value)
    return number_words(value)


def health_tone(band: HealthBand | str, *, proven: bool) -> str:
    """The tone of a chip: grey until the scorecard has earned its colour."""
    return TONES[HealthBand(band)] if proven else "unknown"


def health_icon(band: HealthBand | str) -> str:
    """The picture of a colour, which stays when the colour is grey."""
    return ICONS[HealthBand(band)]


def signed_words(value: float, *, decimals: int = 0) -> str:
    """A difference with its sign: "+7", minus twelve, "0"."""
    shown = number_words(abs(value), decimals=decimals)
    rounded = round(value, decimals)
    return f"+{shown}" if rounded > 0 else f"\N{MINUS SIGN}{shown}" if rounded < 0 else shown


def health_words(score: int | None, band: HealthBand | str) -> str:
    """“58 · Watch”; the word alone where the score is not known."""
    word = str(BANDS[HealthBand(band)])
    return word if score is None else f"{number_words(score)} · {word}"
