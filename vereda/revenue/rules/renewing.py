"""How past renewals went: pure functions of an account's paid stretches.

A contract is a chain of stretches of one product that follow each other within a month. Its
renewals are its anniversaries if it was ever paid yearly or has had a day on which it renews. One
that still runs after the day was renewed; one that ended within a month of it was not. What ended
at another time was a renewal that failed on that day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from vereda.foundation.intervals import Interval, share_interval
from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.rules.departures import later_end
from vereda.revenue.rules.terms import years_later

NEAR = timedelta(days=31)


class PaidStretch(NamedTuple):
    """The part of paid terms that renewals are about."""

    product: str
    plan: str
    period: str
    started_on: date
    ends_on: date | None
    renews_on: date | None


class RenewalDone(NamedTuple):
    """A renewal that has passed: its day, the plan that was up, and whether it was renewed."""

    day: date
    plan: str
    renewed: bool


@dataclass(frozen=True, slots=True)
class RenewalRate:
    """How many of past renewals were renewed. `renewed` of `due`."""

    renewed: int
    due: int

    @property
    def share(self) -> float | None:
        """The share that was renewed; None when none was due."""
        return self.renewed / self.due if self.due else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.renewed, of=self.due)


def renewals_done(
    stretches: Iterable[PaidStretch], *, since: date, until: date
) -> Iterator[RenewalDone]:
    """The renewals of one account from `since` up to but without `until`."""
    for chain in contracts_in(stretches):
        if any(each.period == BillingPeriod.YEARLY or each.renews_on for each in chain):
            yield from _done_of(chain, since=since, until=until)


def contracts_in(stretches: Iterable[PaidStretch]) -> list[list[PaidStretch]]:
    """The chains of stretches, each in order."""
    chains: dict[str, list[list[PaidStretch]]] = {}
    for stretch in sorted(stretches, key=lambda each: (each.product, each.started_on)):
        held = chains.setdefault(stretch.product, [])
        fits = next((chain for chain in held if _follows(stretch, chain)), None)
        if fits is None:
            held.append([stretch])
        else:
            fits.append(stretch)
    return [chain for held in chains.values() for chain in held]


def _follows(stretch: PaidStretch, chain: Sequence[PaidStretch]) -> bool:
    end = chain[-1].ends_on
    return end is not None and timedelta(0) <= stretch.started_on - end <= NEAR


def _done_of(chain: Sequence[PaidStretch], *, since: date, until: date) -> Iterator[RenewalDone]:
    start, end = chain[0].started_on, chain[0].ends_on
    for each in chain[1:]:
        end = later_end(end, each.ends_on)
    for year in range(1, until.year - start.year + 2):
        day = years_later(start, year)
        if day >= until or (end is not None and day > end + NEAR):
            break
        if end is not None and abs(day - end) <= NEAR:
            continue
        if since <= day:
            yield RenewalDone(day, _plan_before(chain, day), renewed=True)
    if end is not None and since <= end < until:
        yield RenewalDone(end, _plan_before(chain, end), renewed=False)


def _plan_before(chain: Sequence[PaidStretch], day: date) -> str:
    """The plan that was up for renewal on that day."""
    earlier = [each.plan for each in chain if each.started_on < day]
    return earlier[-1] if earlier else chain[0].plan


def renewal_rates(done: Iterable[RenewalDone]) -> dict[str, RenewalRate]:
    """How renewals went by plan."""
    due: Counter[str] = Counter()
    renewed: Counter[str] = Counter()
    for each in done:
        due[each.plan] += 1
        renewed[each.plan] += each.renewed
    return {plan: RenewalRate(renewed[plan], number) for plan, number in due.items()}


def all_renewals(rates: Iterable[RenewalRate]) -> RenewalRate:
    """Several rates as one."""
    told = list(rates)
    return RenewalRate(sum(each.renewed for each in told), sum(each.due for each in told))
