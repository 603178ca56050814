"""By what accounts are grouped and chosen where money is told: plan, owner, cohort, what they are.

Owner, industry, country and custom fields are told as they are today. Grouped by plan, an account
belongs to the one it paid most for on the first day of the span. The cohort is the quarter in which
an account first paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vereda.customers.contracts import FieldTarget, FieldType
from vereda.customers.queries.fields import custom_fields_of
from vereda.revenue.queries.departures import paid_subscriptions, running_on
from vereda.revenue.rules.retention import quarter_days
from vereda.revenue.rules.terms import yearly_minor

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

Words = str | Promise
CUSTOM = "custom."

DIMENSIONS: Mapping[str, Words] = {
    "plan": _("Plan"),
    "owner": _("Owner"),
    "cohort": _("Cohort"),
    "industry": _("Industry"),
    "country": _("Country"),
}
COLUMNS = {
    "owner": "account__owner",
    "industry": "account__industry",
    "country": "account__country",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whose money is told: all accounts, or those of a plan, an owner, a cohort. "" is all."""

    plan: str = ""
    owner: str = ""
    cohort: str = ""

    def __bool__(self) -> bool:
        return bool(self.plan or self.owner or self.cohort)


def dimensions_of(workspace: Workspace) -> dict[str, Words]:
    """What accounts can be grouped by: also every custom field of choices."""
    fields = custom_fields_of(workspace, target=FieldTarget.ACCOUNT).filter(type=FieldType.CHOICE)
    return {**DIMENSIONS, **{f"{CUSTOM}{field.slug}": field.label for field in fields}}


def accounts_chosen(workspace: Workspace, chosen: Chosen) -> Q:
    """The condition on subscriptions that they are of the chosen accounts.

    By plan: the accounts that pay for it without an end, or paid for nothing else longer.
    """
    condition = Q()
    if chosen.plan:
        paid = paid_subscriptions(workspace)
        outlasting = paid.filter(
            Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on")), account=OuterRef("account")
        )
        last = Q(ends_on=None) | ~Q(Exists(outlasting))
        condition &= Q(account__in=paid.filter(last, plan=chosen.plan).values("account"))
    if chosen.owner:
        owner = _id_in(chosen.owner)
        condition &= Q(account__owner=owner)
    if chosen.cohort:
        since, until = quarter_days(chosen.cohort) or (date.max, date.max)
        grouped = paid_subscriptions(workspace).order_by().values("account")
        began = grouped.annotate(first=Min("started_on"))
        began = began.filter(first__gte=since, first__lt=until)
        condition &= Q(account__in=began.values("account"))
    return condition


def _id_in(text: str) -> UUID | None:
    """The id of a member; None means accounts without an owner."""
    try:
        return UUID(text)
    except ValueError:
        return None


def group_column(dimension: str) -> Any:
    """The expression of a dimension on rows of subscriptions; None where Python groups."""
    if dimension.startswith(CUSTOM):
        return KeyTextTransform(dimension.removeprefix(CUSTOM), "account__custom")
    column = COLUMNS.get(dimension)
    return None if column is None else F(column)


def plans_on(workspace: Workspace | UUID, *, day: date) -> dict[UUID, str]:
    """The plan that each account pays most for on that day; one query."""
    rows = running_on(paid_subscriptions(workspace), day)
    best: dict[UUID, tuple[int, str]] = {}
    told = rows.values_list("account_id", "plan", "amount_minor", "period")
    for account_id, plan, amount_minor, period in told.iterator():
        worth = (-yearly_minor(amount_minor, period=period), plan)
        best[account_id] = min(best.get(account_id, worth), worth)
    return {account_id: plan for account_id, (_worth, plan) in best.items()}


def plan_names(workspace: Workspace | UUID) -> list[str]:
    """The plans that anybody ever paid for, by name."""
    rows = paid_subscriptions(workspace).exclude(plan="").order_by("plan")
    return list(rows.values_list("plan", flat=True).distinct())
