"""Pages: one item of the quarantine, many of a kind, and what a repair makes of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.events import wording
from vereda.events.actions.repairing import (
    MOST_REPAIRED,
    TOGETHER,
    read_repaired,
    repair_item,
    repair_items,
)
from vereda.events.contracts.answers import QuarantinedItem, StoredEvent
from vereda.events.contracts.arriving import Ending, NewEvent, Reason, Severity
from vereda.events.contracts.repairing import UNCHANGED, ReadAgain, Repair
from vereda.events.forms import RepairForm
from vereda.events.pages.shown import indented
from vereda.events.queries.arrivals import (
    quarantined_item_numbered,
    waiting_groups,
    waiting_items,
)
from vereda.events.queries.single_events import events_with_messages
from vereda.foundation import clock
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after, notice

SAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """An item before and after; `problem` says why it would be refused again."""

    item: QuarantinedItem
    before: str
    after: str = ""
    problem: Promise | str = ""
    found: str = ""
    suppressed: bool = False


@page(may="events.see", methods=READING)
def quarantined_item(request: MemberRequest, seq: int) -> HttpResponse:
    """One item as it came, what is wrong with it, what to do, and what became of it."""
    item = quarantined_item_numbered(request.member.workspace, seq)
    waits = item.severity is Severity.REFUSED and item.ending is Ending.WAITING
    context: dict[str, Any] = {
        "item": item,
        "refused": item.severity is Severity.REFUSED,
        "waits": waits,
        "reason": wording.REASONS[item.reason],
        "repair": wording.REPAIRS[item.reason],
        "ending": wording.ENDINGS[item.ending],
        "raw": indented(item.item),
        "event": _event_made_of(request, item),
    }
    if waits and request.member.may("events.repair"):
        form = RepairForm(request.GET or None, reason=item.reason)
        repair = _repair_in(form)
        (read,) = read_repaired(request.member.workspace_id, [item], repair=repair)
        context |= {"form": form, "preview": previewed(item, read), "said": said_in(request.GET)}
    return answer(request, "events/quarantined_item.html", context)


@page(may="events.repair", methods=("POST",))
def repair_quarantined_item(request: MemberRequest, seq: int) -> HttpResponse:
    """Store the item as the form changes it."""
    item = quarantined_item_numbered(request.member.workspace, seq)
    repair = _repair_in(RepairForm(request.POST, reason=item.reason), strict=True)
    ending = repair_item(item, repair=repair, by=request.member, now=clock.now())
    notice(request, str(wording.ENDINGS[ending]))
    return answer_after(request, to=_address_of(request, "quarantined_item", seq=seq))


@page(may="events.repair", methods=("GET", "HEAD", "POST"))
def repair_waiting_items(request: MemberRequest) -> HttpResponse:
    """All waiting items of a reason and a name: what a change makes of them, and doing it."""
    reason, name = _group_in(request)
    form = RepairForm(_form_data(request), reason=reason, of_many=True)
    if request.method == "POST":
        repair = _repair_in(form, strict=True)
        done = repair_items(reason, name=name, repair=repair, by=request.member, now=clock.now())
        notice(request, _outcome_words(done.stored, done.still_refused.total()))
        return answer_after(request, to=_address_of(request, "event_arrivals"))
    workspace = request.member.workspace
    items = waiting_items(workspace, reason=reason, name=name, limit=TOGETHER)
    read = read_repaired(workspace.pk, items, repair=_repair_in(form))
    refused = Counter(one.refused for one in read if one.refused is not None)
    context = {
        "reason": reason,
        "reason_words": wording.REASONS[reason],
        "name": name,
        "form": form,
        "count": _count_of(request, reason, name),
        "most": MOST_REPAIRED,
        "looked_at": len(items),
        "would_store": sum(one.refused is None and not one.suppressed for one in read),
        "would_suppress": sum(one.suppressed for one in read),
        "would_refuse": [(wording.REASONS[why], count) for why, count in refused.most_common()],
        "samples": _samples(items, read),
        "said": said_in(request.GET),
    }
    return answer(request, "events/repair_items.html", context)


def previewed(item: QuarantinedItem, read: ReadAgain) -> Preview:
    """The item and what it would become, for reading."""
    before = indented(item.item)
    if read.event is None or read.refused is not None:
        problem = wording.REASONS[read.refused] if read.refused else ""
        return Preview(item, before, problem=problem, found=read.found)
    return Preview(item, before, after=event_text(read.event), suppressed=read.suppressed)


def event_text(event: NewEvent) -> str:
    """An event as it would be stored, laid out for reading; empty parts left out."""
    said: dict[str, object] = {
        "type": event.kind.value,
        "event": event.name,
        "userId": event.person_key,
        "anonymousId": event.anonymous_id,
        "account": event.account_key,
        "previousId": event.previous_id,
        "timestamp": event.occurred_at.isoformat(),
        "messageId": event.message_id,
        "properties": json.loads(event.properties) if event.properties else "",
        "traits": json.loads(event.traits) if event.traits else "",
    }
    shown = {name: value for name, value in said.items() if value not in ("", {})}
    return json.dumps(shown, indent=2, ensure_ascii=False)


def said_in(query: QueryDict) -> list[tuple[str, str]]:
    """What the form said, to be sent again by the button that stores."""
    return [(name, str(value)) for name, value in query.items() if value]


def _form_data(request: HttpRequest) -> QueryDict | None:
    if request.method == "POST":
        return request.POST
    asked = request.GET.copy()
    for name in ("reason", "name"):
        asked.pop(name, None)
    return asked or None


def _repair_in(form: RepairForm, *, strict: bool = False) -> Repair:
    """The repair that was typed; a form with a mistake changes nothing, or is refused."""
    if not form.is_bound:
        return UNCHANGED
    if form.is_valid():
        return form.repair
    if strict:
        raise Refused(" ".join(str(each[0]) for each in form.errors.values()))
    return UNCHANGED


def _group_in(request: MemberRequest) -> tuple[Reason, str]:
    asked = request.POST if request.method == "POST" else request.GET
    reason = asked.get("reason", "")
    if reason not in set(Reason):
        raise Refused(_("Choose on the page of arrivals which items to repair."))
    return Reason(reason), asked.get("name", "")


def _count_of(request: MemberRequest, reason: Reason, name: str) -> int:
    groups = waiting_groups(request.member.workspace)
    return sum(one.count for one in groups if (one.reason, one.name) == (reason, name))


def _samples(items: Sequence[QuarantinedItem], read: Sequence[ReadAgain]) -> list[Preview]:
    """A few before and after, those that would be stored first."""
    pairs = sorted(zip(items, read, strict=True), key=lambda pair: pair[1].refused is not None)
    return [previewed(item, one) for item, one in pairs[:SAMPLES]]


def _event_made_of(request: MemberRequest, item: QuarantinedItem) -> StoredEvent | None:
    message = item.ended_as if item.ending is not Ending.WAITING else item.message_id
    found = events_with_messages(request.member.workspace, messages=[message] if message else [])
    return found[0] if found else None


def _outcome_words(stored: int, refused: int) -> str:
    words = ngettext("%d event is stored.", "%d events are stored.", stored) % stored
    if not refused:
        return words
    again = ngettext("%d item was refused again.", "%d items were refused again.", refused)
    return f"{words} {again % refused}"


def _address_of(request: MemberRequest, route: str, **ids: object) -> str:
    return reverse(route, kwargs={"workspace": request.member.workspace.slug, **ids})
