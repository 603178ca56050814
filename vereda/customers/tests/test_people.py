from datetime import date

import pytest

from vereda.customers.actions.people import (
    archive_person,
    edit_person,
    join_account,
    leave_account,
    restore_person,
)
from vereda.customers.contracts import (
    AlreadyArchived,
    ChangedMeanwhile,
    ExternalIdTaken,
    NotArchived,
    PersonAdded,
    PersonChanged,
    WrongValue,
)
from vereda.customers.models.people import Membership, Person
from vereda.customers.queries.people import (
    listed_people,
    memberships_in,
    people_found,
    people_of,
    person_keys_of,
    person_with_key,
)
from vereda.customers.testing import a_person, an_account
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def test_a_person_is_somebody_with_reasons_of_their_own(acme, facts):
    account = an_account(acme)
    facts.clear()

    person = a_person(
        acme,
        name="Lucía Martos",
        account=account,
        role="decides",
        email=" Lucia@Cantera.example ",
        language="es",
        time_zone="Europe/Madrid",
        preferences="Calls before nine.",
        motivations="Fewer lost orders.",
        beliefs="Doubts that drivers will use it.",
    )

    stored = person_with_key(acme.workspace, "PE-1")
    assert (stored.email, stored.motivations) == ("lucia@cantera.example", "Fewer lost orders.")
    assert [(row.person, row.role) for row in people_of(account)] == [(person, "decides")]
    assert facts == [PersonAdded(workspace_id=acme.workspace.pk, person_id=person.pk)]


@pytest.mark.parametrize(
    "values",
    [
        {"name": " ", "email": ""},
        {"email": "nobody at all"},
        {"time_zone": "Mars/Olympus"},
        {"motivations": "x" * 2_001},
        {"name": "a\x00b"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_what_cannot_be_true_of_a_person_is_refused(acme, values, facts):
    with pytest.raises(WrongValue):
        a_person(acme, **values)

    assert Person.every_workspace.count() == 0
    assert facts == []


def test_an_id_that_another_person_has_is_refused(acme):
    a_person(acme, external_id="u-1")

    with pytest.raises(ExternalIdTaken):
        a_person(acme, name="Other", external_id="u-1")

    assert Person.every_workspace.count() == 1


def test_the_audit_trail_names_the_fields_and_not_what_they_say(acme):
    person = a_person(acme)

    edit_person(person, by=acme.member, motivations="Fewer lost orders.")

    line = AuditLine.objects.of(acme.workspace).order_by("-id")[0]
    assert (line.thing, line.details) == ("PE-1", {"fields": ["motivations"]})


def test_the_second_to_edit_is_refused(acme, facts):
    person = a_person(acme)
    edit_person(person, by=acme.admin, version=1, title="COO")
    facts.clear()

    with pytest.raises(ChangedMeanwhile):
        edit_person(person, by=acme.member, version=1, title="CEO")

    assert person_with_key(acme.workspace, "PE-1").title == "COO"
    assert facts == []


def test_joining_twice_says_it_better_and_not_twice(acme, facts):
    account = an_account(acme)
    person = a_person(acme, account=account)
    facts.clear()

    join_account(person, account=account, title="COO", by=acme.member)

    assert [row.title for row in memberships_in(person)] == ["COO"]
    assert facts == [
        PersonChanged(workspace_id=acme.workspace.pk, person_id=person.pk, fields=("memberships",))
    ]


def test_who_leaves_may_come_back_and_both_are_known(acme):
    account = an_account(acme)
    person = a_person(acme, account=account)

    leave_account(memberships_in(person)[0], until_on=date(2026, 11, 2), by=acme.member)
    assert people_of(account) == []
    join_account(person, account=account, by=acme.member)

    assert len(people_of(account)) == 1
    assert Membership.every_workspace.count() == 2


def test_nobody_leaves_before_they_came(acme, facts):
    account = an_account(acme)
    person = a_person(acme)
    membership = join_account(person, account=account, since_on=date(2026, 11, 2), by=acme.member)
    facts.clear()

    with pytest.raises(WrongValue):
        leave_account(membership, until_on=date(2026, 11, 1), by=acme.member)

    assert Membership.every_workspace.get().until_on is None
    assert facts == []


def test_nobody_leaves_twice(acme, facts):
    person = a_person(acme, account=an_account(acme))
    membership = memberships_in(person)[0]
    leave_account(membership, until_on=date(2026, 11, 2), by=acme.member)
    facts.clear()

    with pytest.raises(NotArchived):
        leave_account(membership, until_on=date(2026, 11, 3), by=acme.member)

    assert Membership.every_workspace.get().until_on == date(2026, 11, 2)
    assert facts == []


def test_an_archived_person_leaves_the_lists_and_comes_back(acme):
    person = a_person(acme)

    archive_person(person, by=acme.member, now=MORNING)
    assert list(listed_people(acme.workspace)) == []
    with pytest.raises(AlreadyArchived):
        archive_person(person, by=acme.member, now=NOON)
    restore_person(person, by=acme.member)

    assert list(listed_people(acme.workspace)) == [person]


def test_a_key_of_another_workspace_is_missing(acme, globex):
    a_person(globex)

    with pytest.raises(Missing):
        person_with_key(acme.workspace, "PE-1")


def test_people_are_found_by_beginning_address_and_middle(acme, globex):
    a_person(acme, name="Lucía Martos", email="coo@cantera.example")
    a_person(acme, name="Ana Luciano")
    a_person(globex, name="Lucía of others")

    assert [person.name for person in people_found(acme.workspace, text="luci")] == [
        "Lucía Martos",
        "Ana Luciano",
    ]
    assert [person.name for person in people_found(acme.workspace, text="COO@")] == ["Lucía Martos"]


def test_what_other_systems_call_somebody_is_known(acme):
    assert person_keys_of(a_person(acme, external_id="u-1")) == ("u-1",)
