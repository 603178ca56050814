"""What was promised, in words: for customers and for us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.onboarding.contracts.plans import Clocks
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.rules.clocks import shared_days
from vereda.onboarding.rules.promises import PromiseState

if TYPE_CHECKING:
    from vereda.onboarding.queries.promising import PromiseView

A_DAY = timedelta(days=1)


def promise_words(view: PromiseView, *, titles: Mapping[str, str]) -> str:
    """The promise as its customer reads it: "3 work days after you give us …", or a date."""
    promise, standing = view.promise, view.standing
    said = {"what": promise.what}
    if standing.state is PromiseState.WITHDRAWN:
        return _("%(what)s: taken back.") % said
    if standing.delivered_on is not None:
        return _("%(what)s: here since %(day)s.") % {
            **said,
            "day": date_format(standing.delivered_on),
        }
    if standing.due_on is not None and standing.late_days:
        return ngettext(
            "%(what)s: promised for %(day)s. We are %(days)d day late.",
            "%(what)s: promised for %(day)s. We are %(days)d days late.",
            standing.late_days,
        ) % {**said, "day": date_format(standing.due_on), "days": standing.late_days}
    if standing.due_on is not None:
        return _("%(what)s: on %(day)s.") % {**said, "day": date_format(standing.due_on)}
    wanted = ", ".join(titles.get(key, key) for key in view.waits_for)
    days = promise.work_days or 0
    return ngettext(
        "%(what)s: %(days)d work day after you give us: %(wanted)s.",
        "%(what)s: %(days)d work days after you give us: %(wanted)s.",
        days,
    ) % {**said, "days": days, "wanted": wanted or _("what we asked for")}


def remembered_words(clocks: Clocks) -> str:
    """How long it was or is, as the customer remembers it, from their first yes."""
    if clocks.start is None:
        return ""
    days = round(clocks.remembered / A_DAY)
    return ngettext(
        "%(days)d day since you said yes.", "%(days)d days since you said yes.", days
    ) % {"days": days}


def held_words(clocks: Clocks) -> list[str]:
    """Whose those days were, nights and weekends included; they add up to what is remembered."""
    days = shared_days(clocks)
    ours, theirs, others = days[Party.US], days[Party.THEM], days[Party.THIRD_PARTY]
    told = [
        (ours, ngettext("%(days)d day it was up to us.", "%(days)d days it was up to us.", ours)),
        (
            theirs,
            ngettext("%(days)d day it was up to you.", "%(days)d days it was up to you.", theirs),
        ),
        (
            others,
            ngettext(
                "%(days)d day it was up to somebody else.",
                "%(days)d days it was up to somebody else.",
                others,
            ),
        ),
    ]
    return [words % {"days": count} for count, words in told if count]
