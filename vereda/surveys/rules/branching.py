"""Which questions somebody is asked, given what they have answered so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vereda.surveys.contracts import BranchFault, Part, QuestionIn, QuestionKind, SurveyKind
from vereda.surveys.rules.scores import part_of

MOST_QUESTIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as far as branching goes.

    `after` is the place of the question that decides whether this one is asked (None: it always
    is), `answers` the parts of the scale or the codes of choices that make it so.
    """

    place: int
    kind: QuestionKind
    codes: frozenset[str] = frozenset()
    after: int | None = None
    answers: frozenset[str] = field(default_factory=frozenset)


Given = Mapping[int, frozenset[str]]
"""By the place of a question: the part of the scale, or the codes that were chosen."""


def questions_asked(questions: Sequence[Asked], *, given: Given) -> list[Asked]:
    """Those that somebody with these answers sees, in order.

    A question that hangs on one they do not see is not seen either, whatever they answered there.
    """
    seen: list[Asked] = []
    places: set[int] = set()
    for question in questions:
        after = question.after
        if after is None or (after in places and given.get(after, frozenset()) & question.answers):
            seen.append(question)
            places.add(question.place)
    return seen


def score_given(score: int | None, *, kind: SurveyKind) -> frozenset[str]:
    """What a score says to questions that hang on it."""
    return frozenset() if score is None else frozenset({str(part_of(score, kind=kind))})


def wording_fault(
    questions: Sequence[QuestionIn], *, kind: SurveyKind
) -> tuple[BranchFault, int] | None:
    """What keeps these questions from being a survey of that kind, and at which place."""
    if not questions:
        return BranchFault.NO_QUESTION, 1
    if len(questions) > MOST_QUESTIONS:
        return BranchFault.TOO_MANY, MOST_QUESTIONS + 1
    for place, question in enumerate(questions, start=1):
        fault = _question_fault(question, place=place, kind=kind)
        if fault is not None:
            return fault, place
    lost = branch_fault([asked_of(question, place=at) for at, question in enumerate(questions, 1)])
    return None if lost is None else (BranchFault.NEVER_ASKED, lost)


def _question_fault(question: QuestionIn, *, place: int, kind: SurveyKind) -> BranchFault | None:
    scored = question.kind is QuestionKind.SCORE
    codes = [choice.code for choice in question.choices]
    checks = (
        (place == 1 and scored != (kind is not SurveyKind.OPEN), BranchFault.SCORE_NOT_FIRST),
        (place > 1 and scored, BranchFault.SCORE_TWICE),
        (not any(text.strip() for text in question.texts.values()), BranchFault.NO_TEXT),
        (question.kind is QuestionKind.CHOICE and not codes, BranchFault.NO_CHOICES),
        (len(set(codes)) < len(codes), BranchFault.SAME_CHOICE),
        (question.after is not None and question.after >= place, BranchFault.NEVER_ASKED),
    )
    return next((fault for wrong, fault in checks if wrong), None)


def asked_of(question: QuestionIn, *, place: int) -> Asked:
    """The question as far as branching goes."""
    return Asked(
        place=place,
        kind=question.kind,
        codes=frozenset(choice.code for choice in question.choices),
        after=question.after,
        answers=frozenset(question.after_answers),
    )


def branch_fault(questions: Sequence[Asked]) -> int | None:
    """The place of the first question that can never be asked; None when all can."""
    offered: dict[int, frozenset[str]] = {}
    for question in questions:
        before = offered.get(question.after, frozenset()) if question.after is not None else None
        if before is not None and not before & question.answers:
            return question.place
        offered[question.place] = _answers_offered(question)
    return None


def _answers_offered(question: Asked) -> frozenset[str]:
    if question.kind is QuestionKind.SCORE:
        return frozenset(str(part) for part in Part)
    return question.codes if question.kind is QuestionKind.CHOICE else frozenset()


def text_in(texts: Mapping[str, str], *, language: str, instead: Iterable[str] = ()) -> str:
    """The text in that language; else in the first of the others that has one."""
    wanted = (language.partition("-")[0], *instead, *texts)
    return next((texts[each] for each in wanted if texts.get(each)), "")
