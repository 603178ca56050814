"""The value report of an account: what was promised, what came of it, and what it cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from babel.numbers import get_currency_precision

from vereda.foundation.criteria import one_of_many
from vereda.outcomes.contracts import (
    OPEN_STATES,
    Direction,
    ExpectationState,
    OutcomeState,
    Per,
    Side,
    Unit,
    WhyNot,
)
from vereda.outcomes.models.outcomes import Amendment
from vereda.outcomes.queries.expectations import expectations_of
from vereda.outcomes.queries.outcomes import OutcomeView, outcome_rows_of, outcome_views
from vereda.outcomes.rules.gaps import a_year, gain, mean_share
from vereda.outcomes.rules.reporting import Counts, Worth, worth_of
from vereda.revenue.queries.subscriptions import money_of_account

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.outcomes.models.expectations import Expectation

Money = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReport:
    """Money by currency, in whole units. Only benefits whose unit is money, from a known start.

    proven_a_year, proven_once: what verified ones gained. claimed_a_year, claimed_once: what was
    measured and nobody has verified. cost_a_year: the ARR of the day.
    """

    proven_a_year: Money
    proven_once: Money
    claimed_a_year: Money
    claimed_once: Money
    cost_a_year: Money

    @property
    def currencies(self) -> list[str]:
        """Every currency that is mentioned."""
        mentioned = (
            self.proven_a_year,
            self.proven_once,
            self.claimed_a_year,
            self.claimed_once,
            self.cost_a_year,
        )
        return sorted({currency for each in mentioned for currency in each})


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueReport:
    """What an account was promised up to a day, and what that day knew about it.

    bridged: the mean share of the value gap that is closed, where it is known.
    """

    account: Account
    until: date
    views: tuple[OutcomeView, ...]
    dropped: tuple[OutcomeView, ...]
    amendments: Mapping[UUID, Sequence[Amendment]]
    expectations: tuple[Expectation, ...]
    counts: Counts
    why_not: Mapping[WhyNot, int]
    money: MoneyReport
    worth: Worth
    bridged: float | None

    @property
    def expectations_met(self) -> int:
        """How many expectations were met."""
        return self._expectations_in(ExpectationState.MET)

    @property
    def expectations_missed(self) -> int:
        """How many were not, or are overdue."""
        missed = (ExpectationState.MISSED, ExpectationState.OVERDUE)
        return sum(self._expectations_in(state) for state in missed)

    def _expectations_in(self, state: ExpectationState) -> int:
        return sum(each.state_on(self.until) is state for each in self.expectations)


def value_report(account: Account, *, until: date) -> ValueReport:
    """What the account was promised up to that day and what came of it; a constant number of
    queries. What was measured or said later is left out."""
    rows = outcome_rows_of(account.workspace_id, [account.pk]).filter(promised_on__lte=until)
    views = outcome_views(account.workspace_id, rows, today=until)
    pursued = tuple(view for view in views if view.state is not OutcomeState.DROPPED)
    counts = counts_of(pursued, today=until)
    money = _money_of(account, pursued, until=until)
    expectations = expectations_of(account).filter(set_on__lte=until)
    return ValueReport(
        account=account,
        until=until,
        views=pursued,
        dropped=tuple(view for view in views if view.state is OutcomeState.DROPPED),
        amendments=amendments_of(account.workspace_id, [view.outcome.pk for view in views]),
        expectations=tuple(expectations),
        counts=counts,
        why_not=reasons_in(pursued),
        money=money,
        worth=worth_of(counts, proven=money.proven_a_year, cost=money.cost_a_year),
        bridged=mean_share(view.gap.bridged for view in pursued),
    )


def counts_of(views: Iterable[OutcomeView], *, today: date) -> Counts:
    """How many stand where."""
    rows = list(views)
    states = Counter(view.state for view in rows)
    still_open = [view for view in rows if view.state in OPEN_STATES]
    return Counts(
        promised=len(rows),
        verified=states[OutcomeState.VERIFIED],
        confirmed=sum(is_confirmed(view) for view in rows),
        not_verified=states[OutcomeState.NOT_VERIFIED],
        open=len(still_open),
        overdue=sum(view.outcome.due_on < today for view in still_open),
    )


def is_confirmed(view: OutcomeView) -> bool:
    """Whether it is verified, and by the customer."""
    ruling = view.ruling
    verified = view.state is OutcomeState.VERIFIED
    return verified and ruling is not None and ruling.side == Side.CUSTOMER


def reasons_in(views: Iterable[OutcomeView]) -> dict[WhyNot, int]:
    """Why benefits were not verified, the most frequent reason first."""
    reasons = Counter(
        WhyNot(view.ruling.reason)
        for view in views
        if view.state is OutcomeState.NOT_VERIFIED and view.ruling is not None
    )
    return dict(reasons.most_common())


def amendments_of(workspace_id: UUID, outcome_ids: Sequence[UUID]) -> dict[UUID, list[Amendment]]:
    """How each promise was before it was moved, the first move first."""
    rows = Amendment.objects.of(workspace_id).filter(one_of_many(outcome_ids, column="outcome"))
    moved: dict[UUID, list[Amendment]] = defaultdict(list)
    for row in rows.select_related("member__user").order_by("at", "id"):
        moved[row.outcome_id].append(row)
    return dict(moved)


def _money_of(account: Account, views: Iterable[OutcomeView], *, until: date) -> MoneyReport:
    sums: dict[tuple[bool, bool], dict[str, Decimal]] = defaultdict(dict)
    for view in views:
        earned = gained(view)
        if view.outcome.unit != Unit.MONEY or earned is None:
            continue
        if view.state is OutcomeState.NOT_VERIFIED:
            continue
        yearly = a_year(earned, Per(view.outcome.per))
        kind = (view.state is OutcomeState.VERIFIED, yearly is not None)
        currency = view.outcome.currency
        value = earned if yearly is None else yearly
        sums[kind][currency] = sums[kind].get(currency, Decimal(0)) + value
    paid = money_of_account(account.workspace, [account.pk], on=until).arr
    return MoneyReport(
        proven_a_year=sums[True, True],
        proven_once=sums[True, False],
        claimed_a_year=sums[False, True],
        claimed_once=sums[False, False],
        cost_a_year={currency: whole_units(minor, currency) for currency, minor in paid.items()},
    )


def gained(view: OutcomeView) -> Decimal | None:
    """How much better it is than where it started; None while either is unknown."""
    start, now = view.outcome.baseline, view.delivered
    if start is None or now is None:
        return None
    return gain(Direction(view.outcome.direction), since=start, to=now)


def whole_units(minor: int, currency: str) -> Decimal:
    """Minor units as whole units of the currency."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))
