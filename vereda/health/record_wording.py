"""The record of a score in words: short for chips, a sentence for people, labels for tables."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.foundation.wording import number_words, percent_words
from vereda.health.contracts import (
    BacktestSettings,
    Baseline,
    OutcomeKind,
    Pace,
    Target,
    Verdict,
)
from vereda.health.queries.backtests import ScoreRecord
from vereda.health.rules.proving import LEAST_DEPARTURES, Counted, HorizonRecord
from vereda.health.rules.statistics import Interval

VERDICTS: Final[Mapping[Verdict, Promise]] = {
    Verdict.PROVEN: gettext_lazy("Proven"),
    Verdict.UNPROVEN: gettext_lazy("Unproven"),
    Verdict.TOO_FEW: gettext_lazy("Unproven"),
}

BASELINES: Final[Mapping[Baseline, Promise]] = {
    Baseline.BASE_RATE: gettext_lazy("Everybody the same"),
    Baseline.LAST_USE: gettext_lazy("Days since last use"),
    Baseline.AGE: gettext_lazy("Days as a customer"),
}

UNBEATEN: Final[Mapping[Baseline, Promise]] = {
    Baseline.BASE_RATE: gettext_lazy("Unproven: it does not surely rank better than chance"),
    Baseline.LAST_USE: gettext_lazy(
        "Unproven: it does not surely rank better than days since last use"
    ),
    Baseline.AGE: gettext_lazy("Unproven: it does not surely rank better than days as a customer"),
}

OUTCOMES: Final[Mapping[OutcomeKind, Promise]] = {
    OutcomeKind.HIT: gettext_lazy("Hits"),
    OutcomeKind.MISS: gettext_lazy("Misses"),
    OutcomeKind.FALSE_ALARM: gettext_lazy("False alarms"),
}

OUTCOME_NOTES: Final[Mapping[OutcomeKind, Promise]] = {
    OutcomeKind.HIT: gettext_lazy("They left, and the score had warned in the look-ahead before."),
    OutcomeKind.MISS: gettext_lazy("They left, and the score had not warned."),
    OutcomeKind.FALSE_ALARM: gettext_lazy("The score warned, and they stayed."),
}

TARGETS: Final[Mapping[Target, Promise]] = {
    Target.REVENUE: gettext_lazy("Paid terms ended and nothing followed"),
    Target.SILENCE: gettext_lazy("Nobody used the product for a long time"),
}

PACES: Final[Mapping[Pace, Promise]] = {
    Pace.MONTHLY: gettext_lazy("Monthly"),
    Pace.QUARTERLY: gettext_lazy("Quarterly"),
}


def proof_words(record: ScoreRecord) -> str:
    """Whether a colour is earned, in a few words for a chip or a panel."""
    headline = record.headline
    if record.backtest is None or headline is None:
        return _("Unproven: nobody has asked the past yet")
    if record.verdict is Verdict.TOO_FEW:
        return _("Unproven: too few departures to tell (%(found)s of at least %(needed)s)") % {
            "found": number_words(headline.departed_customers),
            "needed": number_words(LEAST_DEPARTURES),
        }
    if record.verdict is Verdict.UNPROVEN:
        unbeaten = next(each.baseline for each in headline.baselines if not each.beaten)
        return str(UNBEATEN[unbeaten])
    counted = headline.at_risk
    return _("Proven: it warned of %(hits)s of %(left)s who left") % {
        "hits": number_words(counted.hits),
        "left": number_words(counted.hits + counted.misses),
    }


def record_sentence(record: HorizonRecord) -> str:
    """What the record means for whoever looks after customers: found, how early, at what price."""
    counted = record.at_risk
    left = counted.hits + counted.misses
    if not left:
        return _("Nobody left on the days that were judged.")
    told = [_found_sentence(counted, left)]
    if record.lead is not None:
        told.append(
            ngettext(
                "The warning came %(days)s day before, in the middle case.",
                "The warning came %(days)s days before, in the middle case.",
                round(record.lead.value),
            )
            % {"days": number_words(round(record.lead.value))}
        )
    if counted.false_alarms:
        told.append(
            ngettext(
                "It also warned of %(count)s customer who stayed.",
                "It also warned of %(count)s customers who stayed.",
                counted.false_alarms,
            )
            % {"count": number_words(counted.false_alarms)}
        )
    return " ".join(told)


def _found_sentence(counted: Counted, left: int) -> str:
    return ngettext(
        "This score found %(hits)s of the last %(left)s customer who left"
        " (%(low)s to %(high)s with confidence).",
        "This score found %(hits)s of the last %(left)s customers who left"
        " (%(low)s to %(high)s with confidence).",
        left,
    ) % {
        "hits": number_words(counted.hits),
        "left": number_words(left),
        "low": number_words(round(counted.found.low * left)),
        "high": number_words(round(counted.found.high * left)),
    }


def auc_words(value: float) -> str:
    """An AUC, to three decimals."""
    return number_words(value, decimals=3)


def interval_words(interval: Interval) -> str:
    """The two ends of an AUC."""
    return _("%(low)s to %(high)s") % {
        "low": auc_words(interval.low),
        "high": auc_words(interval.high),
    }


def share_words(interval: Interval) -> str:
    """The two ends of a share."""
    return _("%(low)s to %(high)s") % {
        "low": percent_words(interval.low),
        "high": percent_words(interval.high),
    }


def difference_words(interval: Interval) -> str:
    """By how much something is ahead, with its sign and its ends."""
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": signed_auc_words(interval.value),
        "low": signed_auc_words(interval.low),
        "high": signed_auc_words(interval.high),
    }


def signed_auc_words(value: float) -> str:
    """A difference of AUCs with its sign."""
    words = auc_words(abs(value))
    if not round(value, 3):
        return words
    return f"+{words}" if value > 0 else f"−{words}"  # noqa: RUF001 - a minus sign


def target_words(asked: BacktestSettings) -> str:
    """What counts as a departure."""
    if asked.target is Target.REVENUE:
        return _("Paid terms ended and nothing followed.")
    return ngettext(
        "Nobody used the product for %(days)s day.",
        "Nobody used the product for %(days)s days.",
        asked.silent_days,
    ) % {"days": number_words(asked.silent_days)}


def horizon_words(days: int) -> str:
    """A look-ahead: 60 days."""
    return ngettext("%(days)s day ahead", "%(days)s days ahead", days) % {
        "days": number_words(days)
    }
