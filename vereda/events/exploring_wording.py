"""The words of Explore."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.events.contracts.exploring import (
    Amount,
    Beginning,
    Direction,
    Period,
    Unanswered,
    Unit,
)
from vereda.events.exploring import ExploreKind, WindowUnit
from vereda.events.rules.exploring import bucket_start
from vereda.foundation.wording import day_words, month_words

EXPLORE_KINDS: Final[Mapping[ExploreKind, Promise]] = {
    ExploreKind.TREND: _("Trend"),
    ExploreKind.FUNNEL: _("Funnel"),
    ExploreKind.RETENTION: _("Retention"),
    ExploreKind.PATHS: _("Paths"),
}

AMOUNTS: Final[Mapping[Amount, Promise]] = {
    Amount.USES: _("Uses"),
    Amount.PEOPLE: _("People"),
    Amount.ACCOUNTS: _("Accounts"),
}

UNITS: Final[Mapping[Unit, Promise]] = {
    Unit.PERSON: _("People"),
    Unit.ACCOUNT: _("Accounts"),
}

PERIODS: Final[Mapping[Period, Promise]] = {
    Period.DAY: pgettext_lazy("how often", "day"),
    Period.WEEK: pgettext_lazy("how often", "week"),
    Period.MONTH: pgettext_lazy("how often", "month"),
}

BEGINNINGS: Final[Mapping[Beginning, Promise]] = {
    Beginning.FIRST_USE: _("the first use"),
    Beginning.ACCOUNT_START: _("the account's start"),
}

DIRECTIONS: Final[Mapping[Direction, Promise]] = {
    Direction.AFTER: _("what came next"),
    Direction.BEFORE: _("what came before"),
}

WINDOW_UNITS: Final[Mapping[WindowUnit, Promise]] = {
    WindowUnit.HOURS: _("hours"),
    WindowUnit.DAYS: _("days"),
}

UNANSWERED: Final[Mapping[Unanswered, Promise]] = {
    Unanswered.CANCELLED: _("You cancelled the question"),
    Unanswered.TOO_LONG: _("The answer took too long"),
    Unanswered.TOO_MANY: _("Too many questions at once"),
}

WHAT_TO_DO: Final[Mapping[Unanswered, Promise]] = {
    Unanswered.CANCELLED: _("Nothing was changed. Ask again whenever you like."),
    Unanswered.TOO_LONG: _("Ask about fewer days, fewer events, or fewer accounts."),
    Unanswered.TOO_MANY: _(
        "Your workspace is waiting for other answers. Try again when one of them is there."
    ),
}

NOT_OVER: Final[Mapping[Period, Promise]] = {
    Period.DAY: _("Today is not over."),
    Period.WEEK: _("The last week is not over."),
    Period.MONTH: _("The last month is not over."),
}

MEANINGS: Final[Mapping[ExploreKind, Promise]] = {
    ExploreKind.TREND: _(
        "How much was used, by how many people, in how many accounts, or what your metrics said,"
        " day by day, week by week or month by month, in your workspace's time zone."
    ),
    ExploreKind.FUNNEL: _(
        "Somebody reaches a step when they did every step up to it, each later than the one before"
        " (other things may lie between), the last one within the window after the first. Every"
        " try counts, not only the first. Times are medians, of each the first time they got there."
    ),
    ExploreKind.RETENTION: _(
        "Each row is a cohort: those who began in that period. The columns say what share of them"
        " came back in the same period (0), in the next (1), and so on."
    ),
    ExploreKind.PATHS: _(
        "From the first time each did this in the days asked about: the next things they did"
        " within the window. The same thing several times running counts once."
    ),
}


def period_words(bucket: int, period: Period) -> str:
    """A day, the first day of a week, or a month, as people read it."""
    start = bucket_start(bucket, period)
    return month_words(start) if period is Period.MONTH else day_words(start)


AMOUNTS_HEAD: Final = _("Uses")
TIME_HEAD: Final = _("Time since the first step")
