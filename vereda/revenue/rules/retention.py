"""How much of what was paid on a day is still paid on a later one.

Of the accounts that paid on the first day, at the exchange rates of the last day:

    NRR   what they pay on the last day / what they paid            (above 1 when they grow)
    GRR   the same, counting no account above what it paid          (never above 1)
    logos how many of them pay anything on the last day / how many paid

New accounts and those that came back take no part in any of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from vereda.foundation.intervals import Interval, share_interval
from vereda.revenue.contracts import ArrMovement
from vereda.revenue.rules.movements import AccountMovement


@dataclass(slots=True)
class Retained:
    """What became of a group of accounts that paid on the first day; amounts in minor units.

    `before` is what they paid, at the rates of the last day. `kept` is what they still pay of it,
    `now` all that they pay.
    """

    accounts: int = 0
    stayed: int = 0
    grown: int = 0
    shrunk: int = 0
    before: int = 0
    kept: int = 0
    now: int = 0

    def count(self, line: AccountMovement, *, pays: bool) -> None:
        """Add an account that paid on the first day; `pays`: does it on the last?"""
        self.accounts += 1
        self.stayed += pays
        self.grown += line.kind is ArrMovement.EXPANSION
        self.shrunk += line.kind is ArrMovement.CONTRACTION
        self.before += line.restated
        self.kept += min(line.restated, line.closing)
        self.now += line.closing

    def count_unchanged(self, worth: int) -> None:
        """Add an account that pays as much as on the first day."""
        self.accounts += 1
        self.stayed += 1
        self.before += worth
        self.kept += worth
        self.now += worth

    @property
    def left(self) -> int:
        """How many accounts pay nothing any more."""
        return self.accounts - self.stayed

    @property
    def gross(self) -> float | None:
        """GRR; None when nothing was paid."""
        return self.kept / self.before if self.before else None

    @property
    def net(self) -> float | None:
        """NRR; None when nothing was paid."""
        return self.now / self.before if self.before else None

    @property
    def logos(self) -> float | None:
        """The share of accounts that still pay; None when there was none."""
        return self.stayed / self.accounts if self.accounts else None

    @property
    def logos_interval(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.stayed, of=self.accounts)

    @property
    def expansion(self) -> float | None:
        """The share of accounts that pay more than before; None when there was none."""
        return self.grown / self.accounts if self.accounts else None

    @property
    def expansion_interval(self) -> Interval | None:
        """The 95 % interval of that share."""
        return share_interval(self.grown, of=self.accounts)


class PaidLine(NamedTuple):
    """The movement of an account that paid on the first day; does it on the last? Its group."""

    line: AccountMovement
    pays: bool
    group: str


def retained_by_group(lines: Iterable[PaidLine]) -> dict[str, Retained]:
    """What became of the accounts that paid on the first day, by group."""
    groups: dict[str, Retained] = {}
    for told in lines:
        groups.setdefault(told.group, Retained()).count(told.line, pays=told.pays)
    return groups


def retained_together(groups: Iterable[Retained]) -> Retained:
    """Several groups as one."""
    whole = Retained()
    for group in groups:
        for name in Retained.__slots__:
            setattr(whole, name, getattr(whole, name) + getattr(group, name))
    return whole


def quarter_name(day: date) -> str:
    """The quarter of a day: 2026-Q4. A cohort is the quarter in which an account first paid."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_days(name: str) -> tuple[date, date] | None:
    """The first day of a quarter and of the next one; None for what is no quarter."""
    year, _dash, quarter = name.partition("-Q")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and quarter in {*"1234"}):
        return None
    if not 1 < int(year) < 9999:
        return None
    first = date(int(year), int(quarter) * 3 - 2, 1)
    return first, months_later(first, 3)


def months_earlier(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or that month's last."""
    first = months_later(day, -months)
    return min(first + timedelta(days=day.day - 1), months_later(first, 1) - timedelta(days=1))


def months_later(first: date, months: int) -> date:
    """The first day of the month so many months later, or earlier."""
    month = first.year * 12 + first.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)
