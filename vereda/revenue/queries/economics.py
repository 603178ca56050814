"""Growth, margin and CAC, and the business case of keeping accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.criteria import one_of_many
from vereda.foundation.intervals import Interval
from vereda.revenue.contracts import ArrMovement
from vereda.revenue.queries.balances import standings
from vereda.revenue.queries.costs import assumption_of, costs_by_month
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.queries.lifetimes import MONTHS_OF as PERIOD_MONTHS
from vereda.revenue.queries.lifetimes import LifePeriod, telling_lifetimes, whole_months
from vereda.revenue.queries.movements import movements_of_spans
from vereda.revenue.queries.subscriptions import terms_by_account
from vereda.revenue.rules.business import CaseLine, Economics, MonthFigures
from vereda.revenue.rules.lifetime import Beta, LifetimeModel, fitted_model, periods_worth
from vereda.revenue.rules.retention import months_later
from vereda.revenue.rules.terms import arr_by_currency

if TYPE_CHECKING:
    from vereda.revenue.models import Assumption
    from vereda.workspaces.models import Workspace

MONTHS = 12


def economics_of(workspace: Workspace, *, today: date, months: int = MONTHS) -> Economics:
    """Growth, margin and CAC of the last whole months; three queries."""
    this = today.replace(day=1)
    days = [months_later(this, -back) for back in range(months, -1, -1)]
    spans = movements_of_spans(workspace, days=days)
    costs = costs_by_month(workspace, since=days[0], until=this)
    return Economics(
        months=tuple(
            MonthFigures(
                month=told.span.opened_on,
                revenue_minor=round((told.totals.opening + told.totals.closing) / 24),
                won=told.totals.counts[ArrMovement.NEW],
                goods_minor=cost.goods_minor if cost else None,
                acquisition_minor=cost.acquisition_minor if cost else None,
            )
            for told in spans
            for cost in [costs.get(told.span.opened_on)]
        ),
        growth=_growth([told.totals.net for told in spans], opening=spans[0].totals.opening),
    )


def _growth(nets: Sequence[int], *, opening: int) -> float | None:
    """All movements of the months beside what they began with: without differences of exchange."""
    return sum(nets) / opening if opening else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAccount:
    """What an account paid when it left, and the worth of the years it was expected to stay."""

    account_id: UUID
    arr_minor: int
    worth_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCase:
    """What accounts that left cost: their acquisition, and what was expected of them.

    `cac_minor` and `margin` None: nobody told them, and there is no amount.
    """

    cac_minor: int | None
    margin: float | None
    accounts: dict[UUID, LostAccount]


def lost_case(workspace: Workspace, departed_on: Mapping[UUID, date], *, today: date) -> LostCase:
    """What was lost with these accounts, each on the day it left; seven queries, and one more per
    thousand accounts.

    The worth of one is its ARR of the day before, times margin, times the years expected then of a
    customer of its age, as in the business case of keeping it.
    """
    economics, assumption = economics_of(workspace, today=today), assumption_of(workspace)
    margin = margin_known(economics, assumption)
    period, lifetimes = telling_lifetimes(workspace, today=today)
    expected = _expected_years(fitted_model(lifetimes), assumption, period=period)
    book, accounts = rates_of(workspace), {}
    for account_id, terms in terms_by_account(workspace, departed_on):
        last = departed_on[account_id] - timedelta(days=1)
        arr = book.sum_at_home(arr_by_currency(terms, on=last), day=last)
        first = min((each.started_on for each in terms), default=last)
        years, _interval = expected(max(0, whole_months(first, last)) // PERIOD_MONTHS[period])
        accounts[account_id] = LostAccount(
            account_id=account_id,
            arr_minor=arr,
            worth_minor=None if margin is None else round(arr * margin * years),
        )
    return LostCase(cac_minor=economics.cac_minor, margin=margin, accounts=accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCase:
    """The case of one account, and what the years it is expected to stay lie between."""

    account_id: UUID
    line: CaseLine
    years: Interval | None
    customer_since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCase:
    """What keeping these accounts is worth, with every input.

    Without enough customers (`model` is None) each is counted for one year. `margin` and
    `cac_minor` None: then there are no lines, because nobody told them.
    """

    economics: Economics
    assumption: Assumption
    margin: float | None
    margin_is_assumed: bool
    cac_minor: int | None
    model: LifetimeModel | None
    period: LifePeriod
    lines: list[AccountCase]

    @property
    def keep_minor(self) -> int:
        """What keeping all of them is worth."""
        return sum(each.line.keep_minor for each in self.lines)

    @property
    def replace_minor(self) -> int:
        """What winning as many others would cost."""
        return sum(each.line.cac_minor for each in self.lines)

    @property
    def keep_cost_minor(self) -> int:
        """What keeping them may cost."""
        return sum(each.line.keep_cost_minor for each in self.lines)

    @property
    def case_minor(self) -> int:
        """What is gained by keeping them."""
        return sum(each.line.case_minor for each in self.lines)


def business_case(
    workspace: Workspace, account_ids: Sequence[UUID], *, today: date
) -> BusinessCase:
    """The case of keeping these accounts that pay today; seven queries."""
    economics, assumption = economics_of(workspace, today=today), assumption_of(workspace)
    margin = margin_known(economics, assumption)
    period, lifetimes = telling_lifetimes(workspace, today=today)
    model = fitted_model(lifetimes)
    cac_minor = economics.cac_minor
    book, lines = rates_of(workspace), []
    if margin is not None and cac_minor is not None:
        only = one_of_many(account_ids, column="account")
        expected = _expected_years(model, assumption, period=period)
        for standing in standings(workspace, days=[today], accounts=only):
            if not (paid := standing.paid_at(0)):
                continue
            lived = whole_months(standing.first_paid_on, today) // PERIOD_MONTHS[period]
            years, interval = expected(lived)
            line = CaseLine(
                arr_minor=book.sum_at_home(paid, day=today),
                margin=margin,
                years=years,
                cac_minor=cac_minor,
                ratio=assumption.acquire_ratio,
            )
            case = AccountCase(
                account_id=standing.account_id,
                line=line,
                years=interval,
                customer_since=standing.first_paid_on,
            )
            lines.append(case)
    return BusinessCase(
        economics=economics,
        assumption=assumption,
        margin=margin,
        margin_is_assumed=economics.margin is None and margin is not None,
        cac_minor=cac_minor,
        model=model,
        period=period,
        lines=sorted(lines, key=lambda each: (-each.line.case_minor, str(each.account_id))),
    )


def _expected_years(
    model: LifetimeModel | None, assumption: Assumption, *, period: LifePeriod
) -> Callable[[int], tuple[float, Interval | None]]:
    """Years expected by periods lived, each computed once; one year without a model."""

    @cache
    def expected(lived: int) -> tuple[float, Interval | None]:
        if model is None:
            return 1.0, None
        worth = YearsExpected(assumption, period=period, lived=lived)
        return worth(model.beta), model.interval(worth)

    return expected


def margin_known(economics: Economics, assumption: Assumption) -> float | None:
    """The margin that was measured, else the one that is assumed, else None."""
    if economics.margin is not None or assumption.margin_percent is None:
        return economics.margin
    return float(assumption.margin_percent) / 100


class YearsExpected:
    """How many years' payments a customer of that age is expected to bring, by a model."""

    def __init__(self, assumption: Assumption, *, period: LifePeriod, lived: int) -> None:
        self.in_a_year = MONTHS // PERIOD_MONTHS[period]
        self.periods = assumption.horizon_years * self.in_a_year
        yearly = float(assumption.discount_percent) / 100
        self.discount = (1 + yearly) ** (1 / self.in_a_year) - 1
        self.lived = lived

    def __call__(self, beta: Beta) -> float:
        worth = periods_worth(beta, periods=self.periods, discount=self.discount, lived=self.lived)
        return worth / self.in_a_year
