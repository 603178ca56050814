"""Pages: why is my event missing?"""

from datetime import timedelta
from typing import Final

from django.http import HttpResponse

from vereda.events import wording
from vereda.events.contracts.arriving import Reason, Severity
from vereda.events.pages.shown import SHOWN, indented, place_in_list
from vereda.events.queries.arrivals import (
    arrival_days,
    quarantined_item_numbered,
    quarantined_items,
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
    context = {
        "days": arrival_days(
            workspace, since=today - timedelta(days=DAYS - 1), until=today + timedelta(days=1)
        ),
        "items": [(item, wording.REASONS[item.reason]) for item in items[:SHOWN]],
        "next": items[SHOWN - 1].seq if len(items) > SHOWN else None,
        "reasons": list(wording.REASONS.items()),
        "reason": reason,
    }
    return answer(request, "events/arrivals.html", context)


@page(may="events.see", methods=("GET", "HEAD"))
def quarantined_item(request: MemberRequest, seq: int) -> HttpResponse:
    """One item as it came, what is wrong with it and what to do."""
    item = quarantined_item_numbered(request.member.workspace, seq)
    context = {
        "item": item,
        "refused": item.severity is Severity.REFUSED,
        "reason": wording.REASONS[item.reason],
        "repair": wording.REPAIRS[item.reason],
        "raw": indented(item.item),
    }
    return answer(request, "events/quarantined_item.html", context)
