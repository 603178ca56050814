"""The builder's form: a wording as one page of fields, whatever is on it.

What stands in the fields is the whole state: adding, moving and removing a question posts the page
and shows it again, changed; nothing is stored before somebody saves. It works without a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.text import slugify

from vereda.surveys import wording
from vereda.surveys.contracts import (
    ChoiceIn,
    EditionIn,
    Part,
    QuestionIn,
    QuestionKind,
    SurveyKind,
)
from vereda.surveys.rules.branching import MOST_QUESTIONS, text_in
from vereda.workspaces.contracts import Language

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.functional import Promise

LANGUAGES: tuple[str, ...] = tuple(str(each) for each in Language)
LONGEST = {"subject": 150, "letter": 4_000, "thanks": 1_000, "text": 500, "choice": 150}
MOST_CHOICES = 20
EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class BranchOption:
    """An answer to an earlier question on which a question can hang: "1:low"."""

    token: str
    words: str | Promise
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown:
    """One question on the builder's page."""

    place: int
    kind: QuestionKind
    kind_words: str | Promise
    texts: Sequence[tuple[str, str]]
    choices: Sequence[tuple[str, str]]
    branches: Sequence[tuple[str, Sequence[BranchOption]]]
    movable_up: bool
    movable_down: bool


def wording_in(data: QueryDict) -> EditionIn:
    """The wording that the page's fields say."""
    count = min(int(data.get("count") or 0), MOST_QUESTIONS + 1) if _is_number(data) else 0
    return EditionIn(
        subject=_texts(data, "subject", longest=LONGEST["subject"]),
        letter=_texts(data, "letter", longest=LONGEST["letter"]),
        thanks=_texts(data, "thanks", longest=LONGEST["thanks"]),
        questions=tuple(_question(data, place) for place in range(1, count + 1)),
    )


def _is_number(data: QueryDict) -> bool:
    text = data.get("count", "")
    return text.isascii() and text.isdigit() and len(text) <= 3


def _texts(data: QueryDict, name: str, *, longest: int) -> dict[str, str]:
    """What the fields of each language say; empty ones are left out."""
    told = {each: data.get(f"{name}-{each}", "").strip()[:longest] for each in LANGUAGES}
    return {language: text.replace("\r\n", "\n") for language, text in told.items() if text}


def _question(data: QueryDict, place: int) -> QuestionIn:
    name = f"q{place}"
    said = data.get(f"{name}-kind", "")
    kind = QuestionKind(said) if said in set(QuestionKind) else QuestionKind.WORDS
    after, answers = _branch(data.getlist(f"{name}-after"))
    return QuestionIn(
        kind=kind,
        texts=_texts(data, f"{name}-text", longest=LONGEST["text"]),
        choices=_choices(data, name) if kind is QuestionKind.CHOICE else (),
        after=after,
        after_answers=answers,
    )


def _branch(tokens: Sequence[str]) -> tuple[int | None, tuple[str, ...]]:
    """The question and the answers that tokens such as "1:low" name; of several questions the
    last: a question hangs on one."""
    pairs = [token.partition(":")[::2] for token in tokens]
    known = [(int(place), answer) for place, answer in pairs if place.isascii() and place.isdigit()]
    if not known:
        return None, ()
    after = max(place for place, _answer in known)
    return after, tuple(answer for place, answer in known if place == after)


def _choices(data: QueryDict, name: str) -> tuple[ChoiceIn, ...]:
    """A choice a line, the same line in each language."""
    lines = {each: data.get(f"{name}-choices-{each}", "").splitlines() for each in LANGUAGES}
    filled = {
        each: [line.strip()[: LONGEST["choice"]] for line in told if line.strip()]
        for each, told in lines.items()
    }
    most = min(max((len(told) for told in filled.values()), default=0), MOST_CHOICES)
    choices: list[ChoiceIn] = []
    for index in range(most):
        texts = {each: told[index] for each, told in filled.items() if index < len(told)}
        code = slugify(text_in(texts, language=LANGUAGES[0]))[:36] or str(index + 1)
        taken = {choice.code for choice in choices}
        choices.append(ChoiceIn(code=code if code not in taken else f"{code}-{index}", texts=texts))
    return tuple(choices)


# --- Changing it -------------------------------------------------------------------


def with_question(words: EditionIn, *, kind: QuestionKind) -> EditionIn:
    """One more question at the end, without words yet."""
    if len(words.questions) >= MOST_QUESTIONS:
        return words
    return replace(words, questions=(*words.questions, QuestionIn(kind=kind, texts={})))


def without_question(words: EditionIn, *, place: int) -> EditionIn:
    """Without the question at that place; what hung on it is asked of everybody."""
    order = [each for each in range(1, len(words.questions) + 1) if each != place]
    return _in_order(words, order)


def with_question_moved(words: EditionIn, *, place: int, by: int) -> EditionIn:
    """The question one place up or down."""
    order = list(range(1, len(words.questions) + 1))
    if not (1 <= place <= len(order) and 1 <= place + by <= len(order)):
        return words
    order[place - 1], order[place + by - 1] = order[place + by - 1], order[place - 1]
    return _in_order(words, order)


def _in_order(words: EditionIn, order: Sequence[int]) -> EditionIn:
    """The questions in that order of their old places; a branch that would point forwards goes."""
    new_places = {old: new for new, old in enumerate(order, start=1)}
    questions = []
    for old in order:
        question = words.questions[old - 1]
        after = new_places.get(question.after) if question.after is not None else None
        stays = after is not None and after < new_places[old]
        questions.append(
            replace(
                question,
                after=after if stays else None,
                after_answers=question.after_answers if stays else (),
            )
        )
    return replace(words, questions=tuple(questions))


# --- Showing it --------------------------------------------------------------------


def cards_of(words: EditionIn, *, kind: SurveyKind, language: str) -> list[CardShown]:
    """The questions as cards, each with the answers before it on which it may hang."""
    fixed = 1 if kind is not SurveyKind.OPEN else 0
    last = len(words.questions)
    return [
        CardShown(
            place=place,
            kind=question.kind,
            kind_words=wording.QUESTION_KINDS[question.kind],
            texts=[(each, question.texts.get(each, "")) for each in LANGUAGES],
            choices=[
                (each, "\n".join(one.texts.get(each, "") for one in question.choices))
                for each in LANGUAGES
            ]
            if question.kind is QuestionKind.CHOICE
            else [],
            branches=_branches(
                words.questions[: place - 1], question, kind=kind, language=language
            ),
            movable_up=place > fixed + 1,
            movable_down=fixed < place < last,
        )
        for place, question in enumerate(words.questions, start=1)
    ]


def _branches(
    earlier: Sequence[QuestionIn], question: QuestionIn, *, kind: SurveyKind, language: str
) -> list[tuple[str, list[BranchOption]]]:
    told = []
    for place, before in enumerate(earlier, start=1):
        answers: Mapping[str, str | Promise]
        if before.kind is QuestionKind.SCORE:
            answers = {str(part): wording.PARTS[kind][part] for part in Part}
        elif before.kind is QuestionKind.CHOICE:
            answers = {one.code: text_in(one.texts, language=language) for one in before.choices}
        else:
            continue
        options = [
            BranchOption(
                f"{place}:{code}",
                words,
                question.after == place and code in question.after_answers,
            )
            for code, words in answers.items()
        ]
        told.append((text_in(before.texts, language=language), options))
    return told
