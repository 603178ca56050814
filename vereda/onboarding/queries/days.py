"""Asking where our days go: over all plans, whose the time was; and how often we asked twice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.onboarding.contracts.plans import EntryKind, Owner
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.queries.plans import plans_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

SECONDS_A_DAY = timedelta(days=1).total_seconds()
TENTH, QUARTER, HALF = 0.1, 0.25, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOfOwner:
    """How plans' days of one owner are spread: in days of 24 hours.

    total, share: over all plans. The rest says how it is from plan to plan: the plan at a tenth,
    a quarter, the middle, three quarters, nine tenths of them, in order.
    """

    owner: Owner
    total: float
    share: float
    tenth: float
    quarter: float
    middle: float
    three_quarters: float
    nine_tenths: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOfPlan:
    """One plan's days by owner, and all that the customer remembers."""

    plan: Plan
    days: dict[Owner, float]

    @property
    def remembered(self) -> float:
        """From their first yes on."""
        return sum(self.days.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereDaysGo:
    """Whose the days of many plans were, and the plans behind it, the longest first."""

    owners: tuple[DaysOfOwner, ...]
    remembered: DaysOfOwner | None
    plans: tuple[DaysOfPlan, ...]


def where_days_go(
    workspace: Workspace | UUID,
    *,
    until_set: SetNumber = SetNumber.FIRST_CONTACT,
    sold_only: bool = False,
    product_id: UUID | None = None,
    lead_id: UUID | None = None,
) -> WhereDaysGo:
    """Where the days of all plans go, up to the end of a set; one query.

    sold_only: only plans that finished set 3, so that nobody's unfinished wait is counted short.
    Plans that go on count until their columns were last brought up, at the latest last night.
    """
    rows = plans_in(workspace).filter(agreed_at__isnull=False)
    rows = rows.filter(sold_at__isnull=False) if sold_only else rows
    rows = rows.filter(product=product_id) if product_id else rows
    rows = rows.filter(lead=lead_id) if lead_id else rows
    told = [DaysOfPlan(plan=plan, days=_days_of(plan, until_set)) for plan in rows]
    told.sort(key=lambda each: (-each.remembered, each.plan.number))
    whole = sum(each.remembered for each in told)
    return WhereDaysGo(
        owners=tuple(
            _spread(owner, [each.days[owner] for each in told], whole=whole) for owner in Owner
        )
        if told
        else (),
        remembered=_spread(Owner.WORK, [each.remembered for each in told], whole=whole)
        if told
        else None,
        plans=tuple(told),
    )


def _days_of(plan: Plan, until_set: SetNumber) -> dict[Owner, float]:
    sets = [spent for number, spent in plan.spent.items() if int(number) <= until_set]
    return {owner: sum(spent.get(owner, 0.0) for spent in sets) / SECONDS_A_DAY for owner in Owner}


def _spread(owner: Owner, values: Sequence[float], *, whole: float) -> DaysOfOwner:
    ordered, total = sorted(values), sum(values)
    return DaysOfOwner(
        owner=owner,
        total=total,
        share=total / whole if whole else 0.0,
        tenth=value_at(ordered, TENTH),
        quarter=value_at(ordered, QUARTER),
        middle=value_at(ordered, HALF),
        three_quarters=value_at(ordered, 1 - QUARTER),
        nine_tenths=value_at(ordered, 1 - TENTH),
    )


def value_at(ordered: Sequence[float], share: float) -> float:
    """The value that so many of the ordered values do not exceed."""
    return ordered[max(math.ceil(share * len(ordered) - 1e-9) - 1, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTwiceReport:
    """How often we asked for what they had given, or too late; the target is none."""

    plans: int
    requests: int
    repeats: int
    entries: tuple[PlanEntry, ...]


REPEATING = (EntryKind.REQUESTED, EntryKind.ASKED_AGAIN, EntryKind.ADDED)
MOST_SHOWN = 200


def asked_twice_in(workspace: Workspace | UUID) -> AskedTwiceReport:
    """The repeat requests of all plans, with the newest of those for which somebody gave a
    reason."""
    plans = list(Plan.objects.of(workspace).values_list("asked_twice", flat=True))
    entries = PlanEntry.objects.of(workspace)
    insisted = entries.filter(kind__in=REPEATING).exclude(because="")
    newest = insisted.select_related("plan__account", "item", "member__user").order_by(
        "-told_at", "-pk"
    )
    asked = (EntryKind.REQUESTED, EntryKind.ASKED_AGAIN)
    return AskedTwiceReport(
        plans=len(plans),
        requests=entries.filter(kind__in=asked).count(),
        repeats=sum(plans),
        entries=tuple(newest[:MOST_SHOWN]),
    )
