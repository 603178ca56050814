"""Pages: Explore. A question stands in the address; the answer comes at once, or while one waits.

An answer that is not there within 200 ms is asked for again by the page that is shown meanwhile:
by `explore_answer`, which waits for it, while `explore_progress` says how far it is and
`cancel_explore` ends it. Without a script the page waits itself (`wait`).
"""

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.customers.contracts import Condition
from vereda.customers.queries.lists import (
    accounts_matching,
)
from vereda.events import exploring_wording as wording
from vereda.events.contracts.exploring import (
    Explored,
    MetricTrend,
    Question,
    Unanswered,
)
from vereda.events.explored import Series, Sheet, ShownAnswer, shown_answer
from vereda.events.explored_metrics import shown_metrics
from vereda.events.exploring import (
    ExploreKind,
)
from vereda.events.pages.explore_asking import (
    LONGEST_WAIT,
    Asker,
    asker_of,
    explore_url,
    group_words,
    token_in,
    whole_question,
)
from vereda.events.pages.explore_form import filter_sent, frame, surroundings
from vereda.events.queries.exploring import (
    end_exploring,
    progress_of_exploring,
    takes_long_to_gather,
)
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Refused
from vereda.foundation.line_charts import ChartLine, lines
from vereda.foundation.pages import answer
from vereda.foundation.tabular import csv_lines, write_workbook
from vereda.foundation.wording import number_words

AT_ONCE: Final = 0.2
TEMPLATE: Final = "events/explore.html"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(may="events.see", methods=READING)
def explore(request: MemberRequest, kind: ExploreKind) -> HttpResponseBase:
    """The question and its answer, or what is shown until it is there."""
    try:
        asker = asker_of(request, kind)
        sent = filter_sent(request)
        if sent is not None:
            accounts_matching(asker.accounts, [*asker.address.conditions, sent])
    except Refused as refused:
        return refused_question(request, kind, refused)
    if sent is not None or left_empty(request):
        return redirect(f"{request.path}?{cleaned(asker, request, sent)}")
    context = surroundings(asker)
    asked = asker.address.asked
    if asked is not None:
        context |= answered_or_waiting(asker, asked)
    return answer(request, TEMPLATE, context)


def refused_question(request: MemberRequest, kind: ExploreKind, refused: Refused) -> HttpResponse:
    """The page that says what is odd in the address."""
    context = {**frame(request, kind), "refusal": refused.sentence, "here": request.path}
    return answer(request, TEMPLATE, context, status=refused.status)


def left_empty(request: MemberRequest) -> bool:
    """Did the form send something that nobody filled in?"""
    return any("" in values for _name, values in request.GET.lists())


def cleaned(asker: Asker, request: MemberRequest, sent: Condition | None) -> str:
    """The address of a question that a form sent, without what it left empty."""
    wait = "1" if "wait" in request.GET else None
    added = None if sent is None else f"{sent.field}:{sent.operator}:{sent.value}"
    return asker.address.query(wait=wait, f=added)


def answered_or_waiting(asker: Asker, asked: Question | MetricTrend) -> dict[str, Any]:
    """The answer if it comes at once; else what the page shows until it is there."""
    patient = "wait" in asker.request.GET
    workspace, address = asker.request.member.workspace, asker.address
    token = secrets.token_urlsafe(16)
    if not patient and takes_long_to_gather(
        workspace, asked=asked, conditions=address.conditions, by=address.by
    ):
        return waiting(asker, token)
    seconds = LONGEST_WAIT if patient else AT_ONCE
    found = asker.answer(asked, token=token, seconds=seconds)
    if found.unanswered is Unanswered.TOO_LONG and not patient:
        return waiting(asker, token)
    return answer_context(asker, found)


def waiting(asker: Asker, token: str) -> dict[str, Any]:
    """What asks for the answer again, and how it is cancelled."""
    query = asker.address.query(token=token)
    return {
        "waiting": True,
        "token": token,
        "answer_url": f"{explore_url(asker.request, asker.address.kind, 'answer')}?{query}",
        "patient_query": asker.address.query(wait=1),
    }


