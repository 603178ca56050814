"""How numbers of surveys are written: the headline, its interval, a group's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.customers import wording as customer_wording
from vereda.customers.contracts import LifecycleStage
from vereda.foundation.wording import language_words, number_words, percent_words
from vereda.surveys import wording
from vereda.surveys.contracts import Channel, SurveyKind
from vereda.surveys.drawing import interval_bar
from vereda.surveys.queries.results import Cohort

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from vereda.surveys.rules.scores import Estimate, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A result as people read it."""

    label: str | Promise
    value: str
    interval: str
    answers: str
    count: int
    few: bool
    bar: SafeString | str


def headline_of(result: Result) -> Headline | None:
    """The number, between what it lies, and of how many answers; None without answers."""
    estimate = result.headline
    if estimate is None:
        return None
    net = result.kind is SurveyKind.NPS
    return Headline(
        label=wording.HEADLINES[result.kind],
        value=estimate_words(estimate.value, net=net),
        interval=interval_words(estimate, net=net),
        answers=count_words(result.answers),
        count=result.answers,
        few=result.is_few,
        bar=interval_bar(estimate, lowest=-1.0 if net else 0.0),
    )


def estimate_words(value: float, *, net: bool) -> str:
    """A net score as whole points with its sign, a share in per cent."""
    if not net:
        return percent_words(value)
    points = round(value * 100)
    return f"+{number_words(points)}" if points > 0 else number_words(points)


def interval_words(estimate: Estimate, *, net: bool) -> str:
    """Between what the truth lies, most likely."""
    return _("%(low)s to %(high)s") % {
        "low": estimate_words(estimate.low, net=net),
        "high": estimate_words(estimate.high, net=net),
    }


def count_words(count: int) -> str:
    """So many answers."""
    return ngettext("%s answer", "%s answers", count) % number_words(count)


COHORTS: dict[Cohort, str | Promise] = {
    Cohort.CHANNEL: gettext_lazy("Channel"),
    Cohort.PLAN: gettext_lazy("Plan"),
    Cohort.OWNER: gettext_lazy("Owner"),
    Cohort.STAGE: gettext_lazy("Stage"),
    Cohort.LANGUAGE: gettext_lazy("Language"),
    Cohort.FEATURE: gettext_lazy("Feature"),
    Cohort.MOMENT: gettext_lazy("Occasion"),
    Cohort.QUARTER: gettext_lazy("Quarter"),
}


def group_words(group: Any, *, cohort: Cohort) -> str:
    """What a part of the answers is called."""
    if isinstance(group, datetime | date):
        return _("Q%(quarter)s %(year)s") % {
            "quarter": (group.month - 1) // 3 + 1,
            "year": group.year,
        }
    text = str(group or "")
    if not text:
        return _("Not known")
    if cohort is Cohort.CHANNEL and text in set(Channel):
        return str(wording.CHANNELS[Channel(text)])
    if cohort is Cohort.STAGE and text in set(LifecycleStage):
        return str(customer_wording.STAGES[LifecycleStage(text)])
    return language_words(text) if cohort is Cohort.LANGUAGE else text


def group_address(group: Any) -> str:
    """How a part of the answers is named in an address; what has no name is "-"."""
    return group.date().isoformat() if isinstance(group, datetime) else str(group or "-")


def group_in(text: str) -> str:
    """The part of the answers that an address names."""
    return "" if text == "-" else text[:120]
