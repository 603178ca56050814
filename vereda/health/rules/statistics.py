"""How well a score ranks customers, and how sure that is; in plain Python.

Sources: area under the curve and its variance by DeLong, DeLong & Clarke-Pearson (Biometrics 44,
1988), for several rows of one customer by Obuchowski (Biometrics 53, 1997), of which DeLong's is
the case of one row each; shares by Wilson (1927) and Clopper & Pearson (1934); few departures by
Newcombe's fifth method (Statistics in Medicine 25, 2006).
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

from vereda.foundation.intervals import share_interval

CONFIDENCE = 0.95
FEW_DEPARTURES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure and the two ends between which it lies with the confidence asked for."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """How one way to rank did on some rows.

    auc: the chance that a row that departed ranks as riskier than one that did not, ties half.
    parts: per customer what its rows add to the variance: (of the departed, of the others).
    departed, stayed: rows. departed_customers, stayed_customers: of how many customers.
    """

    auc: float
    parts: dict[Hashable, tuple[float, float]]
    departed: int
    stayed: int
    departed_customers: int
    stayed_customers: int


def ranked(
    risks: Sequence[float], departed: Sequence[bool], customers: Sequence[Hashable] | None = None
) -> Ranked | None:
    """How these risks rank these rows; None where all or none departed.

    Rows of one customer name it in `customers`; without it each row is a customer of its own.
    """
    owners = range(len(risks)) if customers is None else customers
    positives = sum(departed)
    negatives = len(departed) - positives
    if not positives or not negatives:
        return None
    shares = _shares_outranked(risks, departed, positives, negatives)
    auc = sum(share for share, left in zip(shares, departed, strict=True) if left) / positives
    parts: dict[Hashable, tuple[float, float]] = {}
    sides: tuple[set[Hashable], set[Hashable]] = (set(), set())
    for share, left, owner in zip(shares, departed, owners, strict=True):
        of_departed, of_stayed = parts.get(owner, (0.0, 0.0))
        if left:
            parts[owner] = (of_departed + share - auc, of_stayed)
        else:
            parts[owner] = (of_departed, of_stayed + share - auc)
        sides[not left].add(owner)
    return Ranked(
        auc=auc,
        parts=parts,
        departed=positives,
        stayed=negatives,
        departed_customers=len(sides[0]),
        stayed_customers=len(sides[1]),
    )


def _shares_outranked(
    risks: Sequence[float], departed: Sequence[bool], positives: int, negatives: int
) -> list[float]:
    """Of each row the share of the other side that it ranks right against, ties half."""
    stayed = sorted(risk for risk, left in zip(risks, departed, strict=True) if not left)
    gone = sorted(risk for risk, left in zip(risks, departed, strict=True) if left)
    share_of: dict[tuple[float, bool], float] = {}
    answers = []
    for risk, left in zip(risks, departed, strict=True):
        share = share_of.get((risk, left))
        if share is None:
            others = stayed if left else gone
            below = bisect_left(others, risk)
            ties = _count_of(others, risk, below)
            if left:
                share = (below + ties / 2) / negatives
            else:
                share = (positives - below - ties / 2) / positives
            share_of[risk, left] = share
        answers.append(share)
    return answers


def _count_of(values: Sequence[float], value: float, start: int) -> int:
    end = start
    while end < len(values) and values[end] == value:
        end += 1
    return end - start


def auc_variance(of: Ranked) -> float:
    """The variance of an AUC with rows grouped by customer; infinite below two departed."""
    return _grouped_variance(list(of.parts.values()), of)


def auc_difference(first: Ranked, second: Ranked) -> tuple[float, float]:
    """By how much the first ranks better than the second, and the variance of that.

    Both have ranked the same rows, so what they share cancels out.
    """
    parts = [
        (mine[0] - second.parts[owner][0], mine[1] - second.parts[owner][1])
        for owner, mine in first.parts.items()
    ]
    return first.auc - second.auc, _grouped_variance(parts, first)


def _grouped_variance(parts: Sequence[tuple[float, float]], of: Ranked) -> float:
    if of.departed_customers < 2 or of.stayed_customers < 2:
        return inf
    gone = sum(part * part for part, _ in parts)
    stayed = sum(part * part for _, part in parts)
    both = sum(one * other for one, other in parts)
    return max(
        0.0,
        gone * of.departed_customers / (of.departed_customers - 1) / of.departed**2
        + stayed * of.stayed_customers / (of.stayed_customers - 1) / of.stayed**2
        + 2 * both * len(parts) / (len(parts) - 1) / (of.departed * of.stayed),
    )


def auc_interval(of: Ranked, *, confidence: float = CONFIDENCE) -> Interval:
    """The AUC between its ends: on the logit scale, so that they stay between 0 and 1.

    With fewer than 30 departed customers the wider of this and Newcombe's, which does not close
    up where few customers happen to be in perfect order.
    """
    low, high = _logit_ends(of, confidence)
    if of.departed_customers < FEW_DEPARTURES:
        cautious = newcombe_interval(
            of.auc,
            departed=of.departed_customers,
            stayed=of.stayed_customers,
            confidence=confidence,
        )
        low, high = min(low, cautious.low), max(high, cautious.high)
    return Interval(value=of.auc, low=low, high=high)


def _logit_ends(of: Ranked, confidence: float) -> tuple[float, float]:
    variance = auc_variance(of)
    if variance == inf:
        return 0.0, 1.0
    if not 0.0 < of.auc < 1.0:
        return of.auc, of.auc
    middle = log(of.auc / (1 - of.auc))
    reach = (
        student_quantile((1 + confidence) / 2, of.departed_customers - 1)
        * sqrt(variance)
        / (of.auc * (1 - of.auc))
    )
    return _expit(middle - reach), _expit(middle + reach)


def _expit(value: float) -> float:
    if value < -700:
        return 0.0
    return 1 / (1 + exp(-value))


def newcombe_interval(
    auc: float, *, departed: int, stayed: int, confidence: float = CONFIDENCE
) -> Interval:
    """An AUC between its ends by the score method: honest when the order is perfect or few left."""
    reach = normal_quantile((1 + confidence) / 2)

    def is_too_far(candidate: float) -> bool:
        spread = _newcombe_variance(candidate, departed, stayed)
        return abs(auc - candidate) > reach * sqrt(spread)

    return Interval(value=auc, low=_edge(auc, 0.0, is_too_far), high=_edge(auc, 1.0, is_too_far))


def _newcombe_variance(auc: float, departed: int, stayed: int) -> float:
    half = (departed + stayed) / 2 - 1
    spread = 1 + half * ((1 - auc) / (2 - auc) + auc / (1 + auc))
    return auc * (1 - auc) * spread / (departed * stayed)


def _edge(inside: float, outside: float, is_too_far: Callable[[float], bool]) -> float:
    """Where, on the way from inside to outside, it becomes too far; to 1e-12."""
    for _ in range(60):
        middle = (inside + outside) / 2
        if is_too_far(middle):
            outside = middle
        else:
            inside = middle
    return (inside + outside) / 2


# --- Shares -----------------------------------------------------------------


def wilson(found: float, of: float, *, confidence: float = CONFIDENCE) -> Interval:
    """A share and its ends by Wilson's score; 0 to 1 of nothing."""
    between = share_interval(found, of=of, z=normal_quantile((1 + confidence) / 2))
    if between is None:
        return Interval(value=0.0, low=0.0, high=1.0)
    return Interval(value=found / of, low=between.low, high=between.high)


