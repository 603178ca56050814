"""What members read on the board and on the page of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from vereda.foundation.wording import day_words, number_words
from vereda.onboarding.contracts.board import BoardColumn
from vereda.onboarding.contracts.plans import EntryKind, Forecast, ItemState, PlanPhase
from vereda.onboarding.contracts.templates import Party, SetNumber
from vereda.onboarding.wording.templates import SETS

VERBS: Final[Mapping[str, Promise]] = {
    EntryKind.REQUESTED: pgettext_lazy("verb of an item", "Ask for it"),
    EntryKind.ASKED_AGAIN: pgettext_lazy("verb of an item", "Ask again…"),
    EntryKind.FOLLOWED_UP: pgettext_lazy("verb of an item", "We followed up…"),
    EntryKind.SUBMITTED: pgettext_lazy("verb of an item", "They gave it…"),
    EntryKind.ACCEPTED: pgettext_lazy("verb of an item", "Accept"),
    EntryKind.RETURNED: pgettext_lazy("verb of an item", "Return…"),
    EntryKind.APPROVED: pgettext_lazy("verb of an item", "They approved…"),
    EntryKind.STARTED: pgettext_lazy("verb of an item", "Begin"),
    EntryKind.DONE: pgettext_lazy("verb of an item", "It is done"),
    EntryKind.ATTENDED: pgettext_lazy("verb of an item", "Who took part…"),
    EntryKind.SMILED: pgettext_lazy("verb of an item", "How it was for them…"),
    EntryKind.REOPENED: pgettext_lazy("verb of an item", "Open again…"),
    EntryKind.WAIVED: pgettext_lazy("verb of an item", "Not needed…"),
    EntryKind.DROPPED: pgettext_lazy("verb of an item", "Take out…"),
    EntryKind.HANDED_OVER: pgettext_lazy("verb of an item", "Hand the delay over…"),
}
"""What members can do with an item, in the order in which buttons stand."""

AT_ONCE: Final = frozenset(
    {EntryKind.REQUESTED, EntryKind.ACCEPTED, EntryKind.STARTED, EntryKind.DONE}
)
"""These need no further word: one button does them."""

STATE_TONES: Final[Mapping[ItemState, str]] = {
    ItemState.SUBMITTED: "watch",
    ItemState.RETURNED: "watch",
    ItemState.ACCEPTED: "good",
    ItemState.DONE: "good",
    ItemState.WAIVED: "unknown",
    ItemState.DROPPED: "unknown",
}

PHASE_TONES: Final[Mapping[PlanPhase, str]] = {
    PlanPhase.PRE_SALE: "unknown",
    PlanPhase.SOLD: "watch",
    PlanPhase.ONBOARDED: "good",
    PlanPhase.STOPPED: "risk",
}

COLUMNS: Final[Mapping[BoardColumn, Promise]] = {
    BoardColumn.PRE_SALE: gettext_lazy("Before the sale"),
    BoardColumn.SET_1: SETS[SetNumber.NEEDS],
    BoardColumn.SET_2: SETS[SetNumber.START],
    BoardColumn.SET_3: SETS[SetNumber.FIRST_CONTACT],
    BoardColumn.SET_4: SETS[SetNumber.ADOPTION],
    BoardColumn.SET_5: SETS[SetNumber.ENGAGEMENT],
    BoardColumn.SET_6: SETS[SetNumber.SUCCESS],
    BoardColumn.SOLD: pgettext_lazy("column of plans", "Sold"),
    BoardColumn.ONBOARDED: gettext_lazy("Onboarded"),
}

PARTIES_TOLD: Final[Mapping[Party, Promise]] = {
    Party.US: gettext_lazy("us"),
    Party.THEM: gettext_lazy("the customer"),
    Party.THIRD_PARTY: gettext_lazy("somebody else"),
}


def days_taken_words(days: float) -> str:
    """A length of time in days of 24 hours: “2.5 days”."""
    shown = round(days, 1)
    return ngettext("%s day", "%s days", 1 if shown == 1 else 2) % number_words(shown, decimals=1)


def late_words(days: int) -> str:
    """So many days late; "" for none."""
    return ngettext("%s day late", "%s days late", days) % number_words(days) if days > 0 else ""


def forecast_words(forecast: Forecast) -> str:
    """When it is likely to be reached and what that rests on, or that we do not know."""
    if forecast.likely_on is None or forecast.soonest_on is None or forecast.latest_on is None:
        return _("Not enough history yet: %(compared)s of %(needed)s finished plans to go by.") % {
            "compared": number_words(forecast.compared),
            "needed": number_words(forecast.needed),
        }
    return _(
        "Probably on %(likely)s; in 8 of 10 plans between %(soonest)s and %(latest)s. It rests on "
        "%(compared)s finished plans."
    ) % {
        "likely": day_words(forecast.likely_on),
        "soonest": day_words(forecast.soonest_on),
        "latest": day_words(forecast.latest_on),
        "compared": number_words(forecast.compared),
    }