def answer_context(asker: Asker, found: Explored) -> dict[str, Any]:
    """The answer as the template shows it, or why there is none."""
    address = asker.address
    if found.unanswered is not None:
        return {
            "unanswered": wording.UNANSWERED[found.unanswered],
            "what_to_do": wording.WHAT_TO_DO[found.unanswered],
            "query": address.query(),
        }
    shown = shown_to(asker, found)
    urls = {name: explore_url(asker.request, address.kind, name) for name in ("behind", "export")}
    return {
        "shown": shown,
        "charts": drawn_charts(shown),
        "heat": address.kind is ExploreKind.RETENTION,
        "kind": address.kind,
        "behind_url": urls["behind"],
        "export_url": urls["export"],
        "query": address.query(),
    }


def shown_to(asker: Asker, found: Explored) -> ShownAnswer:
    """The answer with the words of its groups and metrics."""
    address, today = asker.address, asker.accounts.today
    words = group_words(asker, found)
    asked = address.asked
    if isinstance(asked, MetricTrend):
        return shown_metrics(
            address, asked, found.averages, metrics=asker.metrics, words=words, today=today
        )
    return shown_answer(address, found, words=words, today=today)


def drawn_charts(shown: ShownAnswer) -> list[tuple[str, str]]:
    """The trend as lines, in a chart or several with their titles; nothing for other answers."""
    together: dict[str, list[Series]] = {}
    for each in shown.series:
        together.setdefault(each.drawing, []).append(each)
    return [(title, drawn_chart(series, title)) for title, series in together.items()]


def drawn_chart(series: Sequence[Series], title: str) -> str:
    """Lines over the same days."""
    days = [on for on, _value in series[0].points]
    drawn = [ChartLine(each.label, [value for _on, value in each.points]) for each in series]
    return lines(days, drawn, title=title or _("Trend"))


@page(may="events.see", methods=READING)
def explore_answer(request: MemberRequest, kind: ExploreKind) -> HttpResponse:
    """The answer, as soon as it is there."""
    asker = asker_of(request, kind)
    asked = whole_question(asker)
    found = asker.answer(asked, token=token_in(request.GET), seconds=LONGEST_WAIT)
    context = {"name": kind, **answer_context(asker, found)}
    return answer(request, "events/explore_answer.html", context)


@page(may="events.see", methods=READING)
def explore_progress(request: MemberRequest) -> HttpResponse:
    """How far a question is; nothing when it is not being answered."""
    progress = progress_of_exploring(request.member.workspace, token=token_in(request.GET))
    if progress is None:
        return HttpResponse(status=204)
    share = progress.share
    context = {
        "seconds": number_words(progress.seconds, decimals=0),
        "percent": None if share is None else min(99, round(share * 100)),
    }
    return answer(request, "events/explore_progress.html", context)


@page(may="events.see", methods=("POST",))
def cancel_explore(request: MemberRequest) -> HttpResponse:
    """End a question; whoever waits for its answer hears that."""
    end_exploring(request.member.workspace, token=token_in(request.POST))
    return HttpResponse(status=204)


@page(may="events.see", methods=READING)
def export_explore(request: MemberRequest, kind: ExploreKind) -> HttpResponseBase:
    """The answer as CSV, or as a workbook with `?format=xlsx`; `sheet=1` is the one by groups."""
    asker = asker_of(request, kind)
    asked = whole_question(asker)
    found = asker.answer(asked, token=token_in({}), seconds=LONGEST_WAIT)
    if found.unanswered is not None:
        raise Refused(wording.WHAT_TO_DO[found.unanswered])
    shown = shown_to(asker, found)
    place = 1 if request.GET.get("sheet") == "1" else 0
    if place >= len(shown.sheets):
        raise Refused(_("There is nothing to export."))
    sheet = shown.sheets[place]
    name = f"{request.member.workspace.slug}-{kind}-{asker.accounts.today.isoformat()}"
    if request.GET.get("format") == "xlsx":
        return workbook_of_sheet(sheet, name=f"{name}.xlsx")
    response = StreamingHttpResponse(
        csv_lines(sheet.export_heads, sheet.export, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def workbook_of_sheet(sheet: Sheet, *, name: str) -> FileResponse:
    """The sheet as a workbook, written to a file that is gone when it has been sent."""
    with tempfile.TemporaryDirectory(prefix="vereda-explore-") as place:
        path = Path(place) / "answer.xlsx"
        write_workbook(path, sheet.export_heads, sheet.export, sheet=_("Explore"))
        sent = path.open("rb")
    return FileResponse(sent, as_attachment=True, filename=name, content_type=XLSX)
