"""What the enums of outcomes are called on screen, and how values are written."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.outcomes.contracts import (
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
from vereda.outcomes.rules.saying import Wrong

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
