"""Scores, the parts of a scale, and how sure a number made of few answers is.

The net score (NPS: share of promoters minus share of detractors) has the adjusted Wald interval of
Rocks (2016), "Interval Estimation for the Net Promoter Score", The American Statistician 70(4),
365-372, as Lewis and Sauro use it: three more answers are counted, 3/4 low, 3/2 middle, 3/4 high,
and with those n' = n + 3, p' (high) and q' (low)

    centre = p' - q'        variance = (p' + q' - (p' - q')²) / n'        centre ± z · √variance

cut to [-1, 1]. Without the three, ten promoters in ten answers would have an interval of no width.
A share has the score interval of Wilson (1927), "Probable Inference, the Law of Succession, and
Statistical Inference", JASA 22, 209-212, which holds for small n and never leaves [0, 1].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from vereda.foundation.intervals import Z_95, share_interval
from vereda.surveys.contracts import AnswerProblem, Part, SurveyKind

FEW = 10
"""Below so many answers a number is shown with the warning that it says little."""

SCALES: Mapping[SurveyKind, tuple[int, int]] = {
    SurveyKind.NPS: (0, 10),
    SurveyKind.CSAT: (1, 5),
    SurveyKind.CES: (1, 7),
    SurveyKind.SMILE: (1, 3),
}
BORDERS: Mapping[SurveyKind, tuple[int, int]] = {
    SurveyKind.NPS: (6, 9),
    SurveyKind.CSAT: (2, 4),
    SurveyKind.CES: (3, 5),
    SurveyKind.SMILE: (1, 3),
}
"""The highest low score and the lowest high score: detractors 0-6 and promoters 9-10."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and between what the truth lies in 95 of 100 such samples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a survey says of a group of people; shares and `net` run from 0 and -1 to 1.

    `counts` holds how often each score was given, every score of the scale included.
    """

    kind: SurveyKind
    counts: Mapping[int, int]
    answers: int
    low: int
    middle: int
    high: int
    net: Estimate | None
    satisfied: Estimate | None
    mean: float | None

    @property
    def headline(self) -> Estimate | None:
        """The number people call the result: the net score of NPS, else the share of high."""
        return self.net if self.kind is SurveyKind.NPS else self.satisfied

    @property
    def is_few(self) -> bool:
        """Are these too few answers to say much?"""
        return self.answers < FEW


def scores_of(kind: SurveyKind) -> range:
    """Every score of the scale; none where only words are asked."""
    low, high = SCALES.get(kind, (0, -1))
    return range(low, high + 1)


def part_of(score: int, *, kind: SurveyKind) -> Part:
    """In which part of its scale a score lies."""
    low, high = BORDERS[kind]
    return Part.LOW if score <= low else Part.HIGH if score >= high else Part.MIDDLE


def scores_in(part: Part, *, kind: SurveyKind) -> list[int]:
    """The scores of that part of the scale."""
    return [score for score in scores_of(kind) if part_of(score, kind=kind) is part]


def result_of(counts: Mapping[int, int], *, kind: SurveyKind) -> Result:
    """What so many answers of each score amount to."""
    full = {score: counts.get(score, 0) for score in scores_of(kind)}
    parts = dict.fromkeys(Part, 0)
    for score, count in full.items():
        parts[part_of(score, kind=kind)] += count
    answers = sum(full.values())
    low, middle, high = (parts[part] for part in (Part.LOW, Part.MIDDLE, Part.HIGH))
    return Result(
        kind=kind,
        counts=full,
        answers=answers,
        low=low,
        middle=middle,
        high=high,
        net=net_score(low=low, middle=middle, high=high),
        satisfied=share_of(high, answers),
        mean=sum(score * count for score, count in full.items()) / answers if answers else None,
    )


def net_score(*, low: int, middle: int, high: int, z: float = Z_95) -> Estimate | None:
    """The share of high minus the share of low, with its interval; None without answers."""
    answers = low + middle + high
    if not answers:
        return None
    padded = answers + 3
    above, below = (high + 0.75) / padded, (low + 0.75) / padded
    centre = above - below
    reach = z * sqrt((above + below - centre**2) / padded)
    value = (high - low) / answers
    return Estimate(value, max(-1.0, centre - reach), min(1.0, centre + reach))


def share_of(part: int, whole: int, *, z: float = Z_95) -> Estimate | None:
    """A share with its interval; None of nothing."""
    interval = share_interval(part, of=whole, z=z)
    if interval is None:
        return None
    return Estimate(part / whole, *interval)


def unfit_answer(
    *, kind: SurveyKind, score: int | None, comment: str
) -> tuple[AnswerProblem, str] | None:
    """What keeps an answer from being stored, and the column; None when nothing."""
    if kind is SurveyKind.OPEN:
        if score is not None:
            return AnswerProblem.SCORE_OF_WORDS, "score"
        return None if comment.strip() else (AnswerProblem.NOTHING_SAID, "comment")
    if score is None:
        return AnswerProblem.NO_SCORE, "score"
    return None if score in scores_of(kind) else (AnswerProblem.OUTSIDE_SCALE, "score")
