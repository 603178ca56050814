"""What the enums of support are called on screen, and why a ticket was refused."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from babel.dates import format_timedelta
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.foundation.wording import date_locale
from vereda.support.contracts import Priority, TicketState, TimesProblem

Word = TypeVar("Word", bound=StrEnum)

PRIORITIES: dict[Priority, Promise] = {
    Priority.LOW: pgettext_lazy("priority", "Low"),
    Priority.NORMAL: pgettext_lazy("priority", "Normal"),
    Priority.HIGH: pgettext_lazy("priority", "High"),
    Priority.URGENT: pgettext_lazy("priority", "Urgent"),
}

STATES: dict[TicketState, Promise] = {
    TicketState.OPEN: pgettext_lazy("state of a ticket", "Open"),
    TicketState.WAITING: _("Waiting for the customer"),
    TicketState.RESOLVED: pgettext_lazy("state of a ticket", "Resolved"),
}

TIME_PROBLEMS: dict[TimesProblem, Promise] = {
    TimesProblem.ANSWERED_BEFORE_OPENED: _("It was answered before it was opened."),
    TimesProblem.RESOLVED_BEFORE_OPENED: _("It was resolved before it was opened."),
    TimesProblem.UNKNOWN_SATISFACTION: _("Satisfaction is a number from 1 to 5."),
    TimesProblem.WRONG_REOPEN_COUNT: _("How often it was reopened is a number from 0."),
}


def labelled_choices(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]


def span_words(minutes: int | None) -> str:
    """So many minutes as people say it: "5 hours"; "" for None."""
    if minutes is None:
        return ""
    return format_timedelta(timedelta(minutes=minutes), threshold=1.5, locale=date_locale())
