import pytest

from vereda.customers.actions.accounts import edit_account
from vereda.customers.actions.fields import (
    archive_field,
    define_field,
    edit_field,
    restore_field,
)
from vereda.customers.contracts import (
    AlreadyArchived,
    FieldExists,
    FieldTarget,
    FieldType,
    UnknownField,
    WrongValue,
)
from vereda.customers.models.fields import CustomField
from vereda.customers.queries.fields import custom_fields_by_slug, custom_fields_of, values_of
from vereda.customers.testing import a_field, an_account
from vereda.foundation.testing import MORNING, NOON

pytestmark = pytest.mark.django_db


def slugs(company):
    fields = custom_fields_of(company.workspace, target=FieldTarget.ACCOUNT)
    return [field.slug for field in fields]


def test_a_field_gets_its_slug_from_its_name_and_its_place_at_the_end(acme):
    a_field(acme, label="Región fiscal")
    a_field(acme, label="Go-live", type=FieldType.DATE)

    assert slugs(acme) == ["region_fiscal", "go_live"]


def test_accounts_and_people_may_have_fields_of_the_same_name(acme, globex):
    a_field(acme, label="Region")
    a_field(acme, label="Region", target=FieldTarget.PERSON)
    a_field(globex, label="Region")

    assert CustomField.every_workspace.count() == 3


def test_a_second_field_of_the_same_name_is_refused(acme):
    archive_field(a_field(acme, label="Region"), by=acme.admin, now=NOON)

    with pytest.raises(FieldExists):
        a_field(acme, label="REGIÓN")

    assert CustomField.every_workspace.count() == 1


@pytest.mark.parametrize(
    ("label", "type", "choices"),
    [
        ("  ", FieldType.TEXT, []),
        ("¿?", FieldType.TEXT, []),
        ("Tier", FieldType.CHOICE, []),
        ("Tier", FieldType.CHOICE, ["x" * 101]),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(acme, label, type, choices):
    with pytest.raises(WrongValue):
        define_field(
            acme.workspace,
            target=FieldTarget.ACCOUNT,
            label=label,
            type=type,
            choices=choices,
            by=acme.admin,
        )

    assert CustomField.every_workspace.count() == 0


def test_an_archived_field_leaves_the_forms_and_comes_back_with_what_it_held(acme):
    field = a_field(acme, label="Region")
    account = an_account(acme, custom={"region": "North"})

    archive_field(field, by=acme.admin, now=MORNING)
    with pytest.raises(AlreadyArchived):
        archive_field(field, by=acme.admin, now=NOON)
    with pytest.raises(UnknownField):
        edit_account(account, by=acme.member, now=NOON, custom={"region": "South"})
    restore_field(field, by=acme.admin)

    fields = custom_fields_by_slug(acme.workspace, target=FieldTarget.ACCOUNT)
    assert [one.value for one in values_of(account, fields=fields)] == ["North"]


def test_other_choices_leave_what_is_stored(acme):
    field = a_field(acme, label="Tier", type=FieldType.CHOICE, choices=["Gold", "Silver"])
    account = an_account(acme, custom={"tier": "Silver"})

    edit_field(field, label="Level", choices=["Gold", "Bronze"], by=acme.admin)

    fields = custom_fields_by_slug(acme.workspace, target=FieldTarget.ACCOUNT)
    assert [(one.field.label, one.value) for one in values_of(account, fields=fields)] == [
        ("Level", "Silver")
    ]
