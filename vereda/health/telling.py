"""What the panel on an account's page says, in sentences."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vereda.foundation.inputs import Input
from vereda.foundation.wording import day_words, number_words, percent_words
from vereda.health.contracts import Doubt, Factor, FactorState, MovedFactor, Shape
from vereda.health.wording import (
    DIRECTIONS,
    DOUBTS,
    factor_words,
    input_words,
)

if TYPE_CHECKING:
    from vereda.health.queries.explaining import Explanation, FactorRow, Moved, Since
    from vereda.health.rules.explaining import Gain

MOST_STALE = 2


def score_sentence(told: "Explanation") -> str:
    """Where the score stands, since when, and what moved it most."""
    score = told.score
    if score.value is None:
        return _("There is no score: nothing is known that this scorecard asks for.")
    since = told.since
    value = number_words(score.value)
    if since is None or since.value is None:
        return _("%(value)s since %(day)s.") % {"value": value, "day": day_words(score.since_on)}
    if not since.same_rules:
        return _("%(value)s. The rules changed on %(day)s; by those before, it was %(before)s.") % {
            "value": value,
            "day": day_words(since.moved_on),
            "before": number_words(since.value),
        }
    if since.value == score.value:
        return _("%s, as four weeks ago.") % value
    return _moved_sentence(told, since, value)


def _moved_sentence(told: "Explanation", since: "Since", value: str) -> str:
    fell = (told.score.value or 0) < (since.value or 0)
    said = {
        "before": number_words(since.value or 0),
        "value": value,
        "day": day_words(since.moved_on),
    }
    main = next((each for each in since.moved if (each.points < 0) is fell and each.points), None)
    if main is None:
        sentence = (
            _("Fell from %(before)s to %(value)s since %(day)s.")
            if fell
            else _("Rose from %(before)s to %(value)s since %(day)s.")
        )
        return sentence % said
    sentence = (
        _("Fell from %(before)s to %(value)s since %(day)s, mostly %(factor)s: %(change)s.")
        if fell
        else _("Rose from %(before)s to %(value)s since %(day)s, mostly %(factor)s: %(change)s.")
    )
    label = factor_words(main.factor, told.inputs)
    return sentence % {**said, "factor": label, "change": change_words(main)}


def change_words(moved: "Moved | MovedFactor", held: Input | None = None) -> str:
    """How a value changed: in per cent where that says something, else from what to what."""
    held = getattr(moved, "input", None) if held is None else held
    unit = held.unit if isinstance(held, Input) else None
    change = getattr(moved, "change", None)
    if change is not None and abs(change) < 10 and unit not in ("share", "points", "days"):
        return signed_percent(change)
    if moved.before is None:
        return _("known now, %s") % input_words(unit, moved.after)
    if moved.after is None:
        return _("no longer known or too old")
    return _("from %(before)s to %(after)s") % {
        "before": input_words(unit, moved.before),
        "after": input_words(unit, moved.after),
    }


def signed_percent(share: float) -> str:
    """A change as a share of what was before, with its sign."""
    sign = "+" if share > 0 else "\N{MINUS SIGN}" if share < 0 else ""
    return f"{sign}{percent_words(abs(share))}"


def gain_sentence(told: "Explanation") -> str:
    """What would move the score most, with where it would be then."""
    if not told.gains or told.score.exact is None:
        return ""
    gain = told.gains[0]
    return _("%(target)s, it would be %(value)s.") % {
        "target": gain_words(gain, told.inputs),
        "value": number_words(told.score.exact + gain.points, decimals=0),
    }


def gain_words(gain: "Gain", inputs: Mapping[str, Input]) -> str:
    """How far a factor has to move: “With Active people at 16 people or more”."""
    held = inputs.get(gain.factor.input)
    said = {
        "factor": factor_words(gain.factor, inputs),
        "target": input_words(held.unit if held else None, gain.target),
    }
    if gain.below:
        return _("With “%(factor)s” below %(target)s") % said
    if gain.target < gain.value:
        return _("With “%(factor)s” at %(target)s or less") % said
    return _("With “%(factor)s” at %(target)s or more") % said


def coverage_sentence(told: "Explanation") -> str:
    """How much is known and how old the oldest is: “5 of 7 inputs are fresh; NPS: 210 days old”."""
    total = len(told.rows)
    words = [
        ngettext(
            "%(fresh)s of %(total)s input is fresh",
            "%(fresh)s of %(total)s inputs are fresh",
            total,
        )
        % {"fresh": number_words(told.fresh_count), "total": number_words(total)}
    ]
    words += [
        ngettext("%(factor)s: %(days)s day old", "%(factor)s: %(days)s days old", row.age_days or 0)
        % {
            "factor": factor_words(row.factor, told.inputs),
            "days": number_words(row.age_days or 0),
        }
        for row in told.stale[:MOST_STALE]
    ]
    words += [
        _("%s: not known") % factor_words(row.factor, told.inputs)
        for row in told.missing[:MOST_STALE]
    ]
    return "; ".join(words) + "."


def sum_sentence(told: "Explanation") -> str:
    """How the score comes of the points: “52 of the 90 points with data: 58”."""
    if told.score.value is None:
        return ""
    return _(
        "%(earned)s of the %(possible)s points that can be told make %(value)s. "
        "%(coverage)s of the weight is known; what is not known does not count against them."
    ) % {
        "earned": number_words(told.earned, decimals=1),
        "possible": number_words(told.possible),
        "value": number_words(told.score.value),
        "coverage": percent_words(told.score.coverage),
    }


def doubt_sentence(told: "Explanation") -> str:
    """Why the colour is not simply that of the number; "" where it is."""
    if not told.score.doubt:
        return ""
    return str(DOUBTS[Doubt(told.score.doubt)]) % {
        "coverage": percent_words(told.score.coverage),
        "minimum": percent_words(told.rules.minimum_coverage),
        "least": number_words(told.score.least),
    }


def row_words(row: "FactorRow") -> str:
    """What a factor reads, with its unit."""
    words = input_words(row.input.unit if row.input else None, row.score.value)
    return words or pgettext("reading", "not known")


def age_words(row: "FactorRow") -> str:
    """From when a reading is: today, yesterday, 12 days ago; and that it is too old."""
    if row.age_days is None:
        return ""
    if row.state is FactorState.STALE:
        return ngettext("%s day old: too old", "%s days old: too old", row.age_days) % number_words(
            row.age_days
        )
    if row.age_days <= 0:
        return _("today")
    if row.age_days == 1:
        return _("yesterday")
    return ngettext("%s day ago", "%s days ago", row.age_days) % number_words(row.age_days)


def curve_words(factor: Factor, held: Input | None) -> str:
    """A curve in short: “from 5 people 50%, from 10 people 100%; in steps; more is better”."""
    unit = held.unit if held else None
    parts = [
        _("from %(value)s %(share)s")
        % {"value": input_words(unit, point.at), "share": percent_words(point.share)}
        for point in factor.points
    ]
    if factor.shape is Shape.LINE:
        parts = [
            _("at %(value)s %(share)s")
            % {"value": input_words(unit, point.at), "share": percent_words(point.share)}
            for point in factor.points
        ]
    return ", ".join(parts)


def direction_words(row: "FactorRow") -> str:
    """Which way a factor rewards."""
    return str(DIRECTIONS[row.direction])
