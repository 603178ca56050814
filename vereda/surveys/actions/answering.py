"""Answering: one answer per invitation, whatever is clicked.

The first confirmed answer stands. For 24 hours whoever holds the link may change it, in a form that
shows what was answered; a form that was opened before, a second click on the letter and a replayed
request carry an older `revision` and change nothing. What an answer was before is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.privacy.actions.consents import withdraw_consent
from vereda.privacy.contracts import ConsentPurpose
from vereda.surveys import wording
from vereda.surveys.contracts import (
    LinkIsOver,
    QuestionKind,
    Said,
    SurveyAnswered,
    SurveyKind,
    SurveyState,
    WrongAnswer,
)
from vereda.surveys.models.answers import Answer, AnswerBefore, AnswerChoice
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.models.surveys import Question
from vereda.surveys.queries.answers import answer_to
from vereda.surveys.queries.surveys import branches_of, questions_of
from vereda.surveys.rules.branching import questions_asked, score_given
from vereda.surveys.rules.scores import unfit_answer

if TYPE_CHECKING:
    from vereda.surveys.rules.branching import Given

LONGEST_WORDS = 5_000


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that stands, and whether what was said just now is it."""

    answer: Answer
    changed: bool


@transaction.atomic
def answer_invitation(
    invitation: SurveyInvitation, *, said: Said, language: str, now: datetime
) -> Stored:
    """The invitation's only answer: made, changed within its time, or left as it was."""
    invited = _lock_invitation(invitation)
    answer = answer_to(invited)
    if answer is None:
        refuse_late(invited, now=now)
        return Stored(_first_answer(invited, said=said, language=language, now=now), changed=True)
    if said.revision != answer.revision:
        return Stored(answer, changed=False)
    if not answer.is_editable(now=now):
        raise LinkIsOver(_("You answered this more than a day ago; it can no longer be changed."))
    return Stored(answer, changed=_change(answer, invited, said=said, now=now))


def refuse_late(invitation: SurveyInvitation, *, now: datetime) -> None:
    """Say why nobody can answer any more, if that is so."""
    survey = invitation.survey
    if survey.state == SurveyState.ENDED:
        raise LinkIsOver(_("This survey has ended. Thank you for wanting to answer."))
    if invitation.stopped_at is not None:
        raise LinkIsOver(_("This link was taken back."))
    if invitation.expires_at <= now:
        raise LinkIsOver(_("The time to answer is over. Thank you for wanting to."))


@transaction.atomic
def unsubscribe_invited(invitation: SurveyInvitation, *, now: datetime) -> None:
    """No more such messages to this person: their consent is withdrawn, open letters stopped."""
    person = invitation.person
    withdraw_consent(
        person,
        purpose=ConsentPurpose.MESSAGES,
        source="survey",
        proof=invitation.survey.key,
        by=None,
        now=now,
    )
    rows = SurveyInvitation.objects.of(invitation.workspace_id)
    rows.filter(pk=invitation.pk, unsubscribed_at=None).update(unsubscribed_at=now, updated_at=now)
    unread = rows.filter(person=person).unsent()
    unread.update(stopped_at=now, updated_at=now)
    rows.filter(person=person, remind_on__isnull=False).update(remind_on=None, updated_at=now)


# --- What an answer is made of ----------------------------------------------------


def _lock_invitation(invitation: SurveyInvitation) -> SurveyInvitation:
    """The row, held so that of two clicks at once the second sees what the first did."""
    rows = SurveyInvitation.objects.of(invitation.workspace_id).select_for_update(of=("self",))
    return found(rows.select_related("survey", "edition").filter(pk=invitation.pk))


def _first_answer(invited: SurveyInvitation, *, said: Said, language: str, now: datetime) -> Answer:
    fitting = _fitting(invited, said)
    answer: Answer = Answer.objects.of(invited.workspace_id).create(
        survey=invited.survey,
        edition=invited.edition,
        invitation=invited,
        account_id=invited.account_id,
        person_id=invited.person_id,
        feature_id=invited.feature_id,
        moment=invited.moment,
        score=said.score,
        comment=fitting.comment,
        words=fitting.words,
        channel=invited.channel,
        language=language,
        answered_at=now,
    )
    _store_choices(answer, fitting.chosen)
    rows = SurveyInvitation.objects.of(invited.workspace_id).filter(pk=invited.pk)
    rows.update(answered_at=now, remind_on=None, updated_at=now)
    _tell(answer)
    return answer


