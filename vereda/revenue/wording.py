"""What the enums of revenue are called on screen, and why terms were refused."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

from babel.numbers import list_currencies
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.revenue.contracts import (
    ArrMovement,
    BillingPeriod,
    ChurnReason,
    Movement,
    TermsProblem,
    WinKind,
    WinReason,
)

Word = TypeVar("Word", bound=StrEnum)

PERIODS: dict[BillingPeriod, Promise] = {
    BillingPeriod.MONTHLY: _("Every month"),
    BillingPeriod.QUARTERLY: _("Every three months"),
    BillingPeriod.HALF_YEARLY: _("Every six months"),
    BillingPeriod.YEARLY: _("Every year"),
}

PER_PERIOD: dict[BillingPeriod, Promise] = {
    BillingPeriod.MONTHLY: _("a month"),
    BillingPeriod.QUARTERLY: _("a quarter"),
    BillingPeriod.HALF_YEARLY: _("a half-year"),
    BillingPeriod.YEARLY: _("a year"),
}

REASONS: dict[ChurnReason, Promise] = {
    ChurnReason.PRICE: pgettext_lazy("reason for leaving", "Price"),
    ChurnReason.BUDGET: pgettext_lazy("reason for leaving", "Budget"),
    ChurnReason.NOT_ENOUGH_VALUE: _("Not enough value"),
    ChurnReason.MISSING_FEATURES: _("Missing features"),
    ChurnReason.SUPPORT: pgettext_lazy("reason for leaving", "Support"),
    ChurnReason.COMPETITOR: _("Went to a competitor"),
    ChurnReason.NOT_ADOPTED: _("Never really started"),
    ChurnReason.SPONSOR_LEFT: _("The person behind it left"),
    ChurnReason.BUSINESS_CLOSED: _("Closed down"),
    ChurnReason.TRIAL_ENDED: _("The trial ended"),
    ChurnReason.OTHER: pgettext_lazy("reason for leaving", "Other"),
    ChurnReason.UNKNOWN: pgettext_lazy("reason for leaving", "Not known"),
}

ARR_MOVEMENTS: dict[ArrMovement, Promise] = {
    ArrMovement.NEW: pgettext_lazy("movement of ARR", "New"),
    ArrMovement.REACTIVATION: _("Reactivation"),
    ArrMovement.EXPANSION: _("Expansion"),
    ArrMovement.CONTRACTION: _("Contraction"),
    ArrMovement.CHURN: _("Churn"),
}

ARR_MEANINGS: dict[ArrMovement, Promise] = {
    ArrMovement.NEW: _("Paid nothing before, pays at the end."),
    ArrMovement.REACTIVATION: _("Paid once, not at the beginning; pays at the end."),
    ArrMovement.EXPANSION: _("Paid at the beginning and pays more at the end."),
    ArrMovement.CONTRACTION: _("Paid at the beginning and pays less at the end."),
    ArrMovement.CHURN: _("Paid at the beginning, nothing at the end."),
}

WINS: dict[WinKind, Promise] = {
    WinKind.WIN: pgettext_lazy("won or lost", "Win"),
    WinKind.WIN_BACK: pgettext_lazy("won or lost", "Win-back"),
    WinKind.LOSS: pgettext_lazy("won or lost", "Loss"),
}

WIN_REASONS: dict[WinReason, Promise] = {
    WinReason.VALUE: _("The value they saw"),
    WinReason.PRICE: pgettext_lazy("what decided it", "Price"),
    WinReason.FEATURES: pgettext_lazy("what decided it", "Features"),
    WinReason.SERVICE: _("The people who help them"),
    WinReason.EASE: _("Ease of use"),
    WinReason.INTEGRATIONS: _("Fits with their other systems"),
    WinReason.TRUST: _("Trust and security"),
    WinReason.RECOMMENDED: _("Somebody recommended it"),
    WinReason.TIMING: pgettext_lazy("what decided it", "Timing"),
    WinReason.OTHER: pgettext_lazy("what decided it", "Other"),
    WinReason.UNKNOWN: pgettext_lazy("what decided it", "Not known"),
}

MOVEMENTS: dict[Movement, Promise] = {
    Movement.STARTED: _("Subscription started"),
    Movement.UPGRADED: _("Upgraded"),
    Movement.DOWNGRADED: _("Downgraded"),
    Movement.CHANGED: _("Subscription changed"),
}

PROBLEMS: dict[TermsProblem, Promise] = {
    TermsProblem.ENDS_BEFORE_START: _("It ends before it starts. Check both dates."),
    TermsProblem.CANCELLED_BEFORE_START: _("It was cancelled before it started. Check both dates."),
    TermsProblem.NEGATIVE_AMOUNT: _(
        "The amount is below zero. Write what is paid as a positive number."
    ),
    TermsProblem.AMOUNT_TOO_LARGE: _("The amount is too large."),
    TermsProblem.NEGATIVE_SEATS: _("The number of seats is below zero or too large."),
    TermsProblem.UNKNOWN_CURRENCY: _("This is no currency. Use its three letters, such as EUR."),
}


@cache
def known_currencies() -> frozenset[str]:
    """The ISO codes of every currency."""
    return frozenset(list_currencies())


def choices_among(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]