def exact_binomial(found: int, of: int, *, confidence: float = CONFIDENCE) -> Interval:
    """A share and its ends by Clopper and Pearson: never narrower than promised."""
    if of <= 0:
        return Interval(value=0.0, low=0.0, high=1.0)
    tail = (1 - confidence) / 2
    low = 0.0 if found == 0 else beta_quantile(tail, found, of - found + 1)
    high = 1.0 if found == of else beta_quantile(1 - tail, found + 1, of - found)
    return Interval(value=found / of, low=low, high=high)


def median_interval(values: Sequence[float], *, confidence: float = CONFIDENCE) -> Interval | None:
    """The median between two of the values themselves, by the sign test; None of nothing.

    With fewer than six values no two of them are that sure: then the smallest and the largest.
    """
    if not values:
        return None
    ordered = sorted(values)
    count = len(ordered)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    below, tail = 0, 0.5**count
    while tail <= (1 - confidence) / 2 and below < (count - 1) // 2:
        below += 1
        tail += exp(_log_choose(count, below) + count * log(0.5))
    place = max(below - 1, 0)
    return Interval(value=middle, low=ordered[place], high=ordered[count - 1 - place])


def _log_choose(of: int, chosen: int) -> float:
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


# --- Distributions ----------------------------------------------------------


def normal_quantile(probability: float) -> float:
    """Below which value a standard normal lies with this probability."""
    return NormalDist().inv_cdf(probability)


@lru_cache(maxsize=4_096)
def student_quantile(probability: float, freedom: int) -> float:
    """Below which value Student's t with these degrees of freedom lies; for 0.5 and above."""
    if probability <= 0.5:
        return 0.0
    tail = beta_quantile(2 * (1 - probability), freedom / 2, 0.5)
    return sqrt(freedom * (1 - tail) / tail)


def student_tail(value: float, freedom: int) -> float:
    """The probability that Student's t with these degrees of freedom is larger than this."""
    if value == inf:
        return 0.0
    half = beta_share(freedom / (freedom + value * value), freedom / 2, 0.5) / 2
    return half if value >= 0 else 1 - half


def beta_quantile(probability: float, first: float, second: float) -> float:
    """Below which value a beta distribution lies with this probability; by halving."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if beta_share(middle, first, second) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_share(value: float, first: float, second: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz's method)."""
    if value <= 0.0 or value >= 1.0:
        return float(value >= 1.0)
    if value > (first + 1) / (first + second + 2):
        return 1 - beta_share(1 - value, second, first)
    front = lgamma(first + second) - lgamma(first) - lgamma(second)
    front += first * log(value) + second * log1p(-value)
    return exp(front) * _beta_fraction(value, first, second) / first


def _beta_fraction(value: float, first: float, second: float) -> float:
    tiny = 1e-300
    above, below = 1.0, 1 - (first + second) * value / (first + 1)
    below = 1 / (below or tiny)
    answer = below
    for step in range(1, 1_000):
        even = step * (second - step) * value / ((first + 2 * step - 1) * (first + 2 * step))
        odd = -(first + step) * (first + second + step) * value
        odd /= (first + 2 * step) * (first + 2 * step + 1)
        for term in (even, odd):
            below = 1 / ((1 + term * below) or tiny)
            above = (1 + term / above) or tiny
            change = above * below
            answer *= change
        if abs(change - 1) < 1e-15:
            break
    return answer
