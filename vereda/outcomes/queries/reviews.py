"""The review of the whole value proposition: what is promised, and comes true, by what is sold.

It counts what each row repeats of where its outcome stands, so a count and the rows behind it are
the same question. The cohort of an account is the quarter in which it became a customer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from vereda.foundation.intervals import Interval, share_interval
from vereda.outcomes.contracts import (
    OPEN_STATES,
    Direction,
    OutcomeState,
    Side,
    WhyNot,
)
from vereda.outcomes.queries.outcomes import outcomes_in
from vereda.outcomes.rules.cohorts import Quarter, quarter_of
from vereda.outcomes.rules.gaps import mean_share, value_gap
from vereda.outcomes.rules.reporting import Counts

if TYPE_CHECKING:
    from vereda.outcomes.models.outcomes import OutcomeRows
    from vereda.workspaces.models import Workspace


class ReviewBy(StrEnum):
    """What a review is divided by."""

    PRODUCT = "product"
    FEATURE = "feature"


class Told(NamedTuple):
    """What a review reads of each outcome."""

    group_id: UUID | None
    group: str | None
    account_id: UUID
    created_on: date | None
    entered_on: date
    state: str
    ruled_by: str
    why_not: str
    due_on: date
    direction: str
    target: Decimal
    out_of_box: Decimal | None
    delivered: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCell:
    """The benefits of one product (or feature) promised to one cohort.

    verified_share: of those about which something should be known (verified, not verified, or
    their day has passed); `interval` is Wilson's, 95 %. bridged: the mean share of the value gap
    that is closed, of the `gaps_known`. behind: open ones behind their line.
    """

    counts: Counts
    accounts: int
    behind: int
    dropped: int
    why_not: Mapping[WhyNot, int]
    bridged: float | None
    gaps_known: int

    @property
    def verified_share(self) -> float | None:
        """The share that came true; None while nothing should be known."""
        decided = self.counts.decided
        return self.counts.verified / decided if decided else None

    @property
    def interval(self) -> Interval | None:
        """Between what that share lies."""
        return share_interval(self.counts.verified, of=self.counts.decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """A product or feature: all of it, and cohort by cohort, the last first."""

    group_id: UUID | None
    name: str
    whole: ReviewCell
    cohorts: Sequence[tuple[Quarter, ReviewCell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueReview:
    """The whole, then each product or feature, by name; what belongs to none comes last."""

    whole: ReviewCell
    rows: Sequence[ReviewRow]


def value_review(workspace: Workspace, *, by: ReviewBy, today: date) -> ValueReview:
    """What was promised and what came of it, by what is sold and by cohort; one query."""
    zone = ZoneInfo(workspace.time_zone)
    told = list(_told(workspace, by=by, zone=zone))
    groups: dict[tuple[UUID | None, str], list[Told]] = defaultdict(list)
    for each in told:
        groups[each.group_id, each.group or ""].append(each)
    names = sorted(groups, key=lambda group: (group[0] is None, group[1].casefold()))
    return ValueReview(
        whole=cell_of(told, today=today),
        rows=[_row(group, groups[group], today=today) for group in names],
    )


def _told(workspace: Workspace, *, by: ReviewBy, zone: ZoneInfo) -> Iterable[Told]:
    rows = outcomes_in(workspace).filter(account__merged_into=None).order_by("number")
    columns = (
        f"{by}_id",
        f"{by}__name",
        "account_id",
        "account__created_on",
        "account__created_at",
        "state",
        "ruled_by",
        "why_not",
        "due_on",
        "direction",
        "target",
        "out_of_box",
        "delivered",
    )
    for (
        group_id,
        group,
        account_id,
        created_on,
        entered_at,
        *rest,
    ) in rows.values_list(*columns):
        entered_on = entered_at.astimezone(zone).date()
        yield Told._make((group_id, group, account_id, created_on, entered_on, *rest))


def _row(group: tuple[UUID | None, str], rows: Sequence[Told], *, today: date) -> ReviewRow:
    cohorts: dict[Quarter, list[Told]] = defaultdict(list)
    for each in rows:
        cohorts[quarter_of(each.created_on or each.entered_on)].append(each)
    return ReviewRow(
        group_id=group[0],
        name=group[1],
        whole=cell_of(rows, today=today),
        cohorts=[
            (quarter, cell_of(cohorts[quarter], today=today))
            for quarter in sorted(cohorts, reverse=True)
        ],
    )


def cell_of(rows: Sequence[Told], *, today: date) -> ReviewCell:
    """What these outcomes have in common."""
    pursued = [row for row in rows if row.state != OutcomeState.DROPPED]
    states = Counter(row.state for row in pursued)
    still_open = [row for row in pursued if row.state in OPEN_STATES]
    reasons = Counter(
        WhyNot(row.why_not) for row in pursued if row.state == OutcomeState.NOT_VERIFIED
    )
    gaps = [_bridged(row) for row in pursued]
    return ReviewCell(
        counts=Counts(
            promised=len(pursued),
            verified=states[OutcomeState.VERIFIED],
            confirmed=sum(
                row.state == OutcomeState.VERIFIED and row.ruled_by == Side.CUSTOMER
                for row in pursued
            ),
            not_verified=states[OutcomeState.NOT_VERIFIED],
            open=len(still_open),
            overdue=sum(row.due_on < today for row in still_open),
        ),
        accounts=len({row.account_id for row in pursued}),
        behind=states[OutcomeState.BEHIND],
        dropped=len(rows) - len(pursued),
        why_not=dict(sorted(reasons.items(), key=lambda told: (-told[1], told[0]))),
        bridged=mean_share(gaps),
        gaps_known=sum(gap is not None for gap in gaps),
    )


def _bridged(row: Told) -> float | None:
    gap = value_gap(
        direction=Direction(row.direction),
        target=row.target,
        out_of_box=row.out_of_box,
        delivered=row.delivered,
    )
    return gap.bridged


# --- The rows behind a count ----------------------------------------------------


def outcomes_reviewed(
    workspace: Workspace,
    *,
    exactly: Mapping[str, object] | None = None,
    quarter: Quarter | None = None,
    overdue_on: date | None = None,
) -> OutcomeRows:
    """The outcomes that a review counts, the last promised first.

    exactly: columns and what they hold (state, why_not, ruled_by, product, feature; None: empty).
    Without a state, those that are pursued.
    """
    wanted = dict(exactly or {})
    rows = outcomes_in(workspace).filter(account__merged_into=None, **wanted)
    if "state" not in wanted:
        rows = rows.pursued()
    if overdue_on is not None:
        rows = rows.filter(state__in=OPEN_STATES, due_on__lt=overdue_on)
    if quarter is not None:
        rows = rows.filter(_began_in(quarter, zone=ZoneInfo(workspace.time_zone)))
    return rows.newest()


def _began_in(quarter: Quarter, *, zone: ZoneInfo) -> Q:
    since, until = quarter.starts_at(zone), quarter.next.starts_at(zone)
    said = Q(
        account__created_on__gte=quarter.first_day, account__created_on__lt=quarter.next.first_day
    )
    entered = Q(account__created_at__gte=since, account__created_at__lt=until)
    return said | (Q(account__created_on=None) & entered)
