from datetime import date

import pytest

from vereda.customers.actions.account_tags import tag_account
from vereda.customers.actions.figures import note_money
from vereda.customers.contracts import (
    Condition,
    FieldTarget,
    FieldType,
    MoneyFigures,
    Operator,
    Ordering,
    UnknownField,
    WrongValue,
)
from vereda.customers.queries.lists import (
    account_question,
    accounts_matching,
    list_order,
    people_matching,
    person_question,
)
from vereda.customers.testing import a_field, a_person, an_account
from vereda.foundation.paging import slice_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 2)


def names_where(company, *conditions):
    question = account_question(company.workspace, today=TODAY)
    rows = accounts_matching(question, [Condition(*one) for one in conditions])
    return sorted(rows.values_list("name", flat=True))


def three_accounts(acme, globex):
    a_field(acme, label="Region")
    a_field(acme, label="Score", type=FieldType.NUMBER)
    a_field(acme, label="Go live", type=FieldType.DATE)
    top = an_account(
        acme,
        name="Álamo Norte",
        stage="adoption",
        industry="Logistics",
        owner_id=acme.member.pk,
        custom={"region": "Ávila", "score": "10", "go_live": "2026-10-01"},
    )
    an_account(acme, name="Bravo", parent_id=top.pk, custom={"score": "9.5"}, industry="Retail")
    an_account(acme, name="Cantera", created_on=date(2025, 1, 1))
    tag_account(top, names=["VIP"], by=acme.owner)
    note_money(
        acme.workspace,
        figures={
            top.pk: MoneyFigures(
                arr_minor=8_400_000, currency="EUR", renewal_on=date(2026, 12, 2), seats=24
            )
        },
    )
    an_account(globex, name="Álamo of others", industry="Logistics")


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (("name", Operator.CONTAINS, "alamo"), ["Álamo Norte"]),
        (("name", Operator.STARTS_WITH, "BRA"), ["Bravo"]),
        (("name", Operator.IS, "cantera"), ["Cantera"]),
        (("stage", Operator.IS, "adoption"), ["Álamo Norte"]),
        (("stage", Operator.NONE_OF, "adoption,value"), ["Bravo", "Cantera"]),
        (("industry", Operator.ANY_OF, "Logistics,Retail"), ["Bravo", "Álamo Norte"]),
        (("industry", Operator.EMPTY, ""), ["Cantera"]),
        (("owner", Operator.EMPTY, ""), ["Bravo", "Cantera"]),
        (("owner", Operator.NOT_EMPTY, ""), ["Álamo Norte"]),
        (("arr", Operator.AT_LEAST, "84000"), ["Álamo Norte"]),
        (("arr", Operator.AT_LEAST, "84000.01"), []),
        (("arr", Operator.EMPTY, ""), ["Bravo", "Cantera"]),
        (("seats", Operator.IS, "24"), ["Álamo Norte"]),
        (("renewal_on", Operator.BEFORE, "+31d"), ["Álamo Norte"]),
        (("renewal_on", Operator.BEFORE, "+30d"), []),
        (("renewal_on", Operator.AFTER, "today"), ["Álamo Norte"]),
        (("created_on", Operator.IS, "2025-01-01"), ["Cantera"]),
        (("tags", Operator.IS, "vip"), ["Álamo Norte"]),
        (("tags", Operator.NONE_OF, "vip,other"), ["Bravo", "Cantera"]),
        (("tags", Operator.EMPTY, ""), ["Bravo", "Cantera"]),
        (("parent", Operator.IS, "A-1"), ["Bravo"]),
        (("parent", Operator.EMPTY, ""), ["Cantera", "Álamo Norte"]),
        (("custom.region", Operator.IS, "avila"), ["Álamo Norte"]),
        (("custom.region", Operator.EMPTY, ""), ["Bravo", "Cantera"]),
        (("custom.region", Operator.IS_NOT, "ávila"), ["Bravo", "Cantera"]),
        (("custom.score", Operator.AT_LEAST, "9.6"), ["Álamo Norte"]),
        (("custom.go_live", Operator.BEFORE, "-31d"), ["Álamo Norte"]),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_condition_finds_just_the_accounts_it_describes(acme, globex, condition, names):
    three_accounts(acme, globex)

    assert names_where(acme, condition) == names


def test_every_condition_has_to_hold(acme, globex):
    three_accounts(acme, globex)

    found = names_where(
        acme,
        ("industry", Operator.NOT_EMPTY, ""),
        ("custom.score", Operator.AT_MOST, "9.5"),
    )

    assert found == ["Bravo"]


