"""A question is a closed tree: what is no question is refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.audiences.contracts import WrongQuestion
from vereda.audiences.queries.asking import asked_question, question_said, vocabulary_of
from vereda.audiences.rules.editing import with_group, with_row, without, without_empty_rows
from vereda.audiences.rules.questions import (
    Flaw,
    QuestionFlaw,
    question_content,
    question_in,
    question_rows,
)
from vereda.audiences.testing import a_row, all_of, any_of
from vereda.customers.testing import an_account
from vereda.foundation.criteria import About
from vereda.foundation.testing import MORNING

ROW = {"field": "customers.stage", "operator": "is", "value": "trial"}


def nested(depth):
    """A question so many groups deep."""
    inner = {"combinator": "and", "rules": [ROW]}
    for _ in range(depth - 1):
        inner = {"combinator": "or", "rules": [inner]}
    return inner


@pytest.mark.parametrize(
    ("content", "flaw", "where"),
    [
        (None, Flaw.NO_GROUP, ()),
        ([], Flaw.NO_GROUP, ()),
        ({"combinator": "and"}, Flaw.NO_GROUP, ()),
        ({"rules": []}, Flaw.EMPTY, ()),
        ({"rules": {}}, Flaw.NO_RULES, ()),
        ({"combinator": "xor", "rules": [ROW]}, Flaw.COMBINATOR, ()),
        ({"not": "no", "rules": [ROW]}, Flaw.NEGATION, ()),
        ({"rules": [ROW], "extra": 1}, Flaw.UNKNOWN_WORD, ()),
        ({"rules": [ROW, "x"]}, Flaw.NO_ROW, (2,)),
        ({"rules": [{**ROW, "field": ""}]}, Flaw.NO_CRITERION, (1,)),
        ({"rules": [{**ROW, "field": 3}]}, Flaw.NO_CRITERION, (1,)),
        ({"rules": [{**ROW, "operator": "="}]}, Flaw.COMPARISON, (1,)),
        ({"rules": [{**ROW, "sql": "1=1"}]}, Flaw.UNKNOWN_WORD, (1,)),
        ({"rules": [{**ROW, "value": {"a": 1}}]}, Flaw.NO_TEXT, (1,)),
        ({"rules": [{**ROW, "value": "a\x00b"}]}, Flaw.NO_TEXT, (1,)),
        ({"rules": [{**ROW, "value": "a" * 1_001}]}, Flaw.TOO_LONG, (1,)),
        ({"rules": [{**ROW, "value": ["a", "b"]}]}, Flaw.TOO_MANY_VALUES, (1,)),
        (
            {"rules": [{**ROW, "operator": "any_of", "value": ["a"] * 51}]},
            Flaw.TOO_MANY_VALUES,
            (1,),
        ),
        ({"rules": [{**ROW, "operator": "known"}]}, Flaw.NEEDLESS_VALUE, (1,)),
        ({"rules": [{**ROW, "parameters": []}]}, Flaw.PARAMETERS, (1,)),
        ({"rules": [{"rules": [ROW, {"rules": []}]}]}, Flaw.EMPTY, (1, 2)),
        (nested(4), Flaw.TOO_DEEP, (1, 1, 1)),
        ({"rules": [{"rules": [ROW] * 21}] * 2}, Flaw.TOO_MANY_ROWS, ()),
        ({"rules": [ROW] * 41}, Flaw.TOO_MANY_ROWS, ()),
    ],
)
def test_what_is_no_question_is_refused_where_it_is_none(content, flaw, where):
    with pytest.raises(QuestionFlaw) as refused:
        question_in(content)

    assert (refused.value.flaw, refused.value.where) == (flaw, where)


def test_three_groups_deep_and_forty_rows_are_a_question():
    assert [where for where, _row in question_rows(question_in(nested(3)))] == [(1, 1, 1)]
    assert len(list(question_rows(question_in({"rules": [ROW] * 40})))) == 40


def test_the_sentence_says_where_what_was_found_and_what_was_expected():
    with pytest.raises(WrongQuestion) as refused:
        question_said({"rules": [ROW, {"rules": [{**ROW, "operator": "like"}]}]})

    assert str(refused.value) == "Row 2.1: “like”: there is no such comparison."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rules", "not", "combinator", "field", "operator", "value", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(content=JSON)
def test_whatever_is_read_is_a_question_or_a_refusal(content):
    try:
        question = question_in(content)
    except QuestionFlaw:
        return
    assert question_in(question_content(question)) == question


# --- Words that have to be known here ---------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (a_row("customers.secret", "is", "x"), "Row 1: nothing is called “customers.secret” here."),
        (
            a_row("customers.stage", "contains", "x"),
            "Row 1: “Stage” cannot be compared with “contains”.",
        ),
        (a_row("customers.stage", "is"), "Row 1: say what “Stage” is compared with."),
        (a_row("customers.stage", "is", "x"), "Row 1: “x” is no choice of “Stage”."),
        (
            a_row("customers.arr", "at_least", "lots"),
            "Row 1: “ARR”: “lots” is no number such as 12 or 0.5.",
        ),
        (
            a_row("customers.arr", "at_least", "NaN"),
            "Row 1: “ARR”: “NaN” is no number such as 12 or 0.5.",
        ),
        (
            a_row("customers.renewal_on", "in_next_days", "1.5"),
            "Row 1: “Renewal”: days are a whole number from 0 to 3650.",
        ),
        (
            a_row("customers.renewal_on", "before", "soon"),
            "Row 1: “Renewal”: “soon” is no day such as 2027-03-31 or -30d.",
        ),
        (
            a_row("customers.owner", "is", "nobody@x.example"),
            "Row 1: “Owner”: nobody who works here is “nobody@x.example”.",
        ),
        (
            a_row("customers.parent", "is", "A-99"),
            "Row 1: “Parent account”: there is no account “A-99”.",
        ),
        (
            a_row("customers.stage", "is", "trial", days="3"),
            "Row 1: “Stage” does not ask for “days”.",
        ),
        (a_row("events.did", "at_least", "3"), "Row 1: say “Event”."),
    ],
)
def test_a_row_that_cannot_be_asked_is_refused_with_a_sentence(acme, row, sentence):
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)

    with pytest.raises(WrongQuestion) as refused:
        asked_question(vocabulary, all_of(row), now=MORNING)

    assert str(refused.value) == sentence


@pytest.mark.django_db
def test_members_and_accounts_of_another_workspace_are_nobody(acme, globex):
    theirs = [an_account(globex) for _ in range(3)][-1]
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)

    for row in (
        a_row("customers.owner", "is", str(globex.owner.pk)),
        a_row("customers.owner", "is", globex.owner.user.email),
        a_row("customers.parent", "is", theirs.key),
    ):
        with pytest.raises(WrongQuestion):
            asked_question(vocabulary, all_of(row), now=MORNING)


# --- Editing ------------------------------------------------------------------------------


def test_rows_and_groups_are_added_and_taken_away():
    first = a_row("customers.stage", "is", "trial")

    grown = with_row(with_group(all_of(first), inside=()), inside=(2,))
    shrunk = without(grown, place=(2, 1))

    assert [where for where, _row in question_rows(grown)] == [(1,), (2, 1), (2, 2)]
    assert [where for where, _row in question_rows(shrunk)] == [(1,), (2, 1)]
    assert without_empty_rows(grown) == all_of(first)


def test_no_group_is_added_where_groups_stand_too_deep():
    deep = all_of(any_of(any_of(a_row("customers.stage", "is", "trial"))))

    assert with_group(deep, inside=(1, 1)) == deep


def test_a_place_that_is_not_there_changes_nothing():
    question = all_of(a_row("customers.stage", "is", "trial"))

    assert with_row(question, inside=(7,)) == question
    assert with_row(question, inside=(1,)) == question
    assert without(question, place=(7, 1)) == question
