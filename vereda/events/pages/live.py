"""Pages: what arrives now, and one event in full."""

from typing import Final

from django.conf import settings
from django.http import HttpResponse

from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import person_with_key
from vereda.events import wording
from vereda.events.pages.shown import SHOWN, indented, place_in_list
from vereda.events.queries.definitions import count_open_drifts
from vereda.events.queries.single_events import event_numbered, latest_events, names_of_events
from vereda.foundation import clock
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.pages import answer
from vereda.workspaces.queries import valid_write_key

MOST_NAMES: Final = 500


@page(may="events.see", methods=("GET", "HEAD"))
def live_events(request: MemberRequest) -> HttpResponse:
    """The last events, by name, person and account; fresh every few seconds where htmx runs."""
    workspace, asked = request.member.workspace, request.GET
    person = person_with_key(workspace, asked["person"]) if asked.get("person") else None
    account = account_with_key(workspace, asked["account"]) if asked.get("account") else None
    before = place_in_list(asked.get("before"))
    seen = latest_events(
        workspace,
        limit=SHOWN + 1,
        before=before,
        name=asked.get("name"),
        person=person,
        account=account,
    )
    key = valid_write_key(workspace, now=clock.now())
    context = {
        "seen": [(one, wording.KINDS[one.event.kind]) for one in seen[:SHOWN]],
        "next": seen[SHOWN - 1].event.seq if len(seen) > SHOWN else None,
        "names": names_of_events(workspace)[:MOST_NAMES],
        "name": asked.get("name", ""),
        "person": person,
        "account": account,
        "filtered": bool(asked.get("name") or person or account or before),
        "live": before is None,
        "drifts": count_open_drifts(workspace),
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
