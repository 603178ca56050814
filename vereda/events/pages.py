"""Pages: what arrives now, why something did not, one event in full."""

import json
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpResponse

from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import person_with_key
from vereda.events import wording
from vereda.events.contracts import Reason, Severity
from vereda.events.queries import (
    arrival_days,
    event_numbered,
    latest_events,
    names_of_events,
    quarantined_item_numbered,
    quarantined_items,
)
from vereda.foundation import clock
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer
from vereda.workspaces.queries import valid_write_key

SHOWN: Final = 50
DAYS: Final = 14
MOST_NAMES: Final = 500


@page(may="events.see", methods=("GET", "HEAD"))
def live_events(request: MemberRequest) -> HttpResponse:
    """The last events, by name, person and account; fresh every few seconds where htmx runs."""
    workspace, asked = request.member.workspace, request.GET
    person = person_with_key(workspace, asked["person"]) if asked.get("person") else None
    account = account_with_key(workspace, asked["account"]) if asked.get("account") else None
    before = _number(asked.get("before"))
    seen = latest_events(
        workspace,
        limit=SHOWN + 1,
        before=before,
        name=asked.get("name"),
        person=person,
        account=account,
    )
    key = valid_write_key(workspace)
    context = {
        "seen": seen[:SHOWN],
        "next": seen[SHOWN - 1].event.seq if len(seen) > SHOWN else None,
        "names": names_of_events(workspace)[:MOST_NAMES],
        "name": asked.get("name", ""),
        "person": person,
        "account": account,
        "filtered": bool(asked.get("name") or person or account or before),
        "live": before is None,
        "key": key.secret if key else "",
        "base_url": settings.BASE_URL,
    }
    return answer(request, "events/live_events.html#events", context)


@page(may="events.see", methods=("GET", "HEAD"))
def event_details(request: MemberRequest, seq: int) -> HttpResponse:
    """Everything the store holds about one event."""
    seen = event_numbered(request.member.workspace, seq)
    event = seen.event
    context = {
        "seen": seen,
        "kind": wording.KINDS[event.kind],
        "parts": [
            (title, indented(text))
            for title, text in (
                ("properties", event.properties),
                ("traits", event.traits),
                ("context", event.context),
            )
            if text
        ],
    }
    return answer(request, "events/event.html", context)


@page(may="events.see", methods=("GET", "HEAD"))
def event_arrivals(request: MemberRequest) -> HttpResponse:
    """Why is my event missing: what became of everything received, and what was refused."""
    workspace = request.member.workspace
    today = clock.now().date()
    asked = request.GET.get("reason", "")
    reason = Reason(asked) if asked in set(Reason) else None
    items = quarantined_items(
        workspace, limit=SHOWN + 1, before=_number(request.GET.get("before")), reason=reason
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


def indented(text: str) -> str:
    """JSON laid out for reading; anything else as it came."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _number(said: str | None) -> int | None:
    """A place in the list; an address somebody edited leads nowhere."""
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Missing("page")
    return int(said)
