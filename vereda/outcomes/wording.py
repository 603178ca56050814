"""What the enums of outcomes are called on screen, and how values are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from babel.numbers import get_currency_precision
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vereda.foundation.wording import money_words, number_words, percent_words
from vereda.outcomes.contracts import (
    DECIMALS,
    Direction,
    ExpectationState,
    ExpectationStep,
    MeasuredBy,
    Origin,
    OutcomeState,
    Per,
    Side,
    Unit,
    Unknown,
    VerdictKind,
    WhyNot,
)
from vereda.outcomes.rules.reporting import Worth
from vereda.outcomes.rules.saying import Wrong

if TYPE_CHECKING:
    from vereda.outcomes.models.outcomes import Outcome

Word = TypeVar("Word", bound=StrEnum)

UNITS: dict[Unit, Promise] = {
    Unit.NUMBER: pgettext_lazy("unit of a benefit", "A number"),
    Unit.MONEY: pgettext_lazy("unit of a benefit", "Money"),
    Unit.PERCENT: pgettext_lazy("unit of a benefit", "Percent"),
    Unit.HOURS: pgettext_lazy("unit of a benefit", "Hours"),
    Unit.MINUTES: pgettext_lazy("unit of a benefit", "Minutes"),
    Unit.DAYS: pgettext_lazy("unit of a benefit", "Days"),
    Unit.PEOPLE: pgettext_lazy("unit of a benefit", "People"),
    Unit.OTHER: pgettext_lazy("unit of a benefit", "Something else"),
}

PERS: dict[Per, Promise] = {
    Per.ONCE: pgettext_lazy("how often a benefit comes", "In all"),
    Per.WEEK: pgettext_lazy("how often a benefit comes", "A week"),
    Per.MONTH: pgettext_lazy("how often a benefit comes", "A month"),
    Per.YEAR: pgettext_lazy("how often a benefit comes", "A year"),
}

DIRECTIONS: dict[Direction, Promise] = {
    Direction.MORE: _("More is better"),
    Direction.LESS: _("Less is better"),
}

ORIGINS: dict[Origin, Promise] = {
    Origin.SALE: pgettext_lazy("where a benefit was promised", "Sale"),
    Origin.ONBOARDING: pgettext_lazy("where a benefit was promised", "Onboarding"),
    Origin.REVIEW: pgettext_lazy("where a benefit was promised", "Review"),
    Origin.RENEWAL: pgettext_lazy("where a benefit was promised", "Renewal"),
    Origin.OTHER: pgettext_lazy("where a benefit was promised", "Elsewhere"),
}

MEASURERS: dict[MeasuredBy, Promise] = {
    MeasuredBy.METRIC: pgettext_lazy("who measured", "Measured from use"),
    MeasuredBy.MEMBER: pgettext_lazy("who measured", "Said by us"),
    MeasuredBy.CUSTOMER: pgettext_lazy("who measured", "Said by the customer"),
}

VERDICTS: dict[VerdictKind, Promise] = {
    VerdictKind.VERIFIED: pgettext_lazy("benefit", "Verified"),
    VerdictKind.NOT_VERIFIED: pgettext_lazy("benefit", "Not verified"),
    VerdictKind.TAKEN_BACK: pgettext_lazy("benefit", "Taken back"),
}

SIDES: dict[Side, Promise] = {
    Side.US: pgettext_lazy("side of a promise", "Us"),
    Side.CUSTOMER: pgettext_lazy("side of a promise", "The customer"),
}

WHY_NOT: dict[WhyNot, Promise] = {
    WhyNot.NOT_ADOPTED: _("Not used enough"),
    WhyNot.NOT_SET_UP: _("Set-up never finished"),
    WhyNot.MISSING_IN_PRODUCT: _("The product lacks something"),
    WhyNot.OVER_PROMISED: _("We promised too much"),
    WhyNot.CUSTOMER_CHANGED: _("The customer's plans changed"),
    WhyNot.CANNOT_BE_MEASURED: _("It cannot be measured"),
    WhyNot.NO_ANSWER: _("The customer did not answer"),
    WhyNot.TOO_EARLY: _("Too early to tell"),
    WhyNot.CAME_FROM_ELSEWHERE: _("The benefit came from elsewhere"),
    WhyNot.OTHER: pgettext_lazy("why a benefit was not verified", "Another reason"),
}

STATES: dict[OutcomeState, Promise] = {
    OutcomeState.PROMISED: pgettext_lazy("state of a benefit", "Promised"),
    OutcomeState.ON_THE_WAY: pgettext_lazy("state of a benefit", "On the way"),
    OutcomeState.BEHIND: pgettext_lazy("state of a benefit", "Behind"),
    OutcomeState.UNKNOWN: pgettext_lazy("state of a benefit", "Unknown"),
    OutcomeState.REACHED: pgettext_lazy("state of a benefit", "Reached, to be verified"),
    OutcomeState.VERIFIED: pgettext_lazy("state of a benefit", "Verified"),
    OutcomeState.NOT_VERIFIED: pgettext_lazy("state of a benefit", "Not verified"),
    OutcomeState.DROPPED: pgettext_lazy("state of a benefit", "Dropped"),
}

UNKNOWNS: dict[Unknown, Promise] = {
    Unknown.NEVER_MEASURED: _("Nobody has measured it yet."),
    Unknown.NO_BASELINE: _("Nobody knows where it started, so no line can be drawn."),
    Unknown.TOO_OLD: _("The last measurement is too old to say anything about now."),
}

STEPS: dict[ExpectationStep, Promise] = {
    ExpectationStep.SALE: pgettext_lazy("step of the path", "Sale"),
    ExpectationStep.KICK_OFF: pgettext_lazy("step of the path", "Kick-off"),
    ExpectationStep.ONBOARDING: pgettext_lazy("step of the path", "Onboarding"),
    ExpectationStep.TRAINING: pgettext_lazy("step of the path", "Training"),
    ExpectationStep.ADOPTION: pgettext_lazy("step of the path", "Adoption"),
    ExpectationStep.REVIEW: pgettext_lazy("step of the path", "Review"),
    ExpectationStep.SUPPORT: pgettext_lazy("step of the path", "Support"),
    ExpectationStep.RENEWAL: pgettext_lazy("step of the path", "Renewal"),
}

EXPECTATIONS: dict[ExpectationState, Promise] = {
    ExpectationState.OPEN: pgettext_lazy("expectation", "Open"),
    ExpectationState.OVERDUE: pgettext_lazy("expectation", "Overdue"),
    ExpectationState.MET: pgettext_lazy("expectation", "Met"),
    ExpectationState.MISSED: pgettext_lazy("expectation", "Not met"),
}


WRONGS: dict[Wrong, Promise] = {
    Wrong.NO_BENEFIT: _("Say what the benefit is, in the customer's words."),
    Wrong.VALUE_TOO_LARGE: _("A value has at most 11 digits before the decimal point."),
    Wrong.WRONG_WAY: _("The target is worse than where it starts: is more better, or less?"),
    Wrong.DUE_BEFORE_START: _("The day it is due comes after the day progress is expected from."),
    Wrong.TOO_LONG: _("A benefit is due within ten years."),
    Wrong.WRONG_TOLERANCE: _("Between 0 and 50 points of the way may be missing."),
    Wrong.NO_UNIT: _("Say what is counted."),
    Wrong.NO_CURRENCY: _("Say in which currency."),
}


def outcome_choices(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]


TONES: dict[OutcomeState, str] = {
    OutcomeState.PROMISED: "plain",
    OutcomeState.ON_THE_WAY: "good",
    OutcomeState.BEHIND: "risk",
    OutcomeState.UNKNOWN: "unknown",
    OutcomeState.REACHED: "watch",
    OutcomeState.VERIFIED: "good",
    OutcomeState.NOT_VERIFIED: "risk",
    OutcomeState.DROPPED: "plain",
}

STATE_ICONS: dict[OutcomeState, str] = {
    OutcomeState.PROMISED: "flag",
    OutcomeState.ON_THE_WAY: "trending-up",
    OutcomeState.BEHIND: "triangle-alert",
    OutcomeState.UNKNOWN: "circle-help",
    OutcomeState.REACHED: "eye",
    OutcomeState.VERIFIED: "check",
    OutcomeState.NOT_VERIFIED: "circle-alert",
    OutcomeState.DROPPED: "",
}

EXPECTATION_TONES: dict[ExpectationState, str] = {
    ExpectationState.OPEN: "plain",
    ExpectationState.OVERDUE: "risk",
    ExpectationState.MET: "good",
    ExpectationState.MISSED: "risk",
}

WORTHS: dict[Worth, Promise] = {
    Worth.NOTHING_PROMISED: _("No benefit was promised, so none can be proven."),
    Worth.PAID_BACK: _("What was verified is worth at least what it costs a year."),
    Worth.ALL_VERIFIED: _("Every benefit that was promised is verified."),
    Worth.PARTLY: _("Some of what was promised is verified, not all."),
    Worth.TOO_EARLY: _("It is too early: nothing that was promised is due yet."),
    Worth.NOT_PROVEN: _("So far nothing proves that it was a good investment."),
}

WORTH_TONES: dict[Worth, str] = {
    Worth.NOTHING_PROMISED: "unknown",
    Worth.PAID_BACK: "good",
    Worth.ALL_VERIFIED: "good",
    Worth.PARTLY: "watch",
    Worth.TOO_EARLY: "plain",
    Worth.NOT_PROVEN: "risk",
}


# --- Values ---------------------------------------------------------------------


def words_of_value(outcome: Outcome, value: Decimal | None) -> str:
    """A value of the outcome with its unit: "2,000 € a month"; "" where it is unknown."""
    if value is None:
        return ""
    words = _in_unit(Unit(outcome.unit), value, currency=outcome.currency, of=outcome.unit_words)
    how_often = PER_WORDS.get(Per(outcome.per))
    return words if how_often is None else how_often() % words


PER_WORDS: dict[Per, Callable[[], str]] = {
    Per.WEEK: lambda: gettext("%s a week"),
    Per.MONTH: lambda: gettext("%s a month"),
    Per.YEAR: lambda: gettext("%s a year"),
}


def _in_unit(unit: Unit, value: Decimal, *, currency: str, of: str) -> str:
    if unit is Unit.MONEY:
        return amount_words(value, currency)
    if unit is Unit.PERCENT:
        return percent_words(value / 100, decimals=2)
    number = number_words(value, decimals=DECIMALS)
    if unit in COUNTED:
        return COUNTED[unit](int(value) if value == int(value) else 2) % number
    return f"{number} {of}" if unit is Unit.OTHER else number


COUNTED: dict[Unit, Callable[[int], str]] = {
    Unit.HOURS: lambda count: ngettext("%s hour", "%s hours", count),
    Unit.MINUTES: lambda count: ngettext("%s minute", "%s minutes", count),
    Unit.DAYS: lambda count: ngettext("%s day", "%s days", count),
    Unit.PEOPLE: lambda count: ngettext("%s person", "%s people", count),
}


def amount_words(value: Decimal, currency: str) -> str:
    """Whole units of a currency as money."""
    return money_words(round(value.scaleb(get_currency_precision(currency))), currency)
