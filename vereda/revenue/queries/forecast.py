"""What renewals are expected to bring, by how past ones of this workspace went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from vereda.revenue.queries.departures import paid_subscriptions
from vereda.revenue.queries.groups import Chosen, accounts_chosen
from vereda.revenue.queries.renewals import Renewal
from vereda.revenue.rules.renewing import (
    PaidStretch,
    RenewalDone,
    RenewalRate,
    all_renewals,
    renewal_rates,
    renewals_done,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

FEWEST_RENEWALS = 10
MONTHS_BACK = 24
"""What is expected follows the renewals of so many months."""

EVERYBODY = Chosen()


@dataclass(frozen=True, slots=True)
class PastRenewals:
    """How renewals went, by plan. `whole` is all plans together."""

    by_plan: Mapping[str, RenewalRate]
    whole: RenewalRate

    def for_plan(self, plan: str) -> tuple[RenewalRate, bool]:
        """The rate that speaks for a plan, and whether it is the plan's own.

        A plan with fewer than ten past renewals takes the rate of all.
        """
        own = self.by_plan.get(plan)
        if own is not None and own.due >= FEWEST_RENEWALS:
            return own, True
        return self.whole, False


def past_renewals(
    workspace: Workspace, *, since: date, until: date, chosen: Chosen = EVERYBODY
) -> PastRenewals:
    """How the renewals from `since` up to but without `until` went; one query."""
    rates = renewal_rates(_renewals_done(workspace, since=since, until=until, chosen=chosen))
    return PastRenewals(rates, all_renewals(rates.values()))


def _renewals_done(
    workspace: Workspace, *, since: date, until: date, chosen: Chosen
) -> Iterator[RenewalDone]:
    rows = paid_subscriptions(workspace).filter(
        accounts_chosen(workspace, chosen), started_on__lt=until
    )
    told = rows.order_by("account_id").values_list("account_id", *PaidStretch._fields)
    for _account, lines in groupby(told.iterator(), key=itemgetter(0)):
        stretches = (PaidStretch(*line[1:]) for line in lines)
        yield from renewals_done(stretches, since=since, until=until)


@dataclass(frozen=True, slots=True)
class RenewalExpected:
    """A renewal with the share of such renewals that were renewed, and what that makes of its ARR.

    Notice given means nothing is expected. `share` and `expected_minor` are None when nothing can
    be told: no past renewal, or no exchange rate. `own`: the share is the plan's own.
    """

    renewal: Renewal
    share: float | None
    expected_minor: int | None
    own: bool
    due: int


def expected_renewals(renewals: Iterable[Renewal], *, past: PastRenewals) -> list[RenewalExpected]:
    """Each renewal with what is expected of it."""
    return [_expected(renewal, past=past) for renewal in renewals]


def _expected(renewal: Renewal, *, past: PastRenewals) -> RenewalExpected:
    rate, own = past.for_plan(renewal.plan)
    share = 0.0 if renewal.notice else rate.share
    known = share is not None and renewal.arr_minor is not None
    expected = round((renewal.arr_minor or 0) * (share or 0.0)) if known else None
    return RenewalExpected(renewal, share, expected, own, rate.due)


@dataclass(slots=True)
class PeriodExpected:
    """The renewals of a month or a quarter together; `unknown` cannot be told in money."""

    starts_on: date
    renewals: int = 0
    notices: int = 0
    unknown: int = 0
    at_stake_minor: int = 0
    expected_minor: int = 0


def expected_by_period(renewals: Iterable[RenewalExpected], *, months: int) -> list[PeriodExpected]:
    """The renewals by month (1) or quarter (3), in order."""
    periods: dict[date, PeriodExpected] = {}
    for each in renewals:
        day = each.renewal.day
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        period = periods.setdefault(first, PeriodExpected(first))
        period.renewals += 1
        period.notices += each.renewal.notice is not None
        period.unknown += each.expected_minor is None
        period.at_stake_minor += each.renewal.arr_minor or 0
        period.expected_minor += each.expected_minor or 0
    return [periods[first] for first in sorted(periods)]
