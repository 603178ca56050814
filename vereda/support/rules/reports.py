"""How support went: medians, the longest waits of nine in ten, and shares, each with its n."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from statistics import fmean, median

MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFigures:
    """What a report needs of one ticket; None is "nobody knows".

    kept: whether every promise to it was kept; None where nothing was promised. The groups are
    what it is counted under.
    """

    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    reopened: bool
    satisfaction: int | None
    kept: bool | None
    answered_group: Hashable
    resolved_group: Hashable


@dataclass(frozen=True, slots=True)
class Spread:
    """Of n waits in minutes the median, and the one that nine in ten do not exceed."""

    n: int
    median: float | None
    ninetieth: float | None


@dataclass(frozen=True, slots=True)
class Portion:
    """How many of n."""

    n: int
    hits: int

    @property
    def share(self) -> float | None:
        """The same from 0 to 1; None of nothing."""
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Opinion:
    """The mean of n answers."""

    n: int
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportFigures:
    """How support went for one group of tickets."""

    response: Spread
    fix: Spread
    reopened: Portion
    satisfaction: Opinion
    sla: Portion


def figures_by_group(
    tickets: Iterable[TicketFigures],
) -> dict[Hashable, SupportFigures]:
    """The figures of each group; a ticket may be answered in one and resolved in another."""
    answered: dict[Hashable, list[TicketFigures]] = {}
    resolved: dict[Hashable, list[TicketFigures]] = {}
    for ticket in tickets:
        if ticket.answered_group is not None:
            answered.setdefault(ticket.answered_group, []).append(ticket)
        if ticket.resolved_group is not None:
            resolved.setdefault(ticket.resolved_group, []).append(ticket)
    return {
        group: figures_of(answered.get(group, []), resolved.get(group, []))
        for group in {**answered, **resolved}
    }


def figures_of(
    answered: Sequence[TicketFigures], resolved: Sequence[TicketFigures]
) -> SupportFigures:
    """The figures of the tickets that were answered, and of those that were resolved."""
    opinions = [each.satisfaction for each in resolved if each.satisfaction is not None]
    promised = [each.kept for each in resolved if each.kept is not None]
    return SupportFigures(
        response=spread_of(_minutes(answered, lambda each: each.answered_at)),
        fix=spread_of(_minutes(resolved, lambda each: each.resolved_at)),
        reopened=Portion(len(resolved), sum(each.reopened for each in resolved)),
        satisfaction=Opinion(len(opinions), fmean(opinions) if opinions else None),
        sla=Portion(len(promised), sum(promised)),
    )


def _minutes(
    tickets: Iterable[TicketFigures], end: Callable[[TicketFigures], datetime | None]
) -> list[float]:
    waits = ((each.opened_at, end(each)) for each in tickets)
    return [(until - since).total_seconds() / 60 for since, until in waits if until is not None]


def spread_of(waits: Sequence[float]) -> Spread:
    """The median and the ninetieth percentile (nearest rank: a wait that somebody really had)."""
    if not waits:
        return Spread(0, None, None)
    ranked = sorted(waits)
    return Spread(len(ranked), median(ranked), ranked[ceil(0.9 * len(ranked)) - 1])


def months_back(today: date, count: int) -> list[date]:
    """The first days of the last months, this one last."""
    last = today.year * MONTHS_OF_YEAR + today.month - 1
    return [
        date(number // MONTHS_OF_YEAR, number % MONTHS_OF_YEAR + 1, 1)
        for number in range(last - count + 1, last + 1)
    ]
