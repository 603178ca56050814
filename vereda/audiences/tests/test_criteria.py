"""Whatever any capability lets an audience ask can be asked, answered and told."""

import pytest

from vereda.audiences.contracts import About, Group, Row
from vereda.audiences.queries.asking import asked_question, vocabulary_of
from vereda.audiences.queries.reasons import judged, reasons_of
from vereda.audiences.testing import a_row, an_audience
from vereda.customers.testing import a_field, a_person, an_account
from vereda.foundation.criteria import VALUELESS, ValueKind
from vereda.foundation.testing import MORNING
from vereda.product.testing import a_feature, a_product

pytestmark = pytest.mark.django_db

TYPED = {
    ValueKind.TEXT: "x",
    ValueKind.NUMBER: "3",
    ValueKind.MONEY: "3",
    ValueKind.DATE: "2026-10-01",
}
IN_DAYS = {"in_last_days", "in_next_days"}


@pytest.fixture
def world(acme):
    """Somebody in an account that is in another, a field, a feature, and audiences of both."""
    a_field(acme)
    a_feature(a_product(acme), events=["Report exported"])
    above = an_account(acme, name="Above")
    account = an_account(acme, name="Below", parent_id=above.pk, owner_id=acme.member.pk)
    person = a_person(acme, account=account)
    an_audience(acme, a_row("customers.name", "known"), name="Accounts")
    an_audience(acme, a_row("customers.name", "known"), name="People", about=About.PEOPLE)
    return {About.ACCOUNTS: account, About.PEOPLE: person}


def typed(offered, acme, world):
    """Something that can be said where a criterion or a parameter asks."""
    if offered.kind is ValueKind.CHOICE:
        return next(iter(offered.choices or {}), "")
    if offered.kind is ValueKind.MEMBER:
        return str(acme.member.pk)
    if offered.kind is ValueKind.ACCOUNT:
        return world[About.ACCOUNTS].key
    return TYPED[offered.kind]


def rows_asking(vocabulary, acme, world):
    """Every criterion in each way it can be asked, where this workspace has a choice for it."""
    for name, criterion in vocabulary.criteria.items():
        parameters = {
            each.name: each.default or typed(each, acme, world) for each in criterion.parameters
        }
        value = typed(criterion, acme, world)
        for comparison in criterion.comparisons:
            said = "30" if comparison in IN_DAYS else value
            values = () if comparison in VALUELESS else (said,)
            if (said or not values) and all(parameters.values()):
                yield Row(
                    criterion=name, comparison=comparison, values=values, parameters=parameters
                )


@pytest.mark.parametrize("about", list(About))
def test_every_criterion_can_be_asked_answered_and_told(acme, world, about):
    vocabulary = vocabulary_of(acme.workspace, about=about)
    thing = world[about]
    rows = list(rows_asking(vocabulary, acme, world))
    agreeing = []

    for row in rows:
        question = Group(rules=(row,))
        whole = asked_question(vocabulary, question, now=MORNING)
        few = asked_question(vocabulary, question, now=MORNING, among=[thing.pk])
        inside = thing.pk in set(whole.matching().values_list("pk", flat=True))
        judgement = judged(few, thing.pk)
        reasons = reasons_of(few, [thing.pk])[thing.pk]
        agreeing.append((judgement.inside, bool(reasons)) == (inside, inside))

    assert [row for row, agrees in zip(rows, agreeing, strict=True) if not agrees] == []
    assert len({row.criterion for row in rows}) > 30


def test_names_of_criteria_begin_with_their_capability_and_are_given_once(acme, world):
    vocabularies = [vocabulary_of(acme.workspace, about=about) for about in About]

    names = [name for each in vocabularies for name in each.criteria]

    owners = {"customers", "events", "revenue", "support", "surveys", "health"}
    owners |= {"audiences", "outcomes", "adoption", "messaging"}
    assert {name.partition(".")[0] for name in names} <= owners
