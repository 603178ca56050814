"""What months cost, and what a business case takes for granted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.races import refused_if_taken
from vereda.revenue.contracts import WrongCost
from vereda.revenue.models import Assumption, MonthlyCost
from vereda.revenue.queries.costs import assumption_of
from vereda.revenue.rules.terms import LARGEST_AMOUNT
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

HUNDRED = Decimal(100)
MOST_RATIO = Decimal(1000)
LONGEST_HORIZON = 20


class AssumptionSaid(TypedDict, total=False):
    """What is assumed, as a member types it; a key left out stays as it is."""

    acquire_ratio: Decimal
    margin_percent: Decimal | None
    margin_target_percent: Decimal
    low_margin_percent: Decimal
    low_growth_percent: Decimal
    discount_percent: Decimal
    horizon_years: int


@transaction.atomic
def put_monthly_cost(
    workspace: Workspace,
    *,
    month: date,
    goods_minor: int | None,
    acquisition_minor: int | None,
    by: Member,
) -> MonthlyCost:
    """What the month cost, in the workspace's currency; what was said of it before is replaced."""
    if any(not 0 <= (minor or 0) <= LARGEST_AMOUNT for minor in (goods_minor, acquisition_minor)):
        raise WrongCost(_("A cost is a positive amount."))
    first = month.replace(day=1)
    row: MonthlyCost
    row, _created = MonthlyCost.objects.of(workspace).update_or_create(
        month=first,
        defaults={
            "currency": workspace.currency,
            "goods_minor": goods_minor,
            "acquisition_minor": acquisition_minor,
        },
        create_defaults={
            "workspace_id": workspace.pk,
            "currency": workspace.currency,
            "goods_minor": goods_minor,
            "acquisition_minor": acquisition_minor,
        },
    )
    record(
        by,
        "said a month's costs",
        row,
        goods_minor=goods_minor,
        acquisition_minor=acquisition_minor,
    )
    return row


@transaction.atomic
def remove_monthly_cost(cost: MonthlyCost, *, by: Member) -> None:
    """Nobody said anything about that month any more."""
    record(by, "removed a month's costs", cost, month=cost.month)
    cost.delete()


@transaction.atomic
def assume(workspace: Workspace, *, by: Member, **said: Unpack[AssumptionSaid]) -> Assumption:
    """The workspace's assumptions with what was said."""
    row = assumption_of(workspace)
    for name, value in said.items():
        setattr(row, name, value)
    _judge_assumption(row)
    with refused_if_taken(
        WrongCost(_("Somebody assumed something in the same moment. Look again."))
    ):
        row.save()
    record(by, "assumed", row, **said)
    return row


def _judge_assumption(row: Assumption) -> None:
    shares = (row.margin_percent or Decimal(0), row.margin_target_percent, row.low_margin_percent)
    if any(not -HUNDRED <= share <= HUNDRED for share in shares):
        raise WrongCost(_("A margin lies between -100 and 100 percent."))
    if not -HUNDRED <= row.low_growth_percent <= MOST_RATIO:
        raise WrongCost(_("Growth lies between -100 and 1,000 percent."))
    if not 0 <= row.discount_percent <= HUNDRED:
        raise WrongCost(_("The discount lies between 0 and 100 percent a year."))
    if not 1 <= row.horizon_years <= LONGEST_HORIZON:
        raise WrongCost(_("The horizon lies between 1 and 20 years."))
    if not 0 < row.acquire_ratio <= MOST_RATIO:
        raise WrongCost(_("The ratio is a positive number up to 1,000."))
