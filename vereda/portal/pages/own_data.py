"""What is held about a visitor, for themselves: they read it, allow or refuse, take it, ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.events.queries.retention import retention_rules
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.hurry import count_within_hour
from vereda.foundation.pages import answer_after, notice
from vereda.portal import data_wording as words
from vereda.portal.access import VisitorRequest, portal_page
from vereda.portal.contracts import ANSWERS_PER_HOUR, COPIES_PER_HOUR
from vereda.portal.forms import DataRequestForm
from vereda.portal.showing import shown
from vereda.privacy.actions.consents import give_consent, withdraw_consent
from vereda.privacy.actions.requests import ask_on_own_page, export_of
from vereda.privacy.contracts import BY_THEMSELVES, ConsentPurpose, RequestKind
from vereda.privacy.queries import (
    consent_history,
    consents_of,
    held_about,
    labels_of_person_fields,
    requests_of,
    told_kind,
    tracking_rule,
)
from vereda.privacy.wording import QUESTIONS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from vereda.privacy.holdings import Held, HeldKind
    from vereda.privacy.models import Consent
    from vereda.privacy.telling import ToldRecord

READING: Final = ("GET", "HEAD")
VERB: Final = ("POST",)
SHOWN: Final = 5
"""So many records of each kind are written out; the copy has all of them."""

MOST_LINES: Final = 50
"""So many of their answers and requests are listed, the newest."""

TOLD_ELSEWHERE: Final = frozenset({"consent", "refusal", "request"})
"""What the page tells in words of its own."""

OPEN_TO_ALL: Final = (RequestKind.CORRECTION,)
"""What may be asked for without showing anew who asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPurpose:
    """A purpose with what they said about it."""

    purpose: ConsentPurpose
    title: StrPromise
    question: StrPromise
    after_no: StrPromise
    unsaid: str
    answer: Consent | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKind:
    """Records of a kind in words, the newest first, with how many there are."""

    title: str
    kept: str
    count: str
    records: list[ToldRecord]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPurpose:
    """What is held for one purpose."""

    purpose: str
    title: StrPromise
    ground: StrPromise
    kinds: list[ShownKind]


@portal_page(methods=READING)
def own_data(request: VisitorRequest) -> HttpResponse:
    """Everything, with what they said."""
    return _shown_data(request, DataRequestForm())


@portal_page(methods=VERB)
def allow(request: VisitorRequest, purpose: str) -> HttpResponse:
    """Their yes or no to a purpose; both are one press."""
    person, said = request.visitor.person, request.POST.get("said", "")
    if purpose not in list(ConsentPurpose) or said not in {"yes", "no"}:
        raise Missing(purpose[:40])
    count_within_hour(f"portal-allow:{person.pk.hex}", most=ANSWERS_PER_HOUR, now=now())
    give = give_consent if said == "yes" else withdraw_consent
    give(
        person,
        purpose=ConsentPurpose(purpose),
        source=BY_THEMSELVES,
        by=None,
        now=now(),
    )
    notice(
        request,
        _("You said yes. You can change it at any time.")
        if said == "yes"
        else _("You said no. It is obeyed from now on."),
    )
    return _back(request, place="allow")


@portal_page(methods=VERB)
def copy(request: VisitorRequest) -> HttpResponseBase:
    """Everything as a file that is written as it is read, for whoever has just shown that it is
    them."""
    visitor, moment = request.visitor, now()
    if not visitor.came_in_just_now(now=moment):
        return _first_confirm(request, place="copy")
    count_within_hour(f"portal-copy:{visitor.person.pk.hex}", most=COPIES_PER_HOUR, now=moment)
    told = export_of(
        visitor.person,
        within=visitor.account_ids,
        source=BY_THEMSELVES,
        by=None,
        now=moment,
    )
    name = _("your-data-%s.json") % moment.date().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(told, headers=headers, content_type="application/json")


