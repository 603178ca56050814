"""Needed, or nice to have: what accounts did after they could not use a product for a while."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.adoption.contracts import GapKind, Need, Push
from vereda.adoption.models import Adoption
from vereda.adoption.rules.closures import closures_in
from vereda.adoption.rules.likeness import PossibleNeed, possible_needs
from vereda.adoption.rules.need import (
    SHORTEST_ABSENCE,
    ForcedGap,
    Necessity,
    gap_from_outside,
    necessity_of,
    own_absence,
    with_push,
)
from vereda.adoption.rules.patterns import FEWEST_INTERVALS
from vereda.customers.queries.notes import days_spoken_with
from vereda.events.queries.adopting import absences_of_accounts, uses_around_spans
from vereda.foundation.criteria import one_of_many
from vereda.messaging.queries.news import days_written_to
from vereda.support.queries.outages import all_outages
from vereda.support.queries.promises import all_business_hours

if TYPE_CHECKING:
    from vereda.adoption.queries.things import Thing
    from vereda.workspaces.models import Workspace

MOST_SPANS: Final = 12
"""So many of the last outages, and of the last closed days, are looked at."""
YEARS_BACK: Final = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedOfThing:
    """What the gaps of one or of many accounts tell about a product.

    `accounts` counts them by what their own gaps tell.
    """

    thing: Thing
    necessity: Necessity
    gaps: tuple[ForcedGap, ...]
    accounts: Mapping[Need, int]


@dataclass(frozen=True, slots=True)
class _Span:
    """Days on which a product could not be used; product None: none of them could."""

    kind: GapKind
    since_on: date
    until_on: date
    product_id: UUID | None


def needs_of_products(
    workspace: Workspace,
    things: Sequence[Thing],
    *,
    today: date,
    account_ids: Collection[UUID] | None = None,
) -> list[NeedOfThing]:
    """For each product, whether these accounts (None: all) come back by themselves; a constant
    number of queries."""
    products = [thing for thing in things if thing.feature is None and thing.product is not None]
    if not products:
        return []
    gaps = _gaps(workspace, products, today=today, account_ids=account_ids)
    told = []
    for place, thing in enumerate(products):
        of_accounts = gaps.get(place, {})
        every = tuple(gap for held in of_accounts.values() for gap in held)
        counts = dict.fromkeys(Need, 0)
        for held in of_accounts.values():
            counts[necessity_of(held).need] += 1
        ordered = tuple(sorted(every, key=lambda gap: (gap.since_on, gap.kind), reverse=True))
        told.append(
            NeedOfThing(thing=thing, necessity=necessity_of(every), gaps=ordered, accounts=counts)
        )
    return told


def _gaps(
    workspace: Workspace,
    products: Sequence[Thing],
    *,
    today: date,
    account_ids: Collection[UUID] | None,
) -> dict[int, dict[UUID, list[ForcedGap]]]:
    """The forced gaps, by place of the product and account."""
    usual = _usual_intervals(workspace, products, account_ids=account_ids)
    pushes = _pushes(workspace, account_ids=account_ids)
    found = [
        *_own_absences(workspace, products, usual, today=today, account_ids=account_ids),
        *_outside_gaps(workspace, products, usual, today=today, account_ids=account_ids),
    ]
    gaps: dict[int, dict[UUID, list[ForcedGap]]] = defaultdict(lambda: defaultdict(list))
    for account_id, place, gap in found:
        gaps[place][account_id].append(with_push(gap, pushes.get(account_id, ())))
    return gaps


def _pushes(
    workspace: Workspace, *, account_ids: Collection[UUID] | None
) -> dict[UUID, list[tuple[date, Push]]]:
    """When we spoke with these accounts, and when letters of ours left for them, surveys included;
    at most five queries."""
    found: defaultdict[UUID, list[tuple[date, Push]]] = defaultdict(list)
    for push, told in (
        (Push.CALL, days_spoken_with(workspace, account_ids=account_ids)),
        (Push.LETTER, days_written_to(workspace, account_ids=account_ids)),
    ):
        for account_id, instants in told.items():
            found[account_id] += [(at.date(), push) for at in instants]
    return found


def _own_absences(
    workspace: Workspace,
    products: Sequence[Thing],
    usual: Mapping[tuple[UUID, int], float],
    *,
    today: date,
    account_ids: Collection[UUID] | None,
) -> Iterator[tuple[UUID, int, ForcedGap]]:
    """Each account's own absences from each product."""
    absences = absences_of_accounts(
        workspace,
        groups=[thing.group for thing in products],
        days=SHORTEST_ABSENCE,
        on=today,
        account_ids=account_ids,
    )
    for account_id, absent in absences.items():
        for one in absent:
            if (rhythm := usual.get((account_id, one.place))) is None:
                continue
            gap = own_absence(one.since_on, one.until_on, usual=rhythm, today=today)
            if gap is not None:
                yield account_id, one.place, gap


