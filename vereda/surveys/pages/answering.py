"""Answering without signing in.

Whoever holds the link is the person it was sent to: there is no session and no cookie, so these
pages ask for no CSRF token either, and mail programs may post to the one for unsubscribing
(RFC 8058). A GET never stores anything, whatever its address says: the programs that check mail
open every link, often every score. Only the button does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from vereda.customers.queries.people import language_of_person
from vereda.foundation.access import public_page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer_after
from vereda.surveys import wording
from vereda.surveys.actions.answering import (
    answer_invitation,
    refuse_late,
    unsubscribe_invited,
    visible_questions,
)
from vereda.surveys.asked import said_by, said_in, score_in, shown_questions
from vereda.surveys.contracts import QuestionKind, Said, SurveyKind, WrongAnswer
from vereda.surveys.hurry import count_attempt, count_wrong_link
from vereda.surveys.queries.answers import answer_to
from vereda.surveys.queries.asking import invitation_with_link
from vereda.surveys.queries.surveys import questions_of
from vereda.surveys.rules.asking import EDITABLE
from vereda.surveys.rules.branching import text_in

if TYPE_CHECKING:
    from vereda.surveys.models.answers import Answer
    from vereda.surveys.models.asking import SurveyInvitation
    from vereda.surveys.models.surveys import Question

Linked = Callable[..., HttpResponse]
BECAUSE = "whoever holds the link of a letter answers without signing in"
PRIVATE = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}


def linked(view: Linked) -> Linked:
    """Open the view with the invitation that the link belongs to, in its person's language.

    What is refused is said on a page of its own; a link that leads nowhere is 404, and so is
    trying many of them until it is 429.
    """

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        try:
            invitation = invitation_with_link(token)
        except Missing:
            return _private(_nowhere(request))
        language = language_of_person(invitation.person, invitation.workspace)
        with translation.override(language):
            try:
                if request.method == "POST":
                    count_attempt(invitation.digest, now=now())
                response = view(request, invitation, token)
            except Refused as refused:
                response = _said_why(request, refused, invitation)
            response.headers["Content-Language"] = language
        return _private(response)

    return opened


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _nowhere(request: HttpRequest) -> HttpResponse:
    try:
        count_wrong_link(request.META.get("REMOTE_ADDR", ""), now=now())
    except Refused as refused:
        return _said_why(request, refused, None)
    return render(request, "surveys/public/over.html", {"nowhere": True}, status=404)


def _said_why(
    request: HttpRequest, refused: Refused, invitation: SurveyInvitation | None
) -> HttpResponse:
    workspace = invitation.workspace if invitation else None
    context = {"sentence": refused.sentence, "workspace": workspace}
    return render(request, "surveys/public/over.html", context, status=refused.status)


@public_page(because=BECAUSE)
@linked
def respond(request: HttpRequest, invitation: SurveyInvitation, token: str) -> HttpResponse:
    """The first question, with the score chosen that was clicked in the letter; a button answers.

    Somebody who has answered sees their answer, and may change it for a day.
    """
    kind = SurveyKind(invitation.survey.kind)
    stored = answer_to(invitation)
    if stored is None:
        refuse_late(invitation, now=now())
    elif not _wants_change(request, stored):
        return answer_after(request, to=_address("survey_thanks", token))
    before = said_in(stored)
    first = _first_questions(invitation)
    if request.method != "POST":
        asked = score_in(request.GET.get("score", ""), kind=kind)
        chosen = before.score if stored else asked
        said = Said(
            revision=before.revision, score=chosen, words=before.words, chosen=before.chosen
        )
        return _form(request, invitation, first, said=said)
    said = said_by(request.POST, questions=first, before=before)
    score = score_in(request.POST.get("score", ""), kind=kind)
    said = Said(revision=said.revision, score=score, words=said.words, chosen=said.chosen)
    try:
        result = answer_invitation(
            invitation, said=said, language=translation.get_language() or "", now=now()
        )
    except WrongAnswer as refused:
        return _form(request, invitation, first, said=said, refused=refused)
    if stored is None and not result.changed:
        return answer_after(request, to=_address("survey_thanks", token))
    further = _further_questions(invitation, said_in(answer_to(invitation)))
    return answer_after(request, to=_address("survey_more" if further else "survey_thanks", token))


@public_page(because=BECAUSE)
@linked
def respond_more(request: HttpRequest, invitation: SurveyInvitation, token: str) -> HttpResponse:
    """The questions that follow from the score; answering them is optional."""
    stored = answer_to(invitation)
    if stored is None:
        return answer_after(request, to=_address("answer_survey", token))
    if not stored.is_editable(now=now()):
        return answer_after(request, to=_address("survey_thanks", token))
    before = said_in(stored)
    asked = _further_questions(invitation, before)
    leave = _address("survey_thanks", token)
    if request.method != "POST":
        return _form(request, invitation, asked, said=before, skip_url=leave)
    said = said_by(request.POST, questions=asked, before=before)
    try:
        answer_invitation(
            invitation, said=said, language=translation.get_language() or "", now=now()
        )
    except WrongAnswer as refused:
        return _form(request, invitation, asked, said=said, skip_url=leave, refused=refused)
    seen = {question.pk for question in asked}
    now_asked = _further_questions(invitation, said_in(answer_to(invitation)))
    grew = any(question.pk not in seen for question in now_asked)
    return answer_after(request, to=_address("survey_more" if grew else "survey_thanks", token))


@public_page(because=BECAUSE, methods=("GET", "HEAD"))
@linked
def thanks(request: HttpRequest, invitation: SurveyInvitation, token: str) -> HttpResponse:
    """What was answered, and until when it may be changed."""
    stored = answer_to(invitation)
    if stored is None:
        return answer_after(request, to=_address("answer_survey", token))
    language = translation.get_language() or ""
    context = {
        **_frame(invitation),
        "thanks": text_in(
            invitation.edition.thanks, language=language, instead=[invitation.workspace.language]
        ),
        "answer": stored,
        "score": wording.score_words(stored.score, kind=SurveyKind(invitation.survey.kind)),
        "editable": stored.is_editable(now=now()),
        "until": stored.answered_at + EDITABLE,
        "change_url": f"{_address('answer_survey', token)}?change=1",
    }
    return render(request, "surveys/public/thanks.html", context)


@public_page(because="mail programs and people unsubscribe without signing in (RFC 8058)")
@linked
def unsubscribe(
    request: HttpRequest,
    invitation: SurveyInvitation,
    token: str,  # noqa: ARG001 - the link has done its work
) -> HttpResponse:
    """No more such letters: a GET asks, a POST does it at once and answers without redirecting."""
    done = request.method == "POST"
    if done:
        unsubscribe_invited(invitation, now=now())
    context = {**_frame(invitation), "done": done, "address": invitation.person.email}
    return render(request, "surveys/public/unsubscribe.html", context)


def _wants_change(request: HttpRequest, stored: Answer) -> bool:
    return request.GET.get("change") == "1" and stored.is_editable(now=now())


def _first_questions(invitation: SurveyInvitation) -> list[Question]:
    """The score; of a survey without one, all that is asked of everybody."""
    questions = questions_of(invitation.edition)
    if invitation.survey.has_scores:
        return [question for question in questions if question.kind == QuestionKind.SCORE]
    return [question for question in questions if question.after is None]


def _further_questions(invitation: SurveyInvitation, said: Said) -> list[Question]:
    """What this person is asked after the first page."""
    kind = SurveyKind(invitation.survey.kind)
    seen = visible_questions(
        questions_of(invitation.edition), score=said.score, chosen=said.chosen, kind=kind
    )
    first = {question.pk for question in _first_questions(invitation)}
    return [question for question in seen if question.pk not in first]


def _form(
    request: HttpRequest,
    invitation: SurveyInvitation,
    questions: list[Question],
    *,
    said: Said,
    skip_url: str = "",
    refused: WrongAnswer | None = None,
) -> HttpResponse:
    shown = shown_questions(
        questions,
        kind=SurveyKind(invitation.survey.kind),
        language=translation.get_language() or "",
        instead=invitation.workspace.language,
        said=said,
    )
    context = {
        **_frame(invitation),
        "questions": shown,
        "revision": said.revision,
        "more": bool(skip_url),
        "skip_url": skip_url,
        "refused": refused.sentence if refused else "",
    }
    status = 422 if refused else 200
    return render(request, "surveys/public/answer.html", context, status=status)


def _frame(invitation: SurveyInvitation) -> dict[str, Any]:
    return {"workspace": invitation.workspace, "survey": invitation.survey}


def _address(route: str, token: str) -> str:
    return reverse(route, kwargs={"token": token})
