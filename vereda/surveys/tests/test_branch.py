"""Which question comes next, and which could never come."""

import pytest

from vereda.surveys.contracts import BranchFault, ChoiceIn, QuestionIn, QuestionKind, SurveyKind
from vereda.surveys.rules.branching import (
    Asked,
    questions_asked,
    score_given,
    text_in,
    wording_fault,
)
from vereda.surveys.rules.drafts import first_wording

SCORE = QuestionIn(kind=QuestionKind.SCORE, texts={"en": "How likely?"})
WORDS = QuestionIn(kind=QuestionKind.WORDS, texts={"en": "Why?"})


def asked(place, kind=QuestionKind.WORDS, **said):
    return Asked(place=place, kind=kind, **said)


TREE = [
    asked(1, QuestionKind.SCORE),
    asked(2, after=1, answers=frozenset({"low"})),
    asked(3, after=1, answers=frozenset({"high"})),
    asked(
        4,
        QuestionKind.CHOICE,
        codes=frozenset({"price", "help"}),
        after=1,
        answers=frozenset({"low"}),
    ),
    asked(5, after=4, answers=frozenset({"help"})),
    asked(6),
]


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({}, [1, 6]),
        ({1: frozenset({"low"})}, [1, 2, 4, 6]),
        ({1: frozenset({"middle"})}, [1, 6]),
        ({1: frozenset({"high"})}, [1, 3, 6]),
        ({1: frozenset({"low"}), 4: frozenset({"price"})}, [1, 2, 4, 6]),
        ({1: frozenset({"low"}), 4: frozenset({"price", "help"})}, [1, 2, 4, 5, 6]),
        # What was answered where one is no longer asked leads nowhere.
        ({1: frozenset({"high"}), 4: frozenset({"help"})}, [1, 3, 6]),
    ],
)
def test_the_next_question_depends_on_the_answers(given, places):
    assert [each.place for each in questions_asked(TREE, given=given)] == places


def test_a_score_says_its_part_of_the_scale():
    assert score_given(6, kind=SurveyKind.NPS) == {"low"}
    assert score_given(None, kind=SurveyKind.NPS) == frozenset()


CHOICE = QuestionIn(
    kind=QuestionKind.CHOICE,
    texts={"en": "Which?"},
    choices=(ChoiceIn(code="a", texts={"en": "A"}), ChoiceIn(code="b", texts={"en": "B"})),
)


@pytest.mark.parametrize(
    ("questions", "fault"),
    [
        ([SCORE, WORDS], None),
        ([], (BranchFault.NO_QUESTION, 1)),
        ([WORDS], (BranchFault.SCORE_NOT_FIRST, 1)),
        ([SCORE, SCORE], (BranchFault.SCORE_TWICE, 2)),
        ([SCORE, QuestionIn(kind=QuestionKind.WORDS, texts={"en": " "})], (BranchFault.NO_TEXT, 2)),
        (
            [SCORE, QuestionIn(kind=QuestionKind.CHOICE, texts={"en": "Which?"})],
            (BranchFault.NO_CHOICES, 2),
        ),
        (
            [
                SCORE,
                QuestionIn(
                    kind=QuestionKind.CHOICE,
                    texts={"en": "?"},
                    choices=(ChoiceIn(code="a", texts={}), ChoiceIn(code="a", texts={})),
                ),
            ],
            (BranchFault.SAME_CHOICE, 2),
        ),
        (
            [
                SCORE,
                CHOICE,
                QuestionIn(
                    kind=QuestionKind.WORDS, texts={"en": "?"}, after=2, after_answers=("c",)
                ),
            ],
            (BranchFault.NEVER_ASKED, 3),
        ),
        (
            [
                SCORE,
                QuestionIn(
                    kind=QuestionKind.WORDS, texts={"en": "?"}, after=2, after_answers=("low",)
                ),
            ],
            (BranchFault.NEVER_ASKED, 2),
        ),
        ([SCORE, *[WORDS] * 12], (BranchFault.TOO_MANY, 13)),
    ],
)
def test_a_wording_that_makes_no_survey_is_told_why(questions, fault):
    assert wording_fault(questions, kind=SurveyKind.NPS) == fault


@pytest.mark.parametrize("kind", list(SurveyKind))
def test_the_first_wording_of_every_kind_could_go_out(kind):
    words = first_wording(kind)

    assert wording_fault(words.questions, kind=kind) is None
    for texts in (words.subject, words.letter, words.thanks, *(q.texts for q in words.questions)):
        assert set(texts) == {"en", "es"}


def test_a_text_that_is_missing_in_a_language_is_said_in_the_other():
    assert text_in({"en": "Yes", "es": "Sí"}, language="es-MX") == "Sí"
    assert text_in({"en": "Yes"}, language="es") == "Yes"
    assert text_in({}, language="es") == ""
