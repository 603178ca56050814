from datetime import UTC, date, datetime

import pytest

from vereda.customers.actions.erasures import forget_person
from vereda.customers.actions.person_upserts import upsert_people
from vereda.customers.contracts import FieldTarget, Identity, Outcome, PeopleUpserted, PersonIn
from vereda.customers.models.people import Membership, Person
from vereda.customers.queries.people import person_keys_of, person_with_key
from vereda.customers.testing import a_field, a_person, an_account
from vereda.foundation.testing import NOON

pytestmark = pytest.mark.django_db


def upsert(company, *rows, identity=Identity.EXTERNAL_ID, dry_run=False):
    return upsert_people(
        company.workspace, rows, identity=identity, by=None, now=NOON, dry_run=dry_run
    )


def test_a_row_makes_a_person_in_their_account(acme, facts):
    account = an_account(acme, external_id="c-1")
    a_field(acme, label="Shift", target=FieldTarget.PERSON)
    facts.clear()

    result = upsert(
        acme,
        PersonIn(
            external_id="u-1",
            email="Lucia@Cantera.example",
            name="Lucía Martos",
            account_external_ids=("c-1",),
            title="COO",
            role="decides",
            language="es",
            time_zone="Europe/Madrid",
            custom={"shift": "night"},
        ),
    )

    person = person_with_key(acme.workspace, "PE-1")
    [membership] = Membership.every_workspace.all()
    assert (person.email, person.title, person.custom) == (
        "lucia@cantera.example",
        "COO",
        {"shift": "night"},
    )
    assert (membership.account, membership.role) == (account, "decides")
    assert facts == [PeopleUpserted(workspace_id=acme.workspace.pk, created=result.ids, updated=())]


def test_an_id_alone_is_enough_for_somebody_who_only_sends_events(acme):
    result = upsert(acme, PersonIn(external_id="u-1"))

    assert result.rows[0].outcome is Outcome.CREATED
    assert person_with_key(acme.workspace, "PE-1").called == "PE-1"


def test_who_comes_without_a_day_is_known_since_today_where_the_workspace_is(acme):
    acme.workspace.time_zone = "Pacific/Auckland"
    acme.workspace.save(update_fields=["time_zone"])
    late = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)
    told = PersonIn(external_id="u-3", created_on=date(2025, 1, 31))

    for workspace, row in (
        (acme.workspace, PersonIn(external_id="u-1")),
        (acme.workspace.pk, PersonIn(external_id="u-2")),
        (acme.workspace, told),
    ):
        upsert_people(workspace, [row], by=None, now=late)

    days = Person.objects.of(acme.workspace).order_by("number").values_list("created_on", flat=True)
    assert list(days) == [date(2026, 11, 3), date(2026, 11, 3), date(2025, 1, 31)]


def test_the_same_row_twice_changes_nothing(acme, facts):
    an_account(acme, external_id="c-1")
    row = PersonIn(external_id="u-1", name="Lucía", account_external_ids=("c-1",), role="decides")
    upsert(acme, row)
    facts.clear()

    result = upsert(acme, row)

    assert result.rows[0].outcome is Outcome.UNCHANGED
    assert facts == []


def test_another_role_is_an_update_of_the_membership(acme):
    an_account(acme, external_id="c-1")
    upsert(acme, PersonIn(external_id="u-1", account_external_ids=("c-1",), role="uses"))

    result = upsert(
        acme, PersonIn(external_id="u-1", account_external_ids=("c-1",), role="decides")
    )

    assert result.rows[0].outcome is Outcome.UPDATED
    assert Membership.every_workspace.get().role == "decides"


def test_somebody_can_be_recognised_by_address(acme):
    known = a_person(acme, name="Lucía", email="lucia@cantera.example")

    result = upsert(
        acme,
        PersonIn(external_id="u-7", email="LUCIA@cantera.example"),
        identity=Identity.EMAIL,
    )

    assert result.ids == (known.pk,)
    assert person_keys_of(known) == ("u-7",)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (PersonIn(), "no_name"),
        (PersonIn(name="N", email="nobody"), "not_an_address"),
        (PersonIn(name="N", time_zone="Mars/Olympus"), "not_a_time_zone"),
        (PersonIn(name="N", account_external_ids=("nowhere",)), "unknown_account"),
        (PersonIn(name="N" * 201), "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refused_row_says_why_and_leaves_nobody(acme, row, code):
    result = upsert(acme, row)

    assert result.rows[0].code == code
    assert Person.every_workspace.count() == 0


def test_an_account_of_another_workspace_is_unknown(acme, globex):
    theirs = an_account(globex)

    result = upsert(acme, PersonIn(name="N", account_ids=(theirs.pk,)))

    assert result.rows[0].code == "unknown_account"
    assert Membership.every_workspace.count() == 0


def test_somebody_erased_is_not_brought_back_by_their_old_id(acme):
    erased = a_person(acme, name="Lucía", external_id="u-1", email="lucia@cantera.example")
    forget_person(erased, by=acme.owner, now=NOON)

    result = upsert(acme, PersonIn(external_id="u-1", name="Lucía"), identity=Identity.EMAIL)

    assert result.ids != (erased.pk,)
    assert person_with_key(acme.workspace, erased.key).name == ""
