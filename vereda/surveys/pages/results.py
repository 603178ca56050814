"""What a survey says: the number and how sure it is, its parts, and the words beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.charts import Share, bars
from vereda.foundation.pages import answer
from vereda.foundation.paging import slice_of
from vereda.foundation.tabular import Cell, csv_lines
from vereda.foundation.templatetags.ui import Tab, address_with
from vereda.foundation.wording import month_words, number_words, percent_words
from vereda.surveys import wording
from vereda.surveys.actions.surveys import note_answers_exported
from vereda.surveys.contracts import Channel, Part, SurveyKind
from vereda.surveys.models.answers import AnswerRows
from vereda.surveys.models.surveys import Survey
from vereda.surveys.pages.shown import (
    COHORTS,
    group_address,
    group_in,
    group_words,
    headline_of,
)
from vereda.surveys.pages.surveys import frame_of_survey, survey_url
from vereda.surveys.queries.answers import NEWEST
from vereda.surveys.queries.results import (
    AnswersAsked,
    Cohort,
    answers_matching,
    choice_counts,
    response_rates,
    result_in,
    results_by,
    results_by_month,
)
from vereda.surveys.queries.surveys import survey_with_key
from vereda.surveys.queries.voices import PART_TONES, voice_of
from vereda.surveys.rules.branching import text_in
from vereda.surveys.rules.scores import Result, part_of, scores_of

VOICES = 25
PART = 200


@page(may="surveys.see", methods=READING)
def survey(request: MemberRequest, survey: str) -> HttpResponse:
    """The number with its interval, how it is made up, and every word that was written."""
    row = survey_with_key(request.member.workspace, survey)
    asked, by = asked_in(request, row), cohort_in(request)
    rows = answers_matching(row, asked)
    kind = SurveyKind(row.kind)
    result = result_in(rows, kind=kind)
    context = {
        **frame_of_survey(request, row, "survey"),
        "asked": asked,
        "filters": filters_shown(request, asked),
        "result": result,
        "headline": headline_of(result),
        "mean": number_words(result.mean, decimals=2) if result.mean is not None else "",
        "split": split_of(result),
        "scores": distribution(request, result),
        "months": months_shown(row, rows) if row.has_scores else [],
        "cohorts": [
            Tab(str(words), address_with(request.GET, by=str(each), cursor=""), current=each is by)
            for each, words in COHORTS.items()
        ],
        "groups": groups_shown(request, row, rows, by) if row.has_scores else [],
        "by": by,
        "chosen": choices_shown(row, rows),
        "rate": response_rates(row.workspace_id, [row])[row.pk],
        "slice": slice_of(
            rows,
            workspace=row.workspace_id,
            order=NEWEST,
            cursor=request.GET.get("cursor", ""),
            size=VOICES,
        ),
        "parts": wording.PARTS[kind],
        "export_url": f"{survey_url(request, row, 'surveys:export')}?{request.GET.urlencode()}",
    }
    context["voices"] = [voice_of(each) for each in context["slice"].rows]
    return answer(request, "surveys/survey.html#results", context)


def asked_in(request: MemberRequest, row: Survey) -> AnswersAsked:
    """Which answers the address asks for; what is nonsense in it narrows nothing."""
    said = request.GET
    part, score, group_by = said.get("part", ""), said.get("score", ""), said.get("in", "")
    return AnswersAsked(
        part=Part(part) if part in set(Part) and row.has_scores else None,
        score=int(score)
        if score.isascii()
        and score.isdigit()
        and len(score) < 3
        and int(score) in scores_of(SurveyKind(row.kind))
        else None,
        by=Cohort(group_by) if group_by in set(Cohort) else None,
        group=group_in(said["group"]) if "group" in said else None,
        text=said.get("q", "").strip()[:100],
        with_words=said.get("words") == "1",
    )


def cohort_in(request: MemberRequest) -> Cohort:
    """By what the answers are told apart."""
    said = request.GET.get("by", "")
    return Cohort(said) if said in set(Cohort) else Cohort.CHANNEL


def filters_shown(request: MemberRequest, asked: AnswersAsked) -> list[tuple[str, str]]:
    """What narrows the answers, in words, each with the address without it."""
    told: list[tuple[str, str]] = []
    if asked.by is not None and asked.group is not None:
        group: Any = asked.group
        if asked.by is Cohort.QUARTER:
            group = _day_in(asked.group)
        words = f"{COHORTS[asked.by]}: {group_words(group, cohort=asked.by)}"
        told.append((words, address_with(request.GET, **{"in": "", "group": None, "cursor": ""})))
    if asked.score is not None:
        words = _("Score %s") % asked.score
        told.append((words, address_with(request.GET, score="", cursor="")))
    return told


def _day_in(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def split_of(result: Result) -> list[Share]:
    """The parts of the scale as shares of all answers."""
    if not result.answers:
        return []
    counts = {Part.HIGH: result.high, Part.MIDDLE: result.middle, Part.LOW: result.low}
    return [
        Share(
            wording.PARTS[result.kind][part],
            count,
            PART_TONES[part],
            f"{percent_words(count / result.answers)} ({number_words(count)})",
        )
        for part, count in counts.items()
    ]


def distribution(request: MemberRequest, result: Result) -> list[dict[str, Any]]:
    """How often each score was given, each leading to its answers."""
    most = max(result.counts.values(), default=0) or 1
    return [
        {
            "words": wording.score_words(score, kind=result.kind),
            "count": count,
            "share": count / most,
            "tone": PART_TONES[part_of(score, kind=result.kind)],
            "url": address_with(request.GET, score=score, part="", cursor=""),
        }
        for score, count in sorted(result.counts.items(), reverse=True)
    ]


def months_shown(row: Survey, rows: AnswerRows) -> list[dict[str, Any]]:
    """The result month by month, the newest first."""
    return [
        {"words": month_words(month), "headline": headline_of(result)}
        for month, result in reversed(results_by_month(row, rows)[-24:])
    ]


def groups_shown(
    request: MemberRequest, row: Survey, rows: AnswerRows, by: Cohort
) -> list[dict[str, Any]]:
    """The result of each part of the answers, each leading to what they wrote."""
    return [
        {
            "words": group_words(group, cohort=by),
            "headline": headline_of(result),
            "url": address_with(
                request.GET, **{"in": str(by), "group": group_address(group), "cursor": ""}
            ),
        }
        for group, result in results_by(row, rows, cohort=by)
    ]


def choices_shown(row: Survey, rows: AnswerRows) -> list[tuple[str, Any]]:
    """What was chosen, question by question, as bars."""
    language = get_language() or ""
    told = []
    for question, counts in choice_counts(row, rows):
        title = text_in(question.texts, language=language)
        shares = [Share(text_in(one.words, language=language), one.count) for one in counts]
        told.append((title, bars(shares, title=title)))
    return told


@page(may="surveys.see", methods=READING)
def export(request: MemberRequest, survey: str) -> HttpResponseBase:
    """The same answers as a file, safe to open in a spreadsheet."""
    row = survey_with_key(request.member.workspace, survey)
    rows = answers_matching(row, asked_in(request, row))
    note_answers_exported(row, by=request.member)
    header = [
        _("Answered"),
        _("Score"),
        _("Comment"),
        _("Account"),
        _("Account key"),
        _("Person"),
        _("Person key"),
        _("Feature"),
        _("Occasion"),
        _("Channel"),
        _("Language"),
    ]
    response = StreamingHttpResponse(
        csv_lines(header, lines_of(row, rows), language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    name = f"{request.member.workspace.slug}-{row.key.lower()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def lines_of(survey: Survey, rows: AnswerRows) -> Iterator[list[Cell]]:
    """Every answer, part by part: memory does not grow with the list."""
    cursor = ""
    while True:
        part = slice_of(rows, workspace=survey.workspace_id, order=NEWEST, cursor=cursor, size=PART)
        for row in part.rows:
            yield [
                row.answered_at,
                row.score,
                row.comment,
                row.account.name if row.account else "",
                row.account.key if row.account else "",
                row.person.called if row.person else "",
                row.person.key if row.person else "",
                row.feature.name if row.feature else "",
                row.moment,
                row.source or str(wording.CHANNELS[Channel(row.channel)]),
                row.language,
            ]
        cursor = part.next
        if not cursor:
            return
