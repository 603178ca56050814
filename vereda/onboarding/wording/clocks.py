"""Clocks and promises in plain words, for the customer and for ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.foundation.wording import day_words, number_words
from vereda.onboarding.contracts.plans import Clocks
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.rules.promises import PromiseStanding, PromiseState

DAY: Final = timedelta(days=1)
PARTIES: Final = (Party.US, Party.THEM, Party.THIRD_PARTY)


def whole_days(clocks: Clocks) -> dict[Party, int]:
    """What the customer remembers in whole days by who had to act: they add up to the whole."""
    exact = {party: clocks.held_by(party) / DAY for party in PARTIES}
    days = {party: int(length) for party, length in exact.items()}
    left = round(clocks.remembered / DAY) - sum(days.values())
    nearest = sorted(PARTIES, key=lambda party: days[party] - exact[party])
    for party in nearest[: max(left, 0)]:
        days[party] += 1
    return days


def remembered_words(clocks: Clocks) -> str:
    """Ten days: 3 up to us, 7 up to you. As the customer reads it; “you” is the customer."""
    days = whole_days(clocks)
    parts = [
        sentence(days[party])
        for party, sentence in (
            (Party.US, _up_to_us),
            (Party.THEM, _up_to_you),
            (Party.THIRD_PARTY, _up_to_others),
        )
        if days[party]
    ]
    count = sum(days.values())
    whole = ngettext(
        "%(days)s day since you said yes", "%(days)s days since you said yes", count
    ) % {"days": number_words(count)}
    return f"{whole}: {', '.join(parts)}." if parts else f"{whole}."


def _up_to_us(days: int) -> str:
    return ngettext("%s day it was up to us", "%s days it was up to us", days) % number_words(days)


def _up_to_you(days: int) -> str:
    return ngettext("%s day we waited for you", "%s days we waited for you", days) % number_words(
        days
    )


def _up_to_others(days: int) -> str:
    return ngettext(
        "%s day it was up to somebody else", "%s days it was up to somebody else", days
    ) % number_words(days)


def promise_words(
    standing: PromiseStanding, *, work_days: int | None, missing: Sequence[str] = ()
) -> str:
    """A promise as the customer reads it: so long after they give us what is missing, or a day."""
    if standing.state is PromiseState.WITHDRAWN:
        return _("Taken back.")
    if standing.due_on is None:
        return _after_words(work_days or 0, missing)
    told = {"day": day_words(standing.due_on), "days": number_words(standing.late_days)}
    match standing.state:
        case PromiseState.KEPT:
            return _("Promised for %(day)s, and kept.") % told
        case PromiseState.KEPT_LATE:
            return (
                ngettext(
                    "Promised for %(day)s, and done %(days)s day late.",
                    "Promised for %(day)s, and done %(days)s days late.",
                    standing.late_days,
                )
                % told
            )
        case PromiseState.LATE:
            return (
                ngettext(
                    "Promised for %(day)s: %(days)s day late.",
                    "Promised for %(day)s: %(days)s days late.",
                    standing.late_days,
                )
                % told
            )
        case _:
            return _("Promised for %(day)s.") % told


def _after_words(work_days: int, missing: Sequence[str]) -> str:
    told = {"days": number_words(work_days), "missing": ", ".join(missing)}
    if not missing:
        return (
            ngettext(
                "%(days)s work day after you give us everything.",
                "%(days)s work days after you give us everything.",
                work_days,
            )
            % told
        )
    return (
        ngettext(
            "%(days)s work day after you give us: %(missing)s.",
            "%(days)s work days after you give us: %(missing)s.",
            work_days,
        )
        % told
    )
