"""How long it takes customers: curves of accounts and people, whole and by when they began."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Min

from vereda.adoption.contracts import MILESTONES, Cohort, Measure, Whose
from vereda.adoption.models import Adoption, AdoptionCursor, DurationTable, Purchase, SentinelPolicy
from vereda.adoption.rules.sentinel import USUAL_FALSE_ALARMS, AlarmPoint, alarm_point
from vereda.adoption.rules.survival import Curve
from vereda.adoption.rules.tables import Table, spell_until, table_stored

if TYPE_CHECKING:
    from vereda.adoption.queries.things import Thing
    from vereda.foundation.scoping import OwnedRows
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortCurve:
    """The curve of those who began in the same part of the calendar."""

    starts_on: date
    curve: Curve


def measured_since(workspace: Workspace | UUID) -> date | None:
    """The first day of which any use by an account is known; one query."""
    rows = Adoption.objects.of(workspace).filter(product=None)
    first = rows.aggregate(first=Min("first_use_at"))["first"]
    return first.date() if first else None


def measured_at(workspace: Workspace | UUID) -> datetime | None:
    """When everything was measured, or what was new; None: never yet. One query."""
    rows = AdoptionCursor.objects.of(workspace).exclude(on=None)
    return rows.values_list("measured_at", flat=True).first()


def table_of(
    workspace: Workspace | UUID, thing: Thing, *, whose: Whose, measure: Measure, today: date
) -> Table:
    """How long it took accounts or people to reach it; at most three queries.

    Accounts are told of from the day they bought it, if that was not before anything was measured:
    of the others nobody knows when they began. Who left before is watched until then.
    """
    if whose is Whose.ACCOUNTS and measure in MILESTONES:
        return _table_of_accounts(workspace, thing, measure=measure, today=today)
    row = (
        DurationTable.objects.of(workspace)
        .filter(whose=whose, measure=measure, product=thing.product_id, feature=thing.feature_id)
        .first()
    )
    return table_stored(row.counts) if row else Table()


def cohorts_of(table: Table, *, cohort: Cohort) -> list[CohortCurve]:
    """The curves of those who began together, the earliest first."""
    return [
        CohortCurve(starts_on=start, curve=counts.curve)
        for start, counts in table.by_cohort(cohort).items()
    ]


def _table_of_accounts(
    workspace: Workspace | UUID, thing: Thing, *, measure: Measure, today: date
) -> Table:
    since, table = measured_since(workspace), Table()
    if since is None:
        return table
    reached = {
        row.account_id: reached_on(row, measure)
        for row in Adoption.objects.of(workspace).filter(
            product=thing.product_id, feature=thing.feature_id
        )
    }
    known_after = thing.known_after if measure is Measure.REGULAR_USE else 0
    for purchase in purchases_of_thing(workspace, thing).filter(
        sold_on__gte=since, sold_on__lte=today
    ):
        ended = purchase.ended_on
        spell = spell_until(
            purchase.sold_on,
            reached.get(purchase.account_id),
            watched_until=min(ended, today) if ended else today,
            known_after=known_after,
        )
        if spell is not None:
            table.add(purchase.sold_on, spell)
    return table


def purchases_of_thing(workspace: Workspace | UUID, thing: Thing) -> OwnedRows[Purchase]:
    """The purchases from which the time to use it counts, unordered.

    For anything at all: those of which nobody said what was bought.
    """
    return Purchase.objects.of(workspace).filter(product=thing.product_id)


def reached_on(row: Adoption, measure: Measure) -> date | None:
    """The day on which the account reached it."""
    if measure is Measure.REGULAR_USE:
        return row.regular_since_on
    at = row.first_use_at if measure is Measure.FIRST_USE else row.completed_at
    return at.date() if at else None


# --- The point of the alarm -----------------------------------------------------------


def false_alarms_allowed(workspace: Workspace | UUID) -> int:
    """Of a hundred customers who would begin by themselves, so many may be called too early."""
    row = SentinelPolicy.objects.of(workspace).first()
    return row.false_alarm_percent if row else USUAL_FALSE_ALARMS


def alarm_points(
    workspace: Workspace | UUID, things: Iterable[Thing], *, today: date
) -> dict[UUID | None, AlarmPoint]:
    """For each product (None: whatever was bought) after how many days an alarm is due; two
    queries and one for each product."""
    rate = false_alarms_allowed(workspace) / 100
    return {
        thing.product_id: learned_point(workspace, thing, rate=rate, today=today)
        for thing in things
        if thing.feature is None
    }


def learned_point(
    workspace: Workspace | UUID, thing: Thing, *, rate: float, today: date
) -> AlarmPoint:
    """The point learned from those who began by themselves."""
    table = _table_of_accounts(workspace, thing, measure=Measure.FIRST_USE, today=today)
    return alarm_point(table.whole.curve, false_alarms=rate, otherwise=thing.stated_wait)
