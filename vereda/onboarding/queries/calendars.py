"""Asking when each side works."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from vereda.foundation.working_hours import Hours, WeeklySpan
from vereda.onboarding.models.promises import WorkingCalendar
from vereda.onboarding.rules.clocks import Calendars
from vereda.support.queries.promises import all_business_hours

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Workspace

OFFICE: Final = tuple(WeeklySpan(weekday, 9 * 60, 18 * 60) for weekday in range(5))
"""Monday to Friday, 9 to 18: what is taken for granted where nobody said otherwise."""


def calendars_between(workspace: Workspace, account: Account | UUID) -> Calendars:
    """When we work, and when that account does."""
    account_id = account if isinstance(account, UUID) else account.pk
    return calendars_with(workspace, [account_id])[account_id]


def calendars_with(workspace: Workspace, account_ids: Collection[UUID]) -> Mapping[UUID, Calendars]:
    """The same for many accounts, in two queries.

    Ours is what was set for onboarding, else support's first business hours, else office hours
    where the workspace is. An account's is what was set for it, else ours without our holidays.
    """
    rows = WorkingCalendar.objects.of(workspace)
    kept = rows.filter(Q(account__isnull=True) | Q(account__in=account_ids))
    set_for = {row.account_id: row.hours for row in kept}
    ours = set_for.get(None) or _usual_hours(workspace)
    usual = Hours(zone=ours.zone, spans=ours.spans)
    return {
        account_id: Calendars(ours=ours, theirs=set_for.get(account_id) or usual)
        for account_id in account_ids
    }


def _usual_hours(workspace: Workspace) -> Hours:
    support = all_business_hours(workspace).first()
    if support is not None and support.spans:
        return support.hours
    return Hours(zone=workspace.time_zone, spans=OFFICE)


def calendar_set_for(workspace: Workspace, account: Account | None) -> WorkingCalendar | None:
    """The calendar that somebody set for the account, or, with None, for us."""
    return WorkingCalendar.objects.of(workspace).filter(account=account).first()
