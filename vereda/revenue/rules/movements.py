"""How ARR moved between two days, account by account, so that nothing is lost and nothing hides.

For every account, in minor units of the home currency:

    opening + difference of exchange + movement = closing

The opening is worth what it was at the rates of the first day. The difference of exchange is what
the same opening is worth more at the rates of the last day. What is left is a movement of one kind:

    new           paid nothing on the first day and never before, pays on the last
    reactivation  paid nothing on the first day, but once before; pays on the last
    expansion     pays on both days, more on the last
    contraction   pays on both days, less on the last
    churn         paid on the first day, nothing on the last

Two days are compared, not what happened in between: an account that left and came back within the
span did not move. So the kinds of two halves need not add up to those of the whole; the net does,
to the cent. Money without an exchange rate takes no part and is counted by currency.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol
from uuid import UUID

from vereda.revenue.contracts import ArrMovement
from vereda.revenue.rules.exchange import RateBook


class Balance(Protocol):
    """What an account paid on two days, by currency, and the first day on which it ever paid."""

    @property
    def account_id(self) -> UUID: ...
    @property
    def opening(self) -> Mapping[str, int]: ...
    @property
    def closing(self) -> Mapping[str, int]: ...
    @property
    def first_paid_on(self) -> date: ...


class Span(NamedTuple):
    """Two days that are compared: the state on `opened_on` with that on `closed_on`."""

    opened_on: date
    closed_on: date


class AccountMovement(NamedTuple):
    """One account's line. `kind` is None where nothing moved but, perhaps, the rates."""

    account_id: UUID
    opening: int
    exchange: int
    movement: int
    closing: int
    kind: ArrMovement | None

    @property
    def restated(self) -> int:
        """The opening at the rates of the last day: what rates of retention compare with."""
        return self.opening + self.exchange


@dataclass(slots=True)
class MovementTotals:
    """The lines of all accounts added up; `counts` are accounts.

    `unrated` is what could not be told in the home currency: by currency, opening and closing.
    """

    opening: int = 0
    exchange: int = 0
    closing: int = 0
    opening_accounts: int = 0
    closing_accounts: int = 0
    amounts: Counter[ArrMovement] = field(default_factory=Counter)
    counts: Counter[ArrMovement] = field(default_factory=Counter)
    unrated: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add_unchanged(self, worth: int) -> None:
        """Add an account that pays as much on both days, in the home currency."""
        self.opening += worth
        self.closing += worth
        self.opening_accounts += 1
        self.closing_accounts += 1

    @property
    def net(self) -> int:
        """What all movements make together."""
        return sum(self.amounts.values())

    @property
    def reconciles(self) -> bool:
        """Does the opening with every line make the closing? Always: it is shown and tested."""
        return self.opening + self.exchange + self.net == self.closing


def movement_of(balance: Balance, *, span: Span, book: RateBook) -> AccountMovement:
    """What became of one account between the two days."""
    opening = book.sum_at_home(balance.opening, day=span.opened_on)
    restated = book.sum_at_home(balance.opening, day=span.closed_on)
    closing = book.sum_at_home(balance.closing, day=span.closed_on)
    moved = closing - restated
    return AccountMovement(
        account_id=balance.account_id,
        opening=opening,
        exchange=restated - opening,
        movement=moved,
        closing=closing,
        kind=kind_of_movement(balance, moved=moved, span=span),
    )


def kind_of_movement(balance: Balance, *, moved: int, span: Span) -> ArrMovement | None:
    """Which of the five kinds it is; None for no movement."""
    paid, pays = any(balance.opening.values()), any(balance.closing.values())
    if paid and pays:
        if moved == 0:
            return None
        return ArrMovement.EXPANSION if moved > 0 else ArrMovement.CONTRACTION
    if paid:
        return ArrMovement.CHURN
    if pays:
        is_new = balance.first_paid_on > span.opened_on
        return ArrMovement.NEW if is_new else ArrMovement.REACTIVATION
    return None


def movement_totals(balances: Iterable[Balance], *, span: Span, book: RateBook) -> MovementTotals:
    """All balances' movements added up."""
    totals = MovementTotals()
    for balance in balances:
        add_movement(totals, movement_of(balance, span=span, book=book), balance=balance)
        note_unrated(totals, balance, book=book)
    return totals


def add_movement(totals: MovementTotals, line: AccountMovement, *, balance: Balance) -> None:
    """Add one account's line to the totals."""
    totals.opening += line.opening
    totals.exchange += line.exchange
    totals.closing += line.closing
    totals.opening_accounts += any(balance.opening.values())
    totals.closing_accounts += any(balance.closing.values())
    if line.kind is not None:
        totals.amounts[line.kind] += line.movement
        totals.counts[line.kind] += 1


def note_unrated(totals: MovementTotals, balance: Balance, *, book: RateBook) -> None:
    """Count what the account pays in currencies without a rate."""
    for currency in book.unknown_in(balance.opening.keys() | balance.closing.keys()):
        opening, closing = totals.unrated.get(currency, (0, 0))
        totals.unrated[currency] = (
            opening + balance.opening.get(currency, 0),
            closing + balance.closing.get(currency, 0),
        )


def twelfths(amounts: Sequence[int]) -> list[int]:
    """Yearly amounts as monthly ones that add up as the yearly ones do, to the cent.

    Each is the difference of two rounded sums, so none is off by more than one.
    """
    sums = [round(Fraction(total, 12)) for total in accumulate(amounts, initial=0)]
    return [after - before for before, after in pairwise(sums)]