@portal_page(methods=VERB)
def ask(request: VisitorRequest) -> HttpResponse:
    """They ask for a correction, to be erased, or for something else that members do."""
    visitor, form = request.visitor, DataRequestForm(request.POST)
    is_confirmed = visitor.came_in_just_now(now=now())
    if form.data.get("kind") not in OPEN_TO_ALL and form.is_valid() and not is_confirmed:
        return _first_confirm(request, place="ask")

    def act() -> None:
        kind = RequestKind(form.cleaned_data["kind"])
        ask_on_own_page(visitor.person, kind=kind, note=form.cleaned_data["note"], now=now())

    if form.accepts(act):
        notice(request, _("We have it. You read the answer here, within a month at the latest."))
        return _back(request, place="ask")
    return _shown_data(request, form, status=form.answer_status)


def _shown_data(
    request: VisitorRequest, form: DataRequestForm, *, status: int = 200
) -> HttpResponse:
    visitor, moment = request.visitor, now()
    person = visitor.person
    held = held_about(person, within=visitor.account_ids)
    context = {
        "visitor": visitor,
        "asked": list(_asked(request)),
        "history": [
            (row, words.ASKED[ConsentPurpose(row.purpose)].title, words.answered_words(row.source))
            for row in consent_history(person)[:MOST_LINES]
        ],
        "purposes": list(_purposes(request, held)),
        "held": held,
        "requests": [
            (each, words.REQUESTS[RequestKind(each.kind)])
            for each in requests_of(person)[:MOST_LINES]
        ],
        "form": form,
        "is_confirmed": visitor.came_in_just_now(now=moment),
        "here": reverse("portal_data", kwargs={"slug": visitor.workspace.slug}),
    }
    return shown(request, visitor.workspace, "own_data.html", context, status=status)


def _asked(request: VisitorRequest) -> Iterator[AskedPurpose]:
    person = request.visitor.person
    rule = tracking_rule(person.workspace_id)
    for purpose, answer in consents_of(person).items():
        told = words.ASKED[purpose]
        yield AskedPurpose(
            purpose=purpose,
            title=told.title,
            question=QUESTIONS[purpose],
            after_no=told.after_no,
            unsaid=words.unsaid_words(purpose, rule=rule),
            answer=answer,
            source=words.answered_words(answer.source) if answer else "",
        )


def _purposes(request: VisitorRequest, held: Held) -> Iterator[ShownPurpose]:
    person = request.visitor.person
    names = {name: str(said) for name, said in words.NAMES.items()}
    labels = names | dict(labels_of_person_fields(person))
    days = [each.days for each in retention_rules(person.workspace_id)]
    longest = None if None in days else max(each for each in days if each is not None)
    for purpose, kinds in held.by_purpose.items():
        title, ground = words.PURPOSES[purpose]
        yield ShownPurpose(
            purpose=purpose,
            title=title,
            ground=ground,
            kinds=[
                _kind(each, labels=labels, event_days=longest, is_whole=held.is_whole)
                for each in kinds
                if each.kind not in TOLD_ELSEWHERE
            ],
        )


def _kind(
    held: HeldKind, *, labels: Mapping[str, str], event_days: int | None, is_whole: bool
) -> ShownKind:
    count = len(held.records)
    title, records = told_kind(held, labels=labels, kinds=words.RECORDS, most=SHOWN)
    return ShownKind(
        title=title,
        kept=words.kept_words(held.retention, event_days=event_days),
        count=words.count_words(count, is_whole=is_whole or count < SHOWN),
        records=records,
        more=count > SHOWN,
    )


def _first_confirm(request: VisitorRequest, *, place: str) -> HttpResponse:
    notice(request, _("First show that it is you: press the button, and we send you a letter."))
    return _back(request, place=place)


def _back(request: VisitorRequest, *, place: str) -> HttpResponse:
    here = reverse("portal_data", kwargs={"slug": request.visitor.workspace.slug})
    return answer_after(request, to=f"{here}#{place}")
