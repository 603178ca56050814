"""Accounts one by one: how far each is, and the rows behind a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.adoption.contracts import Measure
from vereda.adoption.models import Adoption, Purchase
from vereda.adoption.queries.curves import measured_since, purchases_of_thing, reached_on
from vereda.adoption.rules.patterns import Uses, cadence_shown
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.events.queries.adopting import uses_of_person
from vereda.product.contracts import Cadence

if TYPE_CHECKING:
    from vereda.adoption.queries.things import Thing
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaching:
    """An account behind a curve: when it began, when it got there, and how long that took."""

    account: Account
    sold_on: date
    ended_on: date | None
    reached_on: date | None
    days: int | None


def accounts_reaching(
    workspace: Workspace, thing: Thing, *, measure: Measure, today: date, most: int
) -> list[Reaching]:
    """The accounts behind a curve of accounts, the last to begin first; four queries."""
    since = measured_since(workspace)
    if since is None:
        return []
    rows = list(
        purchases_of_thing(workspace, thing)
        .filter(sold_on__gte=since, sold_on__lte=today)
        .order_by("-sold_on", "account_id")[:most]
    )
    held = Adoption.objects.of(workspace).filter(
        product=thing.product_id,
        feature=thing.feature_id,
        account__in=[row.account_id for row in rows],
    )
    reached = {row.account_id: reached_on(row, measure) for row in held}
    accounts = accounts_with_ids(workspace, [row.account_id for row in rows])
    return [
        Reaching(
            account=accounts[row.account_id],
            sold_on=row.sold_on,
            ended_on=row.ended_on,
            reached_on=reached.get(row.account_id),
            days=_days(row.sold_on, reached.get(row.account_id)),
        )
        for row in rows
        if row.account_id in accounts
    ]


def _days(start: date, end: date | None) -> int | None:
    return None if end is None else max(0, (end - start).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseOfThing:
    """How one account or person uses one thing; `uses` None: not at all so far."""

    thing: Thing
    uses: Uses | None
    first_use_at: datetime | None
    completed_at: datetime | None
    shown: Cadence | None

    @property
    def interval(self) -> float | None:
        """The mean number of days between uses."""
        return self.uses.mean_interval if self.uses else None


def adoption_of_account(
    account: Account, things: Sequence[Thing], *, today: date
) -> list[UseOfThing]:
    """How the account uses each thing, in the order of the things; one query."""
    rows = Adoption.objects.of(account.workspace_id).filter(account=account)
    held = {(row.product_id, row.feature_id): row for row in rows}
    return [_use_of(thing, held.get(thing.ids), today=today) for thing in things]


def _use_of(thing: Thing, row: Adoption | None, *, today: date) -> UseOfThing:
    if row is None:
        return _unused(thing)
    uses = Uses(
        first_on=row.first_use_at.date(),
        last_on=row.last_use_at.date(),
        use_days=row.use_days,
        gap_squares=row.gap_squares,
        longest_gap=row.longest_gap,
        regular_since_on=row.regular_since_on,
        regular_days=row.regular_days,
    )
    return UseOfThing(
        thing=thing,
        uses=uses,
        first_use_at=row.first_use_at,
        completed_at=row.completed_at,
        shown=cadence_shown(uses, period=thing.period_days, until=today),
    )


def _unused(thing: Thing) -> UseOfThing:
    return UseOfThing(thing=thing, uses=None, first_use_at=None, completed_at=None, shown=None)


def adoption_of_person(person: Person, things: Sequence[Thing], *, today: date) -> list[UseOfThing]:
    """How a person uses each thing, asked of the events at once: of people nothing is kept."""
    found = uses_of_person(person, groups=[thing.group for thing in things])
    told = {things[one.place].ids: one for one in found}
    uses_of = []
    for thing in things:
        one = told.get(thing.ids)
        if one is None:
            uses_of.append(_unused(thing))
            continue
        uses = Uses(
            first_on=one.first_at.date(),
            last_on=one.last_at.date(),
            use_days=one.use_days,
            gap_squares=one.gap_squares,
            longest_gap=one.longest_gap,
            regular_since_on=one.regular_on,
            regular_days=one.regular_days,
        )
        uses_of.append(
            UseOfThing(
                thing=thing,
                uses=uses,
                first_use_at=one.first_at,
                completed_at=one.completed_at,
                shown=cadence_shown(uses, period=thing.period_days, until=today),
            )
        )
    return uses_of


def purchases_of(workspace: Workspace | UUID, *, account_id: UUID) -> list[Purchase]:
    """What an account bought, the first first; one query."""
    rows = Purchase.objects.of(workspace).filter(account=account_id).select_related("product")
    return list(rows.order_by("sold_on", "pk"))
