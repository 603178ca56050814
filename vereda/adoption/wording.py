"""The words of adoption."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vereda.adoption.contracts import (
    Cohort,
    GapKind,
    Measure,
    Need,
    PurchaseSource,
    Push,
    Whose,
)
from vereda.foundation.wording import month_words

MEASURES: dict[Measure, Promise] = {
    Measure.FIRST_USE: gettext_lazy("Time to first use"),
    Measure.FIRST_USE_COMPLETED: gettext_lazy("Time to complete the first use"),
    Measure.REGULAR_USE: gettext_lazy("Time to regular use"),
    Measure.INTERVAL: gettext_lazy("Time between uses"),
}

EXPLAINED: dict[Measure, Promise] = {
    Measure.FIRST_USE: gettext_lazy(
        "From the purchase (for people: from when they were first seen) to the first use."
    ),
    Measure.FIRST_USE_COMPLETED: gettext_lazy(
        "From the same start until everything was used once that makes a first use complete; where "
        "nobody chose that, until the second day of use."
    ),
    Measure.REGULAR_USE: gettext_lazy(
        "From the same start to the first day of a regular pattern: at least four days of use "
        "over at least three periods, with no interval longer than one and a half. It is known "
        "only when the pattern has lasted; so nobody is followed through the last three periods."
    ),
    Measure.INTERVAL: gettext_lazy(
        "From one day of use to the next. Those who have not come back yet count as waiting. "
        "Cohorts are those who first used it together."
    ),
}

WHOSE: dict[Whose, Promise] = {
    Whose.ACCOUNTS: gettext_lazy("Accounts"),
    Whose.PEOPLE: gettext_lazy("People"),
}

COHORTS: dict[Cohort, Promise] = {
    Cohort.MONTH: pgettext_lazy("those who began in the same", "Month"),
    Cohort.QUARTER: pgettext_lazy("those who began in the same", "Quarter"),
    Cohort.YEAR: pgettext_lazy("those who began in the same", "Year"),
}

SOURCES: dict[PurchaseSource, Promise] = {
    PurchaseSource.SUBSCRIPTION: gettext_lazy("Subscription"),
    PurchaseSource.HANDSHAKE: gettext_lazy("Handshake"),
    PurchaseSource.RECORD: gettext_lazy("Account's record"),
}

NEEDS: dict[Need, Promise] = {
    Need.NEEDED: gettext_lazy("Needed"),
    Need.NICE: gettext_lazy("Nice to have"),
    Need.UNKNOWN: gettext_lazy("Not known yet"),
}

GAPS: dict[GapKind, Promise] = {
    GapKind.OUTAGE: gettext_lazy("Outage"),
    GapKind.CLOSURE: gettext_lazy("Closed days"),
    GapKind.ABSENCE: gettext_lazy("Absence"),
}

PERIODS: dict[int, Promise] = {
    1: gettext_lazy("Every day"),
    7: gettext_lazy("Every week"),
    30: gettext_lazy("Every month"),
    90: gettext_lazy("Every quarter"),
}


def cohort_words(starts_on: date, cohort: Cohort) -> str:
    """What a cohort is called: "Mar 2026", "Q1 2026", "2026"."""
    match cohort:
        case Cohort.MONTH:
            return month_words(starts_on)
        case Cohort.QUARTER:
            quarter = (starts_on.month - 1) // 3 + 1
            return _("Q%(quarter)s %(year)s") % {"quarter": quarter, "year": starts_on.year}
        case Cohort.YEAR:
            return str(starts_on.year)


PUSHES: dict[Push, Promise] = {
    Push.CALL: gettext_lazy("we called or wrote on %s: does not count"),
    Push.LETTER: gettext_lazy("a letter of ours left on %s: does not count"),
}
"""Why a gap tells nothing, with the day of it."""
