"""The words of adoption."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from vereda.adoption.contracts import Cohort, GapKind, Measure, Need, PurchaseSource, Whose

MEASURES: dict[Measure, Promise] = {
    Measure.FIRST_USE: gettext_lazy("Time to first use"),
    Measure.FIRST_USE_COMPLETED: gettext_lazy("Time to complete the first use"),
    Measure.REGULAR_USE: gettext_lazy("Time to regular use"),
    Measure.INTERVAL: gettext_lazy("Time between uses"),
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
