"""The database answers a question as a slow, obvious reading of it does, whatever is asked."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vereda.audiences.actions.answering import look_again_at
from vereda.audiences.contracts import About, Cause, ChangeKind, Group
from vereda.audiences.models import Audience, AudienceChange, Inclusion
from vereda.audiences.queries.asking import asked_question, vocabulary_of
from vereda.audiences.queries.differences import differing_ids
from vereda.audiences.queries.inclusions import account_ids_in
from vereda.audiences.queries.reasons import judged, reasons_of
from vereda.audiences.rules.questions import question_content, question_in
from vereda.audiences.testing import a_row, an_audience
from vereda.audiences.tests.worlds import QUESTIONS, TAGS, accounts, is_so, put
from vereda.customers.models.accounts import Account, Tag
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

SEVERAL = 4
WORLDS = st.lists(accounts(), min_size=SEVERAL, max_size=SEVERAL)
STEPS = st.lists(st.tuples(st.integers(0, SEVERAL - 1), accounts()), min_size=1, max_size=4)
HERE = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ids(acme):
    """The accounts of a little world."""
    return [an_account(acme, name=f"Account {number}").pk for number in range(SEVERAL)]


@pytest.fixture
def tags(acme):
    """The tags that they may bear."""
    return {name: Tag.objects.of(acme.workspace).create(name=name, slug=name) for name in TAGS}


@HERE
@given(question=QUESTIONS, world=WORLDS)
def test_a_question_is_answered_as_it_reads(acme, globex, ids, tags, question, world):
    for account_id, said in zip(ids, world, strict=True):
        put(account_id, said, tags=tags)
    expected = {pk for pk, said in zip(ids, world, strict=True) if is_so(question, said)}
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)

    asked = asked_question(vocabulary, question, now=MORNING)
    among = asked_question(vocabulary, question, now=MORNING, among=ids[:2])

    assert set(asked.matching().values_list("pk", flat=True)) == expected
    assert set(among.matching().values_list("pk", flat=True)) == expected & set(ids[:2])
    assert Account.every_workspace.count() == SEVERAL


@settings(HERE, max_examples=25)
@given(question=QUESTIONS, world=WORLDS)
def test_each_row_is_judged_and_told_truly(acme, ids, tags, question, world):
    for account_id, said in zip(ids, world, strict=True):
        put(account_id, said, tags=tags)
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)
    asked = asked_question(vocabulary, question, now=MORNING, among=ids)

    judgements = [judged(asked, account_id) for account_id in ids]

    for said, judgement in zip(world, judgements, strict=True):
        assert judgement.inside is is_so(question, said)
        assert [row.met for row in judgement.rows] == [
            is_so(asked.rows[row.where].row, said) for row in judgement.rows
        ]


@settings(HERE, max_examples=25)
@given(question=QUESTIONS, world=WORLDS)
def test_whoever_is_in_is_told_at_least_one_reason(acme, ids, tags, question, world):
    for account_id, said in zip(ids, world, strict=True):
        put(account_id, said, tags=tags)
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)
    asked = asked_question(vocabulary, question, now=MORNING, among=ids)

    reasons = reasons_of(asked, ids)

    inside = [pk for pk, said in zip(ids, world, strict=True) if is_so(question, said)]
    assert all(reasons[account_id] for account_id in inside)


@settings(HERE, max_examples=25)
@given(question=QUESTIONS, world=WORLDS, steps=STEPS)
def test_step_by_step_is_as_all_at_once(acme, ids, tags, question, world, steps):
    audience = an_audience(acme, question, name="Stepwise")
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)
    state = dict(zip(ids, world, strict=True))
    moves = [*state.items(), *((ids[place], said) for place, said in steps)]

    for account_id, said in moves:
        put(account_id, said, tags=tags)
        state[account_id] = said
        look_again_at(audience, [account_id], vocabulary=vocabulary, cause=Cause.NEWS, now=MORNING)

    expected = {pk for pk, said in state.items() if is_so(question, said)}
    assert set(account_ids_in(audience)) == expected
    wholly = asked_question(vocabulary, Group(rules=(question,)), now=MORNING)
    assert len(differing_ids(audience, wholly)) == 0
    assert replayed(audience) == expected
    assert Audience.objects.of(acme.workspace).get(pk=audience.pk).size == len(expected)
    Audience.objects.of(acme.workspace).all().delete()


def replayed(audience):
    """Who is in according to the log alone."""
    inside: set[UUID | None] = set()
    for row in (
        AudienceChange.objects.of(audience.workspace_id)
        .filter(audience=audience)
        .order_by("created_at", "pk")
    ):
        entered = row.kind == ChangeKind.ENTERED
        assert (row.account_id in inside) is not entered
        inside ^= {row.account_id}
    return inside


@given(question=QUESTIONS)
def test_what_is_written_is_read_back(question):
    assert question_in(question_content(question)) == question


def test_nothing_a_user_types_becomes_sql(acme, ids):
    hostile = "x'); DROP TABLE customers_account; --"
    vocabulary = vocabulary_of(acme.workspace, about=About.ACCOUNTS)
    rows = [
        a_row("customers.plan", how, hostile)
        for how in ("is", "is_not", "any_of", "none_of", "contains", "starts_with")
    ]

    statement, parameters = (
        asked_question(vocabulary, Group(rules=tuple(rows)), now=MORNING)
        .matching()
        .query.sql_with_params()
    )

    assert "DROP" not in statement
    assert sum("DROP" in str(each) for each in parameters) == len(rows)
    assert Inclusion.every_workspace.count() == 0
