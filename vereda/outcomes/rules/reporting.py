"""Whether it was a good investment: what verified benefits prove, and what they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Worth(StrEnum):
    """What a report may honestly say above its rows."""

    NOTHING_PROMISED = "nothing_promised"
    PAID_BACK = "paid_back"
    ALL_VERIFIED = "all_verified"
    PARTLY = "partly"
    TOO_EARLY = "too_early"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many benefits: promised and pursued, verified, of those by the customer, not verified,
    open, and of the open those whose day has passed."""

    promised: int
    verified: int
    confirmed: int
    not_verified: int
    open: int
    overdue: int

    @property
    def decided(self) -> int:
        """Those about which something should be known: decided, or their day has passed."""
        return self.verified + self.not_verified + self.overdue


def worth_of(
    counts: Counts, *, proven: Mapping[str, Decimal], cost: Mapping[str, Decimal]
) -> Worth:
    """What it proves. `proven`: verified money a year by currency; `cost`: what is paid a year.

    Money is only ever compared within one currency, and only what was verified counts.
    """
    if not counts.promised:
        return Worth.NOTHING_PROMISED
    paid = {currency: amount for currency, amount in cost.items() if amount > 0}
    if paid and all(
        proven.get(currency, Decimal(0)) >= amount for currency, amount in paid.items()
    ):
        return Worth.PAID_BACK
    if counts.verified:
        return Worth.ALL_VERIFIED if counts.verified == counts.promised else Worth.PARTLY
    return Worth.NOT_PROVEN if counts.decided else Worth.TOO_EARLY
