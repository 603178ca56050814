"""The letters of a survey: text, and simple HTML beside it, without a single remote image.

Each score in the HTML is a link to the page with that score chosen. Following it answers nothing:
the page asks to confirm, because the programs that check mail follow every link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from vereda.customers.queries.people import language_of_person
from vereda.foundation.letters import sender_named, unsubscribe_headers
from vereda.foundation.zones import day_where
from vereda.surveys import wording
from vereda.surveys.contracts import SurveyKind
from vereda.surveys.links import answer_url, unsubscribe_url
from vereda.surveys.queries.surveys import questions_of
from vereda.surveys.rules.branching import text_in
from vereda.surveys.rules.scores import scores_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vereda.surveys.models.asking import SurveyInvitation
    from vereda.workspaces.models import Workspace


def survey_letter(
    invitation: SurveyInvitation, *, reminder: bool = False
) -> EmailMultiAlternatives:
    """The letter that invites, or reminds, ready to be sent."""
    survey, edition, workspace = invitation.survey, invitation.edition, invitation.workspace
    language = language_of_person(invitation.person, workspace)
    url, leave = answer_url(invitation), unsubscribe_url(invitation)
    with translation.override(language):
        kind = SurveyKind(survey.kind)
        context = {
            "workspace": workspace,
            "person": invitation.person,
            "letter": _in_language(edition.letter, language, workspace),
            "question": _first_question(invitation, language),
            "choices": [
                {
                    "score": score,
                    "url": f"{url}?score={score}",
                    "words": wording.score_words(score, kind=kind),
                }
                for score in scores_of(kind)
            ],
            "ends": wording.ENDS.get(kind),
            "url": url,
            "leave": leave,
            "reminder": reminder,
            "until": day_where(invitation.expires_at, workspace.time_zone),
        }
        letter = EmailMultiAlternatives(
            subject=" ".join(_in_language(edition.subject, language, workspace).split()),
            body=render_to_string("surveys/letters/survey.txt", context),
            from_email=sender_named(workspace.name),
            to=[invitation.person.email],
            headers={
                **unsubscribe_headers(leave),
                "Auto-Submitted": "auto-generated",
                "Content-Language": language,
            },
        )
        letter.attach_alternative(
            render_to_string("surveys/letters/survey.html", context), "text/html"
        )
    return letter


def _in_language(texts: Mapping[str, str], language: str, workspace: Workspace) -> str:
    return text_in(texts, language=language, instead=[workspace.language])


def _first_question(invitation: SurveyInvitation, language: str) -> str:
    questions = questions_of(invitation.edition)
    texts = questions[0].texts if questions else {}
    return _in_language(texts, language, invitation.workspace)
