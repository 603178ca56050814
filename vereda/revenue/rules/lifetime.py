"""How long customers stay, by the shifted-beta-geometric model, and what that is worth.

P. S. Fader and B. G. S. Hardie, "How to Project Customer Retention", Journal of Interactive
Marketing 21 (2007). At the end of every period each customer leaves with a probability of their
own; those probabilities follow a beta distribution with parameters alpha and beta. So

    P(leaves at the end of period 1) = alpha / (alpha + beta)
    P(leaves at the end of period t) = P(t - 1) * (beta + t - 2) / (alpha + beta + t - 1)
    S(t) = 1 - P(1) - ... - P(t)

and retention rises with time although nobody changes: those who leave easily have left.

Parameters are those of the greatest likelihood, which counts customers who are still here with S.
Intervals are profile likelihood: all values that the figure takes where the likelihood is within
what chance explains in 95 of 100 cases. They are wide with few customers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, inf, log
from typing import NamedTuple

from vereda.foundation.intervals import Interval

FEWEST_CUSTOMERS, FEWEST_LEFT = 20, 5
# Half the 95 % quantile of chi-squared with one degree of freedom.
WITHIN_CHANCE = 1.920729410347062
# Logarithms of odds, and of alpha + beta, that are looked at, and at how many of the latter.
FARTHEST = 14.0
WEAKEST, STRONGEST = -6.0, 12.0
SLICES = 24


@dataclass(slots=True)
class Lifetimes:
    """How many customers left at the end of each period, and how many have lasted so far.

    `left[3]` left at the end of their third period; `staying[3]` are here after three whole ones.
    """

    left: Counter[int] = field(default_factory=Counter)
    staying: Counter[int] = field(default_factory=Counter)

    @property
    def customers(self) -> int:
        """How many customers are told of."""
        return self.left.total() + self.staying.total()

    @property
    def longest(self) -> int:
        """The last period that anything is told of."""
        return max((*self.left, *self.staying), default=0)

    @property
    def can_tell(self) -> bool:
        """Are there enough customers, of whom enough have left?"""
        return self.customers >= FEWEST_CUSTOMERS and self.left.total() >= FEWEST_LEFT


class Beta(NamedTuple):
    """The parameters of how readily customers leave."""

    alpha: float
    beta: float

    @property
    def first_loss(self) -> float:
        """The share that leaves at the end of the first period."""
        return self.alpha / (self.alpha + self.beta)

    def retention(self, period: int) -> float:
        """The share of those who begin that period who also begin the next."""
        return (self.beta + period - 1) / (self.alpha + self.beta + period - 1)

    def survival(self, periods: int) -> list[float]:
        """The share that is still here after 0, 1, 2, … periods."""
        shares = [1.0]
        for period in range(1, periods + 1):
            shares.append(shares[-1] * self.retention(period))
        return shares


@dataclass(frozen=True)
class LifetimeModel:
    """A fitted model, with what it was fitted to."""

    beta: Beta
    lifetimes: Lifetimes
    likelihood: float

    @cached_property
    def edge(self) -> list[Beta]:
        """Parameters at the edge of what chance explains, all around."""
        least = self.likelihood - WITHIN_CHANCE
        first, last = self._strengths(least=least)
        slices = (
            _slice_edge(first + (last - first) * place / SLICES, self.lifetimes, least=least)
            for place in range(SLICES + 1)
        )
        return [beta for ends in slices for beta in ends]

    def _strengths(self, *, least: float) -> tuple[float, float]:
        """Between which logarithms of alpha + beta the region lies: narrow with many customers."""
        best = log(self.beta.alpha + self.beta.beta)
        first, last = (
            _farthest_within(
                lambda strength: _best_in_slice(strength, self.lifetimes)[1],
                best,
                limit,
                least=least,
            )
            for limit in (min(WEAKEST, best), max(STRONGEST, best))
        )
        return first, last

    def interval(self, figure: Callable[[Beta], float]) -> Interval:
        """The 95 % interval of a figure of the model."""
        values = [figure(beta) for beta in (*self.edge, self.beta)]
        return Interval(min(values), max(values))


def fitted_model(lifetimes: Lifetimes) -> LifetimeModel | None:
    """The model of the greatest likelihood; None below the stated number of customers."""
    if not lifetimes.can_tell:
        return None
    logs = lowest_point(lambda at: -log_likelihood(_beta_at(at), lifetimes), start=(0.0, 0.5))
    beta = _beta_at(logs)
    return LifetimeModel(beta, lifetimes, log_likelihood(beta, lifetimes))


def log_likelihood(beta: Beta, lifetimes: Lifetimes) -> float:
    """The logarithm of how likely these lifetimes are."""
    total, surviving = 0.0, 0.0
    for period in range(1, lifetimes.longest + 1):
        retention = beta.retention(period)
        if not 0 < retention < 1:
            return -inf
        total += lifetimes.left[period] * (surviving + log(1 - retention))
        surviving += log(retention)
        total += lifetimes.staying[period] * surviving
    return total


def _beta_at(logs: Sequence[float]) -> Beta:
    return Beta(exp(logs[0]), exp(logs[1]))


def _slice_edge(strength: float, lifetimes: Lifetimes, *, least: float) -> list[Beta]:
    """The two ends of what chance explains where alpha + beta has this logarithm; none if nothing.

    Far out customers hardly differ from each other (or each stays or leaves for good), and figures
    hardly change any more: there the region may go on without end.
    """

    def likelihood_at(odds: float) -> float:
        return log_likelihood(_beta_with(odds, strength), lifetimes)

    best, likelihood = _best_in_slice(strength, lifetimes)
    if likelihood < least:
        return []
    ends = (_last_within(likelihood_at, best, way * FARTHEST, least=least) for way in (-1, 1))
    return [_beta_with(odds, strength) for odds in ends]


def _best_in_slice(strength: float, lifetimes: Lifetimes) -> tuple[float, float]:
    """The odds of the greatest likelihood where alpha + beta has this logarithm, and that."""

    def depth(at: Point) -> float:
        return -log_likelihood(_beta_with(at[0], strength), lifetimes)

    best = lowest_point(depth, start=(-1.0,), most=80)
    return best[0], -depth(best)


def _farthest_within(
    likelihood_at: Callable[[float], float], inside: float, limit: float, *, least: float
) -> float:
    """The last value towards a limit at which the likelihood is so great; the limit if it is."""
    if likelihood_at(limit) >= least:
        return limit
    outside = limit
    for _turn in range(16):
        middle = (inside + outside) / 2
        if likelihood_at(middle) < least:
            outside = middle
        else:
            inside = middle
    return inside


def _beta_with(odds: float, strength: float) -> Beta:
    """Parameters from the logarithm of the odds of leaving first, and of alpha + beta."""
    first_loss = 1 / (1 + exp(-odds))
    return Beta(first_loss * exp(strength), (1 - first_loss) * exp(strength))


def _last_within(
    likelihood_at: Callable[[float], float], inside: float, outside: float, *, least: float
) -> float:
    """How far from `inside` towards `outside` the likelihood is at least so great."""
    for _turn in range(24):
        middle = (inside + outside) / 2
        if likelihood_at(middle) < least:
            outside = middle
        else:
            inside = middle
    return outside


Point = tuple[float, ...]


def lowest_point(
    height: Callable[[Point], float], *, start: Point, step: float = 0.5, most: int = 600
) -> Point:
    """Where a smooth function of a few numbers is lowest: the simplex of Nelder and Mead (1965)."""
    corners = [start] + [
        tuple(value + step * (place == moved) for place, value in enumerate(start))
        for moved in range(len(start))
    ]
    simplex = sorted((height(each), each) for each in corners)
    for _turn in range(most):
        if simplex[-1][0] - simplex[0][0] < 1e-11 and _width(simplex) < 1e-7:
            break
        simplex = sorted(_next_simplex(simplex, height=height))
    return simplex[0][1]


Simplex = list[tuple[float, Point]]


def _width(simplex: Simplex) -> float:
    first = simplex[0][1]
    return max(abs(a - b) for _height, each in simplex for a, b in zip(each, first, strict=True))


def _next_simplex(simplex: Simplex, *, height: Callable[[Point], float]) -> Simplex:
    """The simplex with its worst corner turned over, stretched or drawn in, or all drawn in."""
    best, worst, kept = simplex[0], simplex[-1], simplex[:-1]
    centre = tuple(sum(axis) / len(kept) for axis in zip(*(each for _h, each in kept), strict=True))

    def at(factor: float) -> tuple[float, Point]:
        point = tuple(c + factor * (w - c) for c, w in zip(centre, worst[1], strict=True))
        return height(point), point

    turned = at(-1.0)
    if turned < best:
        return [*kept, min(turned, at(-2.0))]
    if turned[0] < kept[-1][0]:
        return [*kept, turned]
    drawn_in = at(-0.5) if turned[0] < worst[0] else at(0.5)
    if drawn_in[0] < min(turned[0], worst[0]):
        return [*kept, drawn_in]
    return [best, *(_halfway(each, best[1], height=height) for _h, each in simplex[1:])]


def _halfway(point: Point, to: Point, *, height: Callable[[Point], float]) -> tuple[float, Point]:
    middle = tuple((a + b) / 2 for a, b in zip(point, to, strict=True))
    return height(middle), middle


def periods_worth(beta: Beta, *, periods: int, discount: float, lived: int = 0) -> float:
    """How many periods' payments a customer is worth who has lived so many, within a horizon.

    Payments are made at the beginning of each period, the first of them now; later ones count
    less by `discount` a period.
    """
    shares = beta.survival(lived + periods)
    return sum(
        shares[lived + period] / shares[lived] / (1 + discount) ** period
        for period in range(periods)
    )


def lifetimes_from(spans: Iterable[tuple[int, bool]]) -> Lifetimes:
    """Lifetimes from whole periods lived and whether the customer has left.

    Who left within a period leaves at its end. Who is here and has not lived one whole period says
    nothing yet and is left out.
    """
    told = Lifetimes()
    for periods, has_left in spans:
        if has_left:
            told.left[periods + 1] += 1
        elif periods:
            told.staying[periods] += 1
    return told
