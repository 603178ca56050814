"""The list of audiences, and the page of one: who is in and why, who came and went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.audiences.actions.audiences import (
    archive_audience,
    note_audience_export,
    restore_audience,
)
from vereda.audiences.contracts import About, Cause, Way
from vereda.audiences.forms.said import ByHandForm
from vereda.audiences.jobs import answer_audience
from vereda.audiences.pages.shown import (
    address_of,
    after,
    audience_address,
    question_told,
    thing_shown,
    thing_with_key,
)
from vereda.audiences.queries.asking import Vocabulary, asked_question, question_said, vocabulary_of
from vereda.audiences.queries.audiences import (
    archived_audiences,
    audience_with_key,
    live_audiences,
)
from vereda.audiences.queries.inclusions import (
    NEWEST,
    inclusion_of,
    inclusions_by_hand,
    inclusions_in,
    thing_column,
)
from vereda.audiences.queries.reasons import RowWords, judged, reasons_of
from vereda.audiences.queries.summaries import latest_changes, traffic_of
from vereda.audiences.wording import CAUSES, WAYS
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer
from vereda.foundation.paging import slice_of
from vereda.foundation.tabular import Cell, csv_lines
from vereda.foundation.zones import day_where

if TYPE_CHECKING:
    from vereda.audiences.models import Audience, Inclusion
    from vereda.foundation.paging import Slice

VERB: Final = ("POST",)
MOST_BY_HAND: Final = 100
LATEST: Final = 20
IN_FILE: Final = 200


@page(may="audiences.see", methods=READING)
def audiences(request: MemberRequest) -> HttpResponse:
    """Every audience: how many are in, who came and went lately."""
    workspace = request.member.workspace
    rows = list(live_audiences(workspace))
    traffic = traffic_of(workspace, [row.pk for row in rows], now=now())
    context = {
        "rows": [(row, traffic[row.pk]) for row in rows],
        "archived": archived_audiences(workspace),
        "may_edit": request.member.may("audiences.edit"),
    }
    return answer(request, "audiences/audiences.html", context)


@page(may="audiences.see", methods=READING)
def audience(request: MemberRequest, key: str) -> HttpResponse:
    """One audience, page by page, each with why."""
    workspace = request.member.workspace
    row = audience_with_key(workspace, key)
    vocabulary = vocabulary_of(workspace, about=About(row.about))
    shown = slice_of(
        inclusions_in(row),
        workspace=workspace,
        order=NEWEST,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "audience": row,
        "question": question_told(row.asked, RowWords(vocabulary)),
        "traffic": traffic_of(workspace, [row.pk], now=now())[row.pk],
        "slice": shown,
        "rows": included_rows(vocabulary, row, shown),
        "by_hand": [
            (one, thing_shown(workspace, one.account or one.person), WAYS[Way(one.way)])
            for one in inclusions_by_hand(row, limit=MOST_BY_HAND)
        ],
        "changes": [
            (one, thing_shown(workspace, one.account or one.person), CAUSES[Cause(one.cause)])
            for one in latest_changes(row, limit=LATEST)
        ],
        "form": ByHandForm(),
        "may_edit": request.member.may("audiences.edit"),
    }
    return answer(request, "audiences/audience.html#members", context)


def included_rows(
    vocabulary: Vocabulary, row: Audience, shown: Slice[Inclusion]
) -> list[tuple[Inclusion, Any, Sequence[str]]]:
    """Who is on this page of the list, each with what of the question is so of them."""
    reasons = present_reasons(vocabulary, row, [included_id(row, one) for one in shown.rows])
    return [
        (
            one,
            thing_shown(vocabulary.workspace, one.account or one.person),
            reasons.get(included_id(row, one), ()) if one.way == Way.RULE else (),
        )
        for one in shown.rows
    ]


def present_reasons(
    vocabulary: Vocabulary, row: Audience, ids: Sequence[UUID]
) -> dict[UUID, list[str]]:
    """What of the question is so of each of these; nothing where it can no longer be asked."""
    try:
        asked = asked_question(vocabulary, question_said(row.question), now=now(), among=ids)
        return reasons_of(asked, ids)
    except Refused:
        return {}


def included_id(row: Audience, one: Inclusion) -> UUID:
    """The id of the account or person."""
    thing_id: UUID = getattr(one, thing_column(row))
    return thing_id


@page(may="audiences.see", methods=READING)
def judge_one(request: MemberRequest, key: str) -> HttpResponse:
    """In or not, row by row, for the account or person that `?key=` names."""
    workspace = request.member.workspace
    row = audience_with_key(workspace, key)
    context: dict[str, Any] = {"audience": row, "key": request.GET.get("key", "")}
    if context["key"]:
        context |= tested(row, context["key"])
    return answer(request, "audiences/test.html", context)


def tested(row: Audience, key: str) -> dict[str, Any]:
    """What the page says of one account or person."""
    about = About(row.about)
    try:
        thing = thing_with_key(row.workspace, key, about=about)
    except Missing:
        return {"nobody": True}
    vocabulary = vocabulary_of(row.workspace, about=about)
    known = inclusion_of(row, thing_id=thing.pk)
    told = {
        "thing": thing_shown(row.workspace, thing),
        "inclusion": known,
        "by_hand": WAYS[Way(known.way)] if known and known.way != Way.RULE else "",
    }
    try:
        question = question_said(row.question)
        asked = asked_question(vocabulary, question, now=now(), among=[thing.pk])
        return {**told, "judgement": judged(asked, thing.pk)}
    except Refused as refused:
        return {**told, "problem": str(refused)}


# --- Verbs --------------------------------------------------------------------------------


@page(may="audiences.edit", methods=VERB)
def archive_one(request: MemberRequest, key: str) -> HttpResponse:
    """Put it away."""
    row = audience_with_key(request.member.workspace, key)
    archive_audience(row, by=request.member, now=now())
    said = _("%s is archived. Nobody enters or leaves it any more.") % row.name
    return after(request, said=said, to=address_of(request, "audiences"))


@page(may="audiences.edit", methods=VERB)
def restore_one(request: MemberRequest, key: str) -> HttpResponse:
    """Take it into use again."""
    row = audience_with_key(request.member.workspace, key)
    with transaction.atomic():
        restore_audience(row, by=request.member)
        answer_audience.enqueue(str(row.pk), Cause.QUESTION.value)
    said = _("%s is in use again.") % row.name
    return after(request, said=said, to=audience_address(request, row))


@page(may="audiences.edit", methods=VERB)
def answer_one(request: MemberRequest, key: str) -> HttpResponse:
    """Everybody now, rather than when something happens."""
    row = audience_with_key(request.member.workspace, key)
    answer_audience.enqueue(str(row.pk), Cause.NEWS.value)
    said = _("Who is in is being found again.")
    return after(request, said=said, to=audience_address(request, row))


# --- As a table ---------------------------------------------------------------------------


@page(may="console.export_accounts", methods=READING)
def export(request: MemberRequest, key: str) -> HttpResponseBase:
    """Who is in, as CSV: since when, by what, and why."""
    workspace = request.member.workspace
    row = audience_with_key(workspace, key)
    note_audience_export(row, by=request.member)
    vocabulary = vocabulary_of(workspace, about=About(row.about))
    header = [_("Key"), _("Name"), _("Since"), _("How"), _("Why")]
    response = StreamingHttpResponse(
        csv_lines(header, exported(vocabulary, row), language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    name = f"{workspace.slug}-{row.slug}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def exported(vocabulary: Vocabulary, row: Audience) -> Iterator[list[Cell]]:
    """Everybody who is in, part by part: memory does not grow with the audience."""
    cursor = ""
    while True:
        part = slice_of(
            inclusions_in(row),
            workspace=row.workspace_id,
            order=NEWEST,
            cursor=cursor,
            size=IN_FILE,
        )
        for one, thing, reasons in included_rows(vocabulary, row, part):
            why = "; ".join(reasons) or one.reason
            words = str(WAYS[Way(one.way)])
            since_on = day_where(one.since_at, row.workspace.time_zone)
            yield [thing.key, thing.name, since_on, words, why]
        cursor = part.next
        if not cursor:
            return
