"""False positives: accounts that looked like a yes, and ended as a no; and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.adoption.models import Adoption, Purchase
from vereda.adoption.queries.curves import measured_since
from vereda.adoption.rules.need import ShareBetween, share_between
from vereda.adoption.rules.survival import Spell, curve_of
from vereda.revenue.queries.departures import departures
from vereda.revenue.queries.economics import LostAccount, LostCase, lost_case

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

EARLY_DAYS: Final = 90
"""A regular pattern that began so soon after the purchase looks like a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePositive:
    """An account that adopted early and used regularly, and left."""

    account_id: UUID
    sold_on: date
    first_use_days: int
    regular_days: int
    left_on: date
    lost: LostAccount | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedLikeYes:
    """Of those who looked like a yes, who ended as a no.

    `early_days`: the median time to the first use, up to which it was early. `share` of the yes
    that ended as a no. CAC of each that stayed is CAC divided by the share that stayed: what was
    spent on the others is spent for these.
    """

    looked: int
    early_days: int | None
    ended: tuple[FalsePositive, ...]
    share: ShareBetween | None
    case: LostCase

    @property
    def wasted_minor(self) -> int | None:
        """What winning those who left had cost."""
        return None if self.case.cac_minor is None else self.case.cac_minor * len(self.ended)

    @property
    def lost_minor(self) -> int | None:
        """What was still expected of them when they left."""
        worths = [one.lost.worth_minor for one in self.ended if one.lost]
        if self.case.margin is None:
            return None
        return sum(worth for worth in worths if worth is not None)

    @property
    def cac_of_kept_minor(self) -> int | None:
        """What each account costs that looked like a yes and stayed."""
        kept = self.looked - len(self.ended)
        if self.case.cac_minor is None or not kept:
            return None
        return round(self.case.cac_minor * self.looked / kept)


def looked_like_yes(workspace: Workspace, *, today: date) -> LookedLikeYes:
    """Who began no later than half of all, used regularly within 90 days, and left; a constant
    number of queries.

    Told of are accounts sold to since anything is measured.
    """
    since = measured_since(workspace) or today
    used = {row.account_id: row for row in Adoption.objects.of(workspace).filter(product=None)}
    sold: dict[UUID, date] = {}
    rows = Purchase.objects.of(workspace).filter(sold_on__lte=today)
    for account_id, sold_on in rows.values_list("account_id", "sold_on"):
        sold[account_id] = min(sold_on, sold.get(account_id, sold_on))
    sold = {account_id: day for account_id, day in sold.items() if day >= since}
    early = curve_of(
        Spell(_first_days(used[account_id], day), happened=True)
        if account_id in used
        else Spell((today - day).days, happened=False)
        for account_id, day in sold.items()
    ).median
    looked = {
        account_id: day
        for account_id, day in sold.items()
        if account_id in used and _looks_like_yes(used[account_id], day, early=early)
    }
    left: dict[UUID, date] = {}
    for departure in departures(workspace, since=since, until=today + timedelta(days=1)):
        if departure.account_id in looked:
            left[departure.account_id] = departure.day
    case = lost_case(workspace, left, today=today)
    ended = tuple(
        FalsePositive(
            account_id=account_id,
            sold_on=looked[account_id],
            first_use_days=_first_days(used[account_id], looked[account_id]),
            regular_days=used[account_id].regular_days,
            left_on=day,
            lost=case.accounts.get(account_id),
        )
        for account_id, day in sorted(left.items(), key=lambda each: (each[1], str(each[0])))
    )
    return LookedLikeYes(
        looked=len(looked),
        early_days=early,
        ended=ended[::-1],
        share=share_between(len(ended), of=len(looked)),
        case=case,
    )


def _first_days(row: Adoption, sold_on: date) -> int:
    return max(0, (row.first_use_at.date() - sold_on).days)


def _looks_like_yes(row: Adoption, sold_on: date, *, early: int | None) -> bool:
    if early is None or _first_days(row, sold_on) > early or row.regular_since_on is None:
        return False
    return (row.regular_since_on - sold_on).days <= EARLY_DAYS
