"""What terms are worth on a day, when they renew, and whether they make sense.

ARR is the yearly amount of what runs on that day: trials count nothing, a subscription counts from
its first day up to but without its last. Every billing period divides a year, so no ARR is rounded.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from vereda.customers.contracts import MoneyFigures
from vereda.revenue.contracts import BillingPeriod, Movement, TermsProblem

PERIODS_A_YEAR: Mapping[str, int] = {
    BillingPeriod.MONTHLY: 12,
    BillingPeriod.QUARTERLY: 4,
    BillingPeriod.HALF_YEARLY: 2,
    BillingPeriod.YEARLY: 1,
}
LARGEST_AMOUNT = 10**15
MOST_ARR, MOST_SEATS = 2**63 - 1, 2**31 - 1
PLAN_LENGTH = 100


class Terms(Protocol):
    """One stretch of unchanged terms; a row of Subscription is one."""

    @property
    def plan(self) -> str: ...
    @property
    def seats(self) -> int | None: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def period(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def started_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def renews_on(self) -> date | None: ...
    @property
    def cancelled_on(self) -> date | None: ...
    @property
    def trial(self) -> bool: ...
    @property
    def auto_renew(self) -> bool: ...


def yearly_minor(amount_minor: int, *, period: str) -> int:
    """What an amount paid each period makes in a year."""
    return amount_minor * PERIODS_A_YEAR[period]


def runs_on(terms: Terms, day: date) -> bool:
    """Does it run on that day? The last day is the first without it."""
    return terms.started_on <= day and (terms.ends_on is None or day < terms.ends_on)


def arr_on(terms: Terms, day: date) -> int:
    """The yearly amount in minor units that it is worth on that day."""
    if terms.trial or not runs_on(terms, day):
        return 0
    return yearly_minor(terms.amount_minor, period=terms.period)


def arr_by_currency(all_terms: Iterable[Terms], *, on: date) -> dict[str, int]:
    """The ARR of all of these on that day, one sum for each currency that pays anything."""
    sums: Counter[str] = Counter()
    for terms in all_terms:
        sums[terms.currency] += arr_on(terms, on)
    return {currency: minor for currency, minor in sums.items() if minor}


def renewal_after(terms: Terms, *, on: date) -> date | None:
    """When somebody has to say yes again; None when it ended, was cancelled or is monthly.

    The day that was told; rolled to its next anniversary when it renews by itself and has passed.
    Else the end of a fixed term. Else, of what is paid yearly, the next anniversary of its start.
    """
    if not runs_on(terms, on) or terms.cancelled_on is not None:
        return None
    if terms.renews_on is not None:
        past = terms.renews_on < on and terms.auto_renew
        return anniversary_from(terms.renews_on, on=on) if past else terms.renews_on
    if terms.ends_on is not None:
        return terms.ends_on
    if terms.period == BillingPeriod.YEARLY and not terms.trial:
        return anniversary_from(terms.started_on, on=on)
    return None


def anniversary_from(start: date, *, on: date) -> date:
    """The next anniversary of `start` that is not before `on`, and not `start` itself."""
    years = max(1, on.year - start.year)
    day = years_later(start, years)
    return day if day >= on else years_later(start, years + 1)


def years_later(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def headline_of(all_terms: Sequence[Terms], *, on: date, home_currency: str) -> MoneyFigures:
    """What a list shows of an account: its ARR, next renewal, plan and seats on that day.

    One currency: the workspace's when anything runs in it, else the one most of it runs in.
    ARR is None for an account that never had terms, 0 for one whose terms ended.
    """
    running = [terms for terms in all_terms if runs_on(terms, on)]
    currency = headline_currency([terms.currency for terms in running], home=home_currency)
    counted = [terms for terms in running if terms.currency == currency]
    renewals = [day for terms in running if (day := renewal_after(terms, on=on)) is not None]
    seats = [terms.seats for terms in running if terms.seats is not None]
    return MoneyFigures(
        arr_minor=(
            bounded_sum((arr_on(terms, on) for terms in counted), most=MOST_ARR)
            if all_terms
            else None
        ),
        currency=currency if all_terms else "",
        renewal_on=min(renewals, default=None),
        plan=plan_words(running, on=on),
        seats=bounded_sum(seats, most=MOST_SEATS) if seats else None,
    )


def bounded_sum(numbers: Iterable[int], *, most: int) -> int:
    """The sum, or the most that the column of an account holds: nonsense in a file stops nobody."""
    return min(sum(numbers), most)


def headline_currency(currencies: Collection[str], *, home: str) -> str:
    """The currency to speak in; the first by name among the most frequent ones."""
    if not currencies or home in currencies:
        return home
    counts = Counter(currencies)
    return min(counts, key=lambda currency: (-counts[currency], currency))


def plan_words(running: Iterable[Terms], *, on: date) -> str:
    """The plans that run, the most valuable first, each once."""
    ranked = sorted(running, key=lambda terms: (-arr_on(terms, on), terms.plan))
    names = list(dict.fromkeys(terms.plan for terms in ranked if terms.plan))
    return ", ".join(names)[:PLAN_LENGTH]


def movement_between(before: Terms | None, after: Terms) -> Movement:
    """What the beginning of `after` means beside the terms it continues."""
    if before is None:
        return Movement.STARTED
    old, new = (
        (0 if terms.trial else yearly_minor(terms.amount_minor, period=terms.period))
        for terms in (before, after)
    )
    if before.currency == after.currency and new != old:
        return Movement.UPGRADED if new > old else Movement.DOWNGRADED
    if (before.seats or 0) != (after.seats or 0):
        grown = (after.seats or 0) > (before.seats or 0)
        return Movement.UPGRADED if grown else Movement.DOWNGRADED
    return Movement.CHANGED


def problem_in(
    terms: Mapping[str, Any], *, currencies: Collection[str]
) -> tuple[TermsProblem, str] | None:
    """What keeps these terms from being stored, and the column it is about; None when nothing."""
    start, end, cancelled = terms["started_on"], terms["ends_on"], terms["cancelled_on"]
    checks = (
        (end is not None and end < start, TermsProblem.ENDS_BEFORE_START, "ends_on"),
        (
            cancelled is not None and cancelled < start,
            TermsProblem.CANCELLED_BEFORE_START,
            "cancelled_on",
        ),
        (terms["amount_minor"] < 0, TermsProblem.NEGATIVE_AMOUNT, "amount_minor"),
        (terms["amount_minor"] > LARGEST_AMOUNT, TermsProblem.AMOUNT_TOO_LARGE, "amount_minor"),
        (not 0 <= (terms["seats"] or 0) < 2**31, TermsProblem.NEGATIVE_SEATS, "seats"),
        (terms["currency"] not in currencies, TermsProblem.UNKNOWN_CURRENCY, "currency"),
    )
    return next(((problem, column) for wrong, problem, column in checks if wrong), None)


def month_starts(*, until: date, months: int) -> list[date]:
    """The first days of the last `months` months, the oldest first, and `until` itself."""
    last = until.year * 12 + until.month - 1
    days = [date(month // 12, month % 12 + 1, 1) for month in range(last - months + 1, last + 1)]
    return days if days[-1] == until else [*days, until]
