"""What pages and papers say about outcomes, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vereda.foundation.wording import day_words, number_words, percent_words
from vereda.outcomes.contracts import (
    OPEN_STATES,
    Direction,
    MeasuredBy,
    OutcomeState,
    Side,
    VerdictKind,
    WhyNot,
)
from vereda.outcomes.rules.gaps import gain
from vereda.outcomes.wording import UNKNOWNS, WHY_NOT, words_of_value

if TYPE_CHECKING:
    from decimal import Decimal

    from vereda.outcomes.models.outcomes import Amendment, Measurement, Outcome, Verdict
    from vereda.outcomes.queries.outcomes import OutcomeView


def promise_sentence(outcome: Outcome) -> str:
    """From where to where, until when."""
    target = words_of_value(outcome, outcome.target)
    until = day_words(outcome.due_on)
    if outcome.baseline is None:
        return _("%(target)s by %(day)s; nobody knows from where.") % {
            "target": target,
            "day": until,
        }
    return _("From %(start)s to %(target)s by %(day)s.") % {
        "start": words_of_value(outcome, outcome.baseline),
        "target": target,
        "day": until,
    }


def standing_sentence(view: OutcomeView) -> str:
    """How far it is, against how far it should be."""
    standing = view.standing
    if standing.unknown is not None:
        return str(UNKNOWNS[standing.unknown])
    if standing.share is None or standing.expected is None:
        return ""
    told = {
        "share": percent_words(standing.share),
        "expected": percent_words(standing.expected),
    }
    if not standing.days_behind or view.state not in OPEN_STATES:
        return _("%(share)s of the way; %(expected)s was promised by then.") % told
    days = standing.days_behind
    return ngettext(
        "%(share)s of the way; %(expected)s was promised by then: %(days)s day behind.",
        "%(share)s of the way; %(expected)s was promised by then: %(days)s days behind.",
        days,
    ) % {**told, "days": number_words(days)}


def tolerance_sentence(outcome: Outcome) -> str:
    """From when it would be called behind."""
    return ngettext(
        "It is called behind when it lacks more than %(points)s point of the way, and an alert"
        " is raised.",
        "It is called behind when it lacks more than %(points)s points of the way, and an alert"
        " is raised.",
        outcome.tolerance_percent,
    ) % {"points": outcome.tolerance_percent}


def measured_sentence(outcome: Outcome, measurement: Measurement) -> str:
    """What was measured when, and who says so."""
    told = {
        "value": words_of_value(outcome, measurement.value),
        "day": day_words(measurement.on),
    }
    match MeasuredBy(measurement.source):
        case MeasuredBy.METRIC:
            return _("%(value)s on %(day)s, measured from use") % told
        case MeasuredBy.CUSTOMER:
            return _("%(value)s on %(day)s, said by the customer") % told
        case MeasuredBy.MEMBER:
            return _("%(value)s on %(day)s, said by us") % told


def verdict_sentence(verdict: Verdict) -> str:
    """Who says what since when, and why not."""
    told = {"who": speaker_of(verdict), "day": day_words(verdict.on)}
    if verdict.kind == VerdictKind.VERIFIED:
        if verdict.side == Side.CUSTOMER:
            return _("Confirmed by the customer (%(who)s) on %(day)s.") % told
        return _("Verified by us (%(who)s) on %(day)s.") % told
    told["why"] = str(WHY_NOT[WhyNot(verdict.reason)]) if verdict.reason else ""
    if verdict.side == Side.CUSTOMER:
        return _("The customer (%(who)s) says it did not come true, %(day)s: %(why)s.") % told
    return _("Not verified by us (%(who)s), %(day)s: %(why)s.") % told


def verdict_words(verdict: Verdict) -> str:
    """The same with what they said."""
    said = f" “{verdict.words}”" if verdict.words else ""
    return f"{verdict_sentence(verdict)}{said}"


def speaker_of(verdict: Verdict) -> str:
    """Who said it, by name where there still is one."""
    if verdict.person is not None:
        return verdict.person.called
    return verdict.member.name if verdict.member is not None else _("somebody")


def gap_sentence(view: OutcomeView) -> str:
    """The value gap: what had to be bridged, and what is left of it."""
    row, gap = view.outcome, view.gap
    parts = []
    if gap.to_bridge is not None:
        parts.append(
            _("To bridge beyond what the product gives by itself: %s.")
            % words_of_value(row, gap.to_bridge)
        )
    if gap.left is not None:
        parts.append(_left_words(row, gap.left))
    if gap.bridged is not None:
        parts.append(_("Bridged: %s.") % percent_words(gap.bridged))
    return " ".join(parts)


def _left_words(row: Outcome, left: Decimal) -> str:
    if left > 0:
        return _("Still missing: %s.") % words_of_value(row, left)
    if left < 0:
        return _("Exceeded by %s.") % words_of_value(row, -left)
    return _("Nothing is missing.")


def amendment_sentence(outcome: Outcome, amendment: Amendment) -> str:
    """What the promise was before it was moved, and why it was."""
    start = words_of_value(outcome, amendment.baseline) or pgettext(
        "where a benefit starts", "unknown"
    )
    return _("Until %(moved)s it was from %(start)s to %(target)s by %(day)s. %(why)s") % {
        "moved": day_words(amendment.at),
        "start": start,
        "target": words_of_value(outcome, amendment.target),
        "day": day_words(amendment.due_on),
        "why": amendment.because,
    }


def gained_words(view: OutcomeView) -> str:
    """How much better it is than at the start; "" while that is unknown."""
    row = view.outcome
    if row.baseline is None or view.delivered is None:
        return ""
    return words_of_value(
        row, gain(Direction(row.direction), since=row.baseline, to=view.delivered)
    )


def is_open(view: OutcomeView) -> bool:
    """Whether nobody has said yet whether it came true."""
    return view.state in OPEN_STATES


def is_dropped(view: OutcomeView) -> bool:
    """Whether it is no longer pursued."""
    return view.state is OutcomeState.DROPPED