@pytest.mark.parametrize(
    "field",
    [
        "account__owner__password__startswith",
        "owner__user__password",
        "_connector",
        "_negated",
        "workspace_id",
        "id__in",
        "custom.nothing",
        "custom.",
        "",
        "name; drop table",
    ],
)
def test_a_field_that_is_not_on_the_list_is_refused(acme, field):
    question = account_question(acme.workspace, today=TODAY)

    with pytest.raises(UnknownField):
        accounts_matching(question, [Condition(field, Operator.IS, "x")])


@pytest.mark.parametrize("value", ["' OR 1=1--", "%", "%" * 900, "\\", "_", "🙈", "2 ** 70"])
def test_an_odd_value_finds_nothing_and_breaks_nothing(acme, globex, value):
    three_accounts(acme, globex)

    assert names_where(acme, ("name", Operator.CONTAINS, value)) == []


@pytest.mark.parametrize(
    "condition",
    [
        ("name", Operator.CONTAINS, "\x00"),
        ("name", Operator.CONTAINS, "x" * 1_001),
        ("name", Operator.CONTAINS, " "),
        ("stage", Operator.IS, "nowhere"),
        ("seats", Operator.IS, str(2**70)),
        ("seats", Operator.AT_LEAST, "many"),
        ("arr", Operator.AT_LEAST, "NaN"),
        ("renewal_on", Operator.BEFORE, "soon"),
        ("renewal_on", Operator.BEFORE, "9999-99-99"),
        ("renewal_on", Operator.BEFORE, "+9999999d"),
        ("owner", Operator.IS, "me"),
        ("parent", Operator.IS, "A-0"),
        ("tags", Operator.ANY_OF, ",".join("abcdefghij" * 6)),
        ("industry", Operator.ANY_OF, ","),
    ],
    ids=lambda value: value[0],
)
def test_a_value_that_cannot_be_meant_is_refused(acme, condition):
    with pytest.raises(WrongValue):
        names_where(acme, condition)


def test_an_operator_that_makes_no_sense_is_refused(acme):
    with pytest.raises(UnknownField):
        names_where(acme, ("arr", Operator.CONTAINS, "1"))


def test_more_than_twenty_conditions_are_refused(acme):
    with pytest.raises(UnknownField):
        names_where(acme, *[("name", Operator.CONTAINS, "a")] * 21)


@pytest.mark.parametrize("field", ["?", "password", "a;drop", "tags", "-name", "custom.nothing"])
def test_an_order_that_is_not_on_the_list_is_refused(acme, field):
    question = account_question(acme.workspace, today=TODAY)

    with pytest.raises(UnknownField):
        list_order(question, Ordering(field))


@pytest.mark.parametrize(
    ("field", "descending", "names"),
    [
        ("name", False, ["Álamo Norte", "Bravo", "Cantera"]),
        ("name", True, ["Cantera", "Bravo", "Álamo Norte"]),
        ("stage", True, ["Álamo Norte", "Cantera", "Bravo"]),
        ("industry", False, ["Álamo Norte", "Bravo", "Cantera"]),
        ("arr", False, ["Álamo Norte", "Bravo", "Cantera"]),
        ("custom.score", False, ["Bravo", "Álamo Norte", "Cantera"]),
        ("custom.score", True, ["Álamo Norte", "Bravo", "Cantera"]),
        ("custom.region", True, ["Álamo Norte", "Cantera", "Bravo"]),
    ],
)
def test_a_list_is_sorted_with_the_empty_ones_last(acme, globex, field, descending, names):
    three_accounts(acme, globex)
    question = account_question(acme.workspace, today=TODAY)
    order = list_order(question, Ordering(field, descending))

    page = slice_of(accounts_matching(question, []), workspace=acme.workspace, order=order)

    assert [account.name for account in page.rows] == names


def test_people_are_found_by_account_and_by_their_own_fields(acme):
    a_field(acme, label="Shift", target=FieldTarget.PERSON)
    account = an_account(acme)
    a_person(acme, name="Lucía", account=account, custom={"shift": "Night"}, language="es")
    a_person(acme, name="Pau", account=account, language="ca")
    a_person(acme, name="Noa", custom={"shift": "night"}, language="es")
    question = person_question(acme.workspace, today=TODAY)

    found = people_matching(
        question,
        [
            Condition("account", Operator.IS, account.key),
            Condition("custom.shift", Operator.IS, "night"),
            Condition("language", Operator.IS, "es"),
        ],
    )

    assert [person.name for person in found] == ["Lucía"]
