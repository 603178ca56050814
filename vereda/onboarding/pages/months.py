"""Pages: the plans as a calendar of what is owed by which day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.hours_forms import WEEKDAYS
from vereda.foundation.pages import answer
from vereda.foundation.wording import month_words
from vereda.onboarding.forms.board import AskedForm
from vereda.onboarding.pages.board import around, query_of, views
from vereda.onboarding.pages.plans import today_here
from vereda.onboarding.queries.owed import OwedOnDay, overdue_in, owed_by_day
from vereda.onboarding.wording.board import late_words
from vereda.onboarding.wording.plans import HOLDERS
from vereda.onboarding.wording.templates import item_title

if TYPE_CHECKING:
    from vereda.onboarding.queries.owed import Owed

MOST_A_DAY: Final = 5
MOST_OF_ONE_DAY: Final = 500
MOST_OVERDUE: Final = 12
FIRST_YEAR, LAST_YEAR = 2000, 2199
MONTH: Final = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII)
A_DAY: Final = timedelta(days=1)


@page(may="onboarding.see", methods=READING)
def months(request: MemberRequest) -> HttpResponse:
    """What is owed by which day of a month, and first what is overdue; `?day=` shows one day."""
    workspace, today = request.member.workspace, today_here(request)
    day = day_in_address(request.GET.get("day", ""))
    first = month_in_address(request.GET.get("month", ""), otherwise=day or today)
    form = AskedForm(request.GET, workspace=workspace)
    asked = form.asked()
    last = first.replace(day=monthrange(first.year, first.month)[1])
    owed = owed_by_day(
        workspace,
        asked,
        since=day or first,
        until=day or last,
        today=today,
        most_a_day=MOST_OF_ONE_DAY if day else MOST_A_DAY,
    )
    count, overdue = (
        (0, ()) if day else overdue_in(workspace, asked, today=today, most=MOST_OVERDUE)
    )
    days = (first + timedelta(days=place) for place in range(last.day))
    context = {
        "form": form,
        "month": month_words(first),
        "month_asked": f"{first:%Y-%m}",
        "before": month_after(first - A_DAY),
        "after": month_after(last + A_DAY),
        "this_month": f"{today:%Y-%m}",
        "weekdays": WEEKDAYS,
        "day": day,
        "days": [told_day(each, owed.get(each), today=today) for each in ([day] if day else days)],
        "nothing": not owed,
        "overdue": told_owed(overdue, today=today),
        "overdue_more": count - len(overdue),
        "query": query_of(request),
        "views": views(request, current="calendar"),
        **around(request),
    }
    return answer(request, "onboarding/calendar.html", context)


def day_in_address(said: str) -> date | None:
    """The day that the address names, if it is one."""
    try:
        day = date.fromisoformat(said) if len(said) == len("2026-11-05") else None
    except ValueError:
        return None
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def month_in_address(said: str, *, otherwise: date) -> date:
    """The first day of the month that the address names, else of that day's."""
    told = MONTH.match(said)
    year, month = (int(told[1]), int(told[2])) if told else (0, 0)
    known = FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12
    return date(year, month, 1) if known else otherwise.replace(day=1)


def month_after(day: date) -> dict[str, str] | None:
    """A month to go to: as addresses name it, and in words; None beyond the years shown."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return {"asked": f"{day:%Y-%m}", "words": month_words(day)}


def told_day(day: date, owed: OwedOnDay | None, *, today: date) -> dict[str, Any]:
    """A day of the calendar. column: in which column of the week it stands, Monday first."""
    shown = told_owed(owed.first, today=today) if owed is not None else []
    return {
        "day": day,
        "column": day.weekday() + 1,
        "is_today": day == today,
        "owed": shown,
        "more": owed.count - len(shown) if owed is not None else 0,
    }


def told_owed(owed: Iterable[Owed], *, today: date) -> list[dict[str, Any]]:
    """What is owed, in words: of whom, what, who has to act, how late."""
    return [
        {
            "plan": each.plan,
            "anchor": f"#item-{each.item.key}" if each.item is not None else "#promises",
            "title": item_title(each.item.asks) if each.item is not None else _("Promise"),
            "who": HOLDERS[each.party],
            "due_on": each.due_on,
            "late": late_words((today - each.due_on).days),
        }
        for each in owed
    ]
