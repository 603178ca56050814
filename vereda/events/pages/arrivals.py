"""Pages: why is my event missing?"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.http import HttpResponse

from vereda.events import wording
from vereda.events.contracts.arriving import Reason
from vereda.events.pages.shown import SHOWN, place_in_list
from vereda.events.queries.arrivals import (
    ArrivalDay,
    arrival_days,
    quarantined_items,
    waiting_groups,
)
from vereda.foundation import clock
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.pages import answer

DAYS: Final = 14


@page(may="events.see", methods=("GET", "HEAD"))
def event_arrivals(request: MemberRequest) -> HttpResponse:
    """Why is my event missing: what became of everything received, and what was refused."""
    workspace = request.member.workspace
    today = clock.now().date()
    asked = request.GET.get("reason", "")
    reason = Reason(asked) if asked in set(Reason) else None
    items = quarantined_items(
        workspace, limit=SHOWN + 1, before=place_in_list(request.GET.get("before")), reason=reason
    )
    days = arrival_days(
        workspace, since=today - timedelta(days=DAYS - 1), until=today + timedelta(days=1)
    )
    context = {
        "days": days,
        "may_repair": request.member.may("events.repair"),
        "wrong": [one for one in days if not one.adds_up],
        "turned_away": turned_away_in(days),
        "groups": [(one, wording.REASONS[one.reason]) for one in waiting_groups(workspace)[:SHOWN]],
        "items": [
            (item, wording.REASONS[item.reason], wording.ENDINGS[item.ending])
            for item in items[:SHOWN]
        ],
        "next": items[SHOWN - 1].seq if len(items) > SHOWN else None,
        "reasons": list(wording.REASONS.items()),
        "reason": reason,
    }
    return answer(request, "events/arrivals.html", context)


def turned_away_in(days: Iterable[ArrivalDay]) -> list[tuple[str, int]]:
    """Why whole requests were refused in these days, the most frequent first."""
    codes: Counter[str] = Counter()
    for one in days:
        codes.update(one.turned_away)
    return [(wording.turned_away_words(code), count) for code, count in codes.most_common()]
