"""A question as somebody sees it: in their language, with what they answered already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.surveys import wording
from vereda.surveys.contracts import QuestionKind, Said, SurveyKind
from vereda.surveys.rules.branching import text_in
from vereda.surveys.rules.scores import scores_of

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.functional import Promise

    from vereda.surveys.models.answers import Answer
    from vereda.surveys.models.surveys import Question


@dataclass(frozen=True, slots=True)
class ShownScore:
    """One place of the scale."""

    score: int
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """One thing to choose."""

    code: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuestion:
    """A question ready to be drawn."""

    id: UUID
    kind: QuestionKind
    words: str
    scores: Sequence[ShownScore] = ()
    choices: Sequence[ShownChoice] = ()
    ends: tuple[str | Promise, str | Promise] | None = None
    faces: bool = False
    written: str = ""


def shown_questions(
    questions: Sequence[Question], *, kind: SurveyKind, language: str, instead: str, said: Said
) -> list[ShownQuestion]:
    """The questions in that language, else in the other, with what was said so far."""
    return [
        _shown(question, kind=kind, language=language, instead=instead, said=said)
        for question in questions
    ]


def _shown(
    question: Question, *, kind: SurveyKind, language: str, instead: str, said: Said
) -> ShownQuestion:
    scored = question.kind == QuestionKind.SCORE
    return ShownQuestion(
        id=question.pk,
        kind=QuestionKind(question.kind),
        words=text_in(question.texts, language=language, instead=[instead]),
        scores=[
            ShownScore(score, wording.score_words(score, kind=kind), score == said.score)
            for score in (scores_of(kind) if scored else ())
        ],
        choices=[
            ShownChoice(
                one["code"],
                text_in(one["texts"], language=language, instead=[instead]),
                one["code"] in said.chosen.get(question.pk, ()),
            )
            for one in question.choices
        ],
        ends=wording.ENDS.get(kind) if scored else None,
        faces=scored and kind is SurveyKind.SMILE,
        written=said.words.get(question.pk, ""),
    )


def said_in(answer: Answer | None) -> Said:
    """What an answer says, as a form shows it."""
    if answer is None:
        return Said()
    chosen: dict[UUID, tuple[str, ...]] = {}
    for row in answer.choices.all():
        chosen[row.question_id] = (*chosen.get(row.question_id, ()), row.code)
    return Said(
        revision=answer.revision,
        score=answer.score,
        words={UUID(key): text for key, text in answer.words.items()},
        chosen=chosen,
    )


def score_in(text: str, *, kind: SurveyKind) -> int | None:
    """The score that a text names; None for anything that is not on the scale."""
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        return None
    return int(text) if int(text) in scores_of(kind) else None


def said_by(data: QueryDict, *, questions: Sequence[Question], before: Said) -> Said:
    """What a form says about these questions; about others it stays as it was before."""
    words, chosen = dict(before.words), dict(before.chosen)
    for question in questions:
        if question.kind == QuestionKind.WORDS:
            words[question.pk] = data.get(f"words-{question.pk}", "")
        elif question.kind == QuestionKind.CHOICE:
            chosen[question.pk] = tuple(data.getlist(f"choice-{question.pk}"))
    return Said(revision=revision_in(data), score=before.score, words=words, chosen=chosen)


def revision_in(data: QueryDict) -> int:
    """The number of the answer that the form knew; 0 for none."""
    text = data.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
