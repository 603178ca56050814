"""Asking for the board: plans by how far they are, so many of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, F, Q

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
    workspace: Workspace, asked: PlansAsked, *, today: date, ended: bool = False
) -> PlanRows:
    """The plans that were asked for: those that go on, or those that ended."""
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
    """Every column with its first plans; a constant number of queries."""
    counts = _counts(workspace, asked, today=today)
    return [
        PlansInColumn(
            column=column,
            count=counts.get(column, 0),
            plans=list(
                plans_asked_for(
                    workspace,
                    asked,
                    today=today,
                    ended=column in AT_THEIR_END,
                ).filter(in_column(column))[:CARDS_SHOWN]
            ),
        )
        for column in BoardColumn
    ]


def _counts(workspace: Workspace, asked: PlansAsked, *, today: date) -> Mapping[BoardColumn, int]:
    told: dict[BoardColumn, int] = {}
    for ended in (False, True):
        columns = [column for column in BoardColumn if (column in AT_THEIR_END) is ended]
        rows = plans_asked_for(workspace, asked, today=today, ended=ended)
        names = {
            column.value: Count("pk", filter=in_column(column), distinct=False)
            for column in columns
        }
        counted = rows.select_related(None).order_by().aggregate(**names)
        told |= {column: counted[column.value] for column in columns}
    return told


def items_holding(workspace: Workspace | UUID, plans: Sequence[Plan]) -> Mapping[UUID, PlanItem]:
    """By plan, the item that it waits for; one query."""
    rows = PlanItem.objects.of(workspace).filter(
        plan__in=[plan.pk for plan in plans if plan.holding], key=F("plan__holding")
    )
    return {row.plan_id: row for row in rows}


def plans_going_on(workspace: Workspace, asked: PlansAsked) -> PlanRows:
    """Those to which the customer said yes and that go on, by lead and product; newest first."""
    rows = plans_on_board(workspace, lead_id=asked.lead_id, product_id=asked.product_id)
    return rows.filter(agreed_at__isnull=False).order_by("-number")