def _outside_gaps(
    workspace: Workspace,
    products: Sequence[Thing],
    usual: Mapping[tuple[UUID, int], float],
    *,
    today: date,
    account_ids: Collection[UUID] | None,
) -> Iterator[tuple[UUID, int, ForcedGap]]:
    """The outages and closed days that met somebody who was using the product."""
    spans = _spans(workspace, today=today)
    around = uses_around_spans(
        workspace,
        groups=[thing.group for thing in products],
        spans=[(span.since_on, span.until_on) for span in spans],
        account_ids=account_ids,
    )
    for account_id, beside in around.items():
        for use in beside:
            span, rhythm = spans[use.span], usual.get((account_id, use.place))
            if rhythm is None or span.product_id not in (None, products[use.place].product_id):
                continue
            gap = gap_from_outside(
                span.kind,
                span.since_on,
                span.until_on,
                before_on=use.before_on,
                after_on=use.after_on,
                usual=rhythm,
                today=today,
            )
            if gap is not None:
                yield account_id, use.place, gap


def _usual_intervals(
    workspace: Workspace, products: Sequence[Thing], *, account_ids: Collection[UUID] | None
) -> dict[tuple[UUID, int], float]:
    """The usual interval of each account with each product: the mean without the longest."""
    places = {thing.product_id: place for place, thing in enumerate(products)}
    rows = Adoption.objects.of(workspace).of_products().exclude(product=None)
    if account_ids is not None:
        rows = rows.filter(one_of_many(account_ids, column="account_id"))
    usual = {}
    for account_id, product_id, first, last, days, longest in rows.values_list(
        "account_id", "product_id", "first_use_at", "last_use_at", "use_days", "longest_gap"
    ):
        intervals = days - 1
        if product_id in places and intervals >= FEWEST_INTERVALS:
            lasted = (last.date() - first.date()).days - longest
            usual[account_id, places[product_id]] = lasted / (intervals - 1)
    return usual


def _spans(workspace: Workspace, *, today: date) -> list[_Span]:
    """The last outages and closed days; two queries."""
    told = []
    outages = all_outages(workspace).exclude(ended_at=None).order_by("-started_at", "-pk")
    for outage in outages[:MOST_SPANS]:
        if outage.ended_at is not None and outage.ended_at.date() < today:
            since, until = outage.started_at.date(), outage.ended_at.date()
            told.append(_Span(GapKind.OUTAGE, since, until, outage.product_id))
    holidays = {day for hours in all_business_hours(workspace) for day in hours.hours.holidays}
    closed = closures_in(holidays, since=today - YEARS_BACK, until=today - timedelta(days=1))
    told += [_Span(GapKind.CLOSURE, *days, None) for days in closed[-MOST_SPANS:]]
    return told


def inferred_needs(workspace: Workspace, *, account_id: UUID) -> list[PossibleNeed]:
    """The features that accounts use which use what this one uses, and it does not; one query."""
    used: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Adoption.objects.of(workspace).exclude(feature=None)
    for other, feature_id in rows.values_list("account_id", "feature_id"):
        if feature_id is not None:
            used[other].add(feature_id)
    mine = used.pop(account_id, set())
    return possible_needs(mine, used)