def _change(answer: Answer, invited: SurveyInvitation, *, said: Said, now: datetime) -> bool:
    """Store what is different; what it was goes beside it. Nothing different: False."""
    fitting = _fitting(invited, said)
    stored = {(row.question_id, row.code) for row in answer.choices.all()}
    wanted = {(key, code) for key, codes in fitting.chosen.items() for code in codes}
    same_words = answer.words == fitting.words
    if answer.score == said.score and same_words and stored == wanted:
        return False
    if answer.score != said.score or (answer.comment and not same_words):
        AnswerBefore.objects.of(answer.workspace_id).create(
            answer=answer, score=answer.score, comment=answer.comment, replaced_at=now
        )
    answer.score, answer.comment, answer.words = said.score, fitting.comment, fitting.words
    answer.changed_at, answer.revision = now, answer.revision + 1
    answer.save(force_update=True)
    AnswerChoice.objects.of(answer.workspace_id).filter(answer=answer).delete()
    _store_choices(answer, fitting.chosen)
    _tell(answer)
    return True


@dataclass(frozen=True, slots=True)
class _Fitting:
    """What was said, as far as it was asked."""

    words: dict[str, str]
    chosen: dict[UUID, tuple[str, ...]]

    @property
    def comment(self) -> str:
        return "\n\n".join(self.words.values())


def _fitting(invited: SurveyInvitation, said: Said) -> _Fitting:
    """Only answers to questions that somebody with this score and these choices sees."""
    kind = SurveyKind(invited.survey.kind)
    questions = questions_of(invited.edition)
    seen = visible_questions(questions, score=said.score, chosen=said.chosen, kind=kind)
    words, chosen = {}, {}
    for question in seen:
        text = said.words.get(question.pk, "").strip()[:LONGEST_WORDS]
        codes = [one["code"] for one in question.choices]
        picked = tuple(code for code in codes if code in said.chosen.get(question.pk, ()))
        if question.kind == QuestionKind.WORDS and text:
            words[str(question.pk)] = text
        elif question.kind == QuestionKind.CHOICE and picked:
            chosen[question.pk] = picked
    fitting = _Fitting(words, chosen)
    problem = unfit_answer(kind=kind, score=said.score, comment=fitting.comment)
    if problem is not None:
        raise WrongAnswer(str(wording.ANSWER_PROBLEMS[problem[0]]))
    return fitting


def visible_questions(
    questions: list[Question],
    *,
    score: int | None,
    chosen: Mapping[UUID, Iterable[str]],
    kind: SurveyKind,
) -> list[Question]:
    """The questions that somebody who answered so sees, the score's included."""
    given: dict[int, frozenset[str]] = {}
    for question in questions:
        if question.kind == QuestionKind.SCORE:
            given[question.place] = score_given(score, kind=kind)
        else:
            given[question.place] = frozenset(chosen.get(question.pk, ()))
    told: Given = given
    places = {asked.place for asked in questions_asked(branches_of(questions), given=told)}
    return [question for question in questions if question.place in places]


def _store_choices(answer: Answer, chosen: Mapping[UUID, tuple[str, ...]]) -> None:
    AnswerChoice.objects.of(answer.workspace_id).bulk_create(
        AnswerChoice(
            workspace_id=answer.workspace_id, answer=answer, question_id=question, code=code
        )
        for question, codes in chosen.items()
        for code in codes
    )


def _tell(answer: Answer) -> None:
    announce(
        SurveyAnswered(
            workspace_id=answer.workspace_id,
            survey_id=answer.survey_id,
            answer_id=answer.pk,
            account_id=answer.account_id,
            person_id=answer.person_id,
        )
    )


# --- Forgetting ---------------------------------------------------------------------


@transaction.atomic
def forget_respondent(person_id: UUID, *, workspace: UUID) -> int:
    """The score stays with the account, without who gave it and in what words; their links go."""
    rows = Answer.objects.of(workspace).filter(person=person_id)
    ids = list(rows.values_list("pk", flat=True))
    AnswerBefore.objects.of(workspace).filter(answer__in=ids).delete()
    count: int = (
        Answer.objects.of(workspace)
        .filter(pk__in=ids)
        .update(person=None, comment="", words={}, language="", invitation=None)
    )
    invited, _kinds = SurveyInvitation.objects.of(workspace).filter(person=person_id).delete()
    return count + invited
