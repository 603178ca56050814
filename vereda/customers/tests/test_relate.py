import pytest

from vereda.customers.actions.relationships import (
    Tie,
    relate_people,
    tie_people,
    unrelate_people,
)
from vereda.customers.contracts import AlreadyRelated, RelationKind, WrongValue
from vereda.customers.models.people import Relationship
from vereda.customers.queries.relationships import relationship_map
from vereda.customers.testing import a_person, an_account
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def test_an_account_is_people_who_stand_somehow_to_each_other(acme):
    account = an_account(acme)
    lucia = a_person(acme, name="Lucía", account=account)
    pau = a_person(acme, name="Pau", account=account)

    relate_people(lucia, account=account, kind=RelationKind.DECIDES, by=acme.member)
    relate_people(pau, account=account, kind=RelationKind.REPORTS_TO, to=lucia, by=acme.member)

    between = relationship_map(account)
    assert between.people == [lucia, pau]
    assert between.kinds == {lucia.pk: [RelationKind.DECIDES]}
    assert [(row.from_person, row.kind, row.to_person) for row in between.between] == [
        (pau, "reports_to", lucia)
    ]


def test_the_map_costs_two_queries_however_many_they_are(acme, django_assert_num_queries):
    account = an_account(acme)
    people = [a_person(acme, name=f"P{n}", account=account) for n in range(6)]
    for person in people[1:]:
        relate_people(
            person, account=account, kind=RelationKind.REPORTS_TO, to=people[0], by=acme.member
        )

    with django_assert_num_queries(2):
        relationship_map(account)


def test_the_same_relationship_twice_is_refused(acme):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    relate_people(lucia, account=account, kind=RelationKind.BLOCKS, by=acme.member)

    with pytest.raises(AlreadyRelated):
        relate_people(lucia, account=account, kind=RelationKind.BLOCKS, by=acme.member)

    assert Relationship.every_workspace.count() == 1


def test_several_are_told_together_and_all_or_none_of_them(acme):
    account = an_account(acme)
    lucia, pau = (a_person(acme, name=name, account=account) for name in ("Lucía", "Pau"))
    signs = Tie(person=lucia, kind=RelationKind.INFLUENCES)
    reports = Tie(person=pau, kind=RelationKind.REPORTS_TO, to=lucia, note=" Since May ")
    relate_people(lucia, account=account, kind=RelationKind.BLOCKS, by=acme.member)

    for wrong in (
        Tie(person=lucia, kind=RelationKind.BLOCKS),
        Tie(person=pau, kind=RelationKind.WORKS_WITH, to=pau),
        Tie(person=a_person(acme), kind=RelationKind.CHAMPION),
    ):
        with pytest.raises((AlreadyRelated, WrongValue)):
            tie_people(account, [signs, reports, wrong], by=acme.member)
    assert Relationship.every_workspace.count() == 1

    rows = tie_people(account, [signs, reports], by=acme.member)
    assert [(row.from_person, row.to_person, row.note) for row in rows] == [
        (lucia, None, ""),
        (pau, lucia, "Since May"),
    ]
    assert AuditLine.objects.of(acme.workspace).filter(verb="related").count() == 3


@pytest.mark.parametrize("kind", [RelationKind.REPORTS_TO, RelationKind.WORKS_WITH])
def test_some_kinds_need_somebody_else(acme, kind):
    account = an_account(acme)
    lucia = a_person(acme, account=account)

    with pytest.raises(WrongValue):
        relate_people(lucia, account=account, kind=kind, by=acme.member)

    assert Relationship.every_workspace.count() == 0


def test_nobody_is_related_to_themselves(acme):
    account = an_account(acme)
    lucia = a_person(acme, account=account)

    with pytest.raises(WrongValue):
        relate_people(lucia, account=account, kind=RelationKind.INFLUENCES, to=lucia, by=acme.owner)

    assert Relationship.every_workspace.count() == 0


def test_somebody_from_outside_the_account_is_refused(acme):
    account = an_account(acme)
    outsider = a_person(acme, account=an_account(acme, name="Other"))

    with pytest.raises(WrongValue):
        relate_people(outsider, account=account, kind=RelationKind.DECIDES, by=acme.member)

    assert Relationship.every_workspace.count() == 0


def test_a_relationship_can_be_taken_back(acme):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    row = relate_people(lucia, account=account, kind=RelationKind.CHAMPION, by=acme.member)

    unrelate_people(row, by=acme.member)

    assert relationship_map(account).kinds == {}
