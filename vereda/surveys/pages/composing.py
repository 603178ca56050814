"""The builder: the words of a survey in both languages, and how the customer will see them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.wording import language_words
from vereda.surveys import wording as surveys_wording
from vereda.surveys.actions.answering import visible_questions
from vereda.surveys.actions.surveys import word_survey
from vereda.surveys.asked import said_by, score_in, shown_questions
from vereda.surveys.composing import (
    LANGUAGES,
    cards_of,
    with_question,
    with_question_moved,
    without_question,
    wording_in,
)
from vereda.surveys.contracts import EditionIn, QuestionKind, Said, SurveyKind, SurveyState
from vereda.surveys.models.surveys import Survey
from vereda.surveys.pages.surveys import frame_of_survey, survey_url
from vereda.surveys.queries.surveys import edition_now, questions_of, survey_with_key, wording_of
from vereda.surveys.rules.branching import text_in


@page(may="surveys.edit")
def wording(request: MemberRequest, survey: str) -> HttpResponse:
    """The letter and the questions; a button adds, moves or removes one, another saves."""
    row = survey_with_key(request.member.workspace, survey)
    if request.method != "POST":
        return _builder(request, row, wording_of(edition_now(row)))
    words = changed_wording(wording_in(request.POST), request.POST.get("do", ""))
    if request.POST.get("do") != "save":
        return _builder(request, row, words, edited=True)
    version = request.POST.get("version", "")
    try:
        word_survey(
            row,
            words=words,
            by=request.member,
            version=int(version) if version.isascii() and version.isdigit() else None,
        )
    except Refused as refused:
        return _builder(request, row, words, edited=True, refused=refused)
    notice(request, _("The words are saved."))
    return answer_after(request, to=survey_url(request, row, "surveys:wording"))


def changed_wording(words: EditionIn, do: str) -> EditionIn:
    """The wording after one button: "add-choice", "remove-3", "up-2", "down-2"; else as it is."""
    verb, _dash, what = do.partition("-")
    if verb == "add" and what in {QuestionKind.CHOICE, QuestionKind.WORDS}:
        return with_question(words, kind=QuestionKind(what))
    if not (what.isascii() and what.isdigit() and len(what) <= 2):
        return words
    place = int(what)
    if verb == "remove":
        return without_question(words, place=place)
    return (
        with_question_moved(words, place=place, by=-1 if verb == "up" else 1)
        if verb in {"up", "down"}
        else words
    )


def _builder(
    request: MemberRequest,
    row: Survey,
    words: EditionIn,
    *,
    edited: bool = False,
    refused: Refused | None = None,
) -> HttpResponse:
    edition = edition_now(row)
    language = translation.get_language() or ""
    context: dict[str, Any] = {
        **frame_of_survey(request, row, "wording"),
        "letters": [
            (label, name, rows, [(each, texts.get(each, "")) for each in LANGUAGES])
            for label, name, rows, texts in (
                (_("Subject of the letter"), "subject", 1, words.subject),
                (_("Letter"), "letter", 4, words.letter),
                (_("Thanks after the answer"), "thanks", 2, words.thanks),
            )
        ],
        "cards": cards_of(words, kind=SurveyKind(row.kind), language=language),
        "count": len(words.questions),
        "languages": [(each, language_words(each)) for each in LANGUAGES],
        "adds": [
            (kind, surveys_wording.QUESTION_KINDS[kind])
            for kind in (QuestionKind.WORDS, QuestionKind.CHOICE)
        ],
        "edition": edition,
        "edited": edited,
        "ended": row.state == SurveyState.ENDED,
        "refused": refused.sentence if refused else "",
    }
    status = refused.status if refused else 200
    return answer(request, "surveys/wording.html#builder", context, status=status)


@page(may="surveys.see", methods=READING)
def preview(request: MemberRequest, survey: str) -> HttpResponse:
    """The page that customers see, in the language asked for; answering stores nothing."""
    row = survey_with_key(request.member.workspace, survey)
    said = request.GET.get("language", "")
    language = said if said in LANGUAGES else row.workspace.language
    with translation.override(language):
        return render(
            request, "surveys/public/answer.html", preview_context(request, row, language)
        )


def preview_context(request: MemberRequest, row: Survey, language: str) -> dict[str, Any]:
    """The first question, or what follows from the answer to it."""
    kind = SurveyKind(row.kind)
    questions = questions_of(edition_now(row))
    score = score_in(request.GET.get("score", ""), kind=kind)
    told = said_by(request.GET, questions=questions, before=Said(score=score))
    seen = visible_questions(questions, score=score, chosen=told.chosen, kind=kind)
    first = [each for each in questions if (each.kind == QuestionKind.SCORE) == row.has_scores]
    more = row.has_scores and score is not None
    shown = [each for each in seen if each not in first] if more else first[:1]
    return {
        "workspace": row.workspace,
        "survey": row,
        "preview": language,
        "more": more,
        "score": score,
        "skip_url": f"?language={language}" if more else "",
        "questions": shown_questions(
            shown, kind=kind, language=language, instead=row.workspace.language, said=told
        ),
        "thanks": text_in(edition_now(row).thanks, language=language),
    }
