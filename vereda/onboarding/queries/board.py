"""Asking for the board: plans by how far they are, so many of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from vereda.onboarding.contracts.board import BoardColumn
from vereda.onboarding.contracts.plans import PlanPhase
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.models.plans import Plan, PlanRows
from vereda.onboarding.queries.plans import plans_on_board

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

CARDS_SHOWN: Final = 12


IN_SETS: Final = (
    BoardColumn.SET_1,
    BoardColumn.SET_2,
    BoardColumn.SET_3,
    BoardColumn.SET_4,
    BoardColumn.SET_5,
    BoardColumn.SET_6,
)
AT_THEIR_END: Final = (BoardColumn.SOLD, BoardColumn.ONBOARDED)
SHOWN_WITH: Final = ("account", "lead__user", "product")
SHOWN: Final = (
    "workspace",
    "number",
    "name",
    "phase",
    "agreed_at",
    "ended_at",
    "set_now",
    "set_since_at",
    "held_by",
    "holding",
    "due_on",
    "promised_on",
    "account__name",
    "product__name",
    "lead__user__name",
    "lead__user__email",
)
"""The columns that a card says something of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansAsked:
    """Which plans: by lead, product, template, whom they wait for; late: only overdue ones."""

    lead_id: UUID | None = None
    product_id: UUID | None = None
    template_id: UUID | None = None
    held_by: Party | None = None
    late: bool = False
    column: BoardColumn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansInColumn:
    """A column: how many plans it has, and the first of them, what is owed first on top."""

    column: BoardColumn
    count: int
    plans: Sequence[Plan]


def column_of_plan(plan: Plan) -> BoardColumn | None:
    """Where it stands; None for one that was stopped."""
    if plan.phase == PlanPhase.STOPPED:
        return None
    if plan.ended_at is not None or plan.phase == PlanPhase.PRE_SALE:
        return BoardColumn(plan.phase)
    return IN_SETS[plan.set_now - 1]


def in_column(column: BoardColumn) -> Q:
    """The plans of one column."""
    if column in AT_THEIR_END:
        return Q(ended_at__isnull=False, phase=column.value)
    if column is BoardColumn.PRE_SALE:
        return Q(ended_at=None, phase=PlanPhase.PRE_SALE)
    number = IN_SETS.index(column) + 1
    return Q(ended_at=None, set_now=number) & ~Q(phase=PlanPhase.PRE_SALE)


def plans_asked_for(
    workspace: Workspace, asked: PlansAsked, *, today: date, ended: bool | None = False
) -> PlanRows:
    """The plans that were asked for: those that go on, or those that ended; None: both."""
    if asked.column is not None:
        ended = asked.column in AT_THEIR_END
    rows = plans_on_board(
        workspace,
        lead_id=asked.lead_id,
        product_id=asked.product_id,
        template_id=asked.template_id,
        held_by=asked.held_by,
        late_on=today if asked.late else None,
        ended=ended,
    )
    rows = rows.filter(in_column(asked.column)) if asked.column is not None else rows
    slim = rows.select_related(None).select_related("account", "lead__user", "product")
    return slim.defer("spent", "set_days", "why_needed")


def board_of(workspace: Workspace, asked: PlansAsked, *, today: date) -> list[PlansInColumn]:
    """Every column with its first plans; two queries, however many plans there are.

    The first one gives every plan its place in its column and keeps the first few; only those are
    read.
    """
    places = _first_places(workspace, asked, today=today)
    rows = Plan.objects.of(workspace).filter(pk__in=[place.plan_id for place in places])
    read = {row.pk: row for row in rows.select_related(*SHOWN_WITH).only(*SHOWN)}
    columns: dict[BoardColumn, list[Place]] = {column: [] for column in BoardColumn}
    for place in places:
        columns[BoardColumn(place.column)].append(place)
    return [
        PlansInColumn(
            column=column,
            count=held[0].whole if held else 0,
            plans=[read[place.plan_id] for place in held if place.plan_id in read],
        )
        for column, held in columns.items()
    ]


class Place(NamedTuple):
    """A plan's place in its column, counted from one, and how many plans the column has."""

    plan_id: UUID
    column: str
    place: int
    whole: int


def _first_places(workspace: Workspace, asked: PlansAsked, *, today: date) -> list[Place]:
    """The places of the first plans of every column, in the order of columns and places."""
    rows = plans_asked_for(workspace, asked, today=today, ended=None).exclude(
        phase=PlanPhase.STOPPED
    )
    named = [When(in_column(column), then=Value(column.value)) for column in BoardColumn]
    order = (
        F("ended_at").desc(nulls_last=True),
        F("due_on").asc(nulls_last=True),
        F("number").asc(),
    )
    placed = (
        rows.order_by()
        .annotate(column=Case(*named, output_field=CharField()))
        .annotate(
            place=Window(RowNumber(), partition_by=F("column"), order_by=order),
            count=Window(Count("pk"), partition_by=F("column")),
        )
        .filter(place__lte=CARDS_SHOWN)
    )
    told = placed.order_by("column", "place").values_list("pk", "column", "place", "count")
    return [Place(*each) for each in told]


def titles_holding(
    workspace: Workspace | UUID, plans: Sequence[Plan]
) -> Mapping[UUID, Mapping[str, str]]:
    """By plan, what the item that it waits for is called, by language; one query."""
    waiting = [plan.pk for plan in plans if plan.holding]
    rows = PlanItem.objects.of(workspace).filter(plan__in=waiting, key=F("plan__holding"))
    return {plan_id: spec["titles"] for plan_id, spec in rows.values_list("plan_id", "spec")}


def plans_going_on(workspace: Workspace, asked: PlansAsked) -> PlanRows:
    """Those to which the customer said yes and that go on, by lead and product; newest first."""
    rows = plans_on_board(workspace, lead_id=asked.lead_id, product_id=asked.product_id)
    return rows.filter(agreed_at__isnull=False).order_by("-number")
