import pytest

from vereda.customers.actions.accounts import add_account, add_external_id, remove_external_id
from vereda.customers.contracts import (
    AccountAdded,
    ExternalIdTaken,
    FieldType,
    LifecycleStage,
    NotAMember,
    UnknownField,
    WrongValue,
)
from vereda.customers.models.accounts import Account
from vereda.customers.queries.accounts import account_with_key, external_ids_of
from vereda.customers.testing import a_field, an_account
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db


def test_the_first_account_is_called_a_1_and_is_announced(acme, facts):
    account = add_account(acme.workspace, name="  Cantera   Logística ", by=acme.owner, now=MORNING)

    assert account.key == "A-1"
    assert account.name == "Cantera Logística"
    assert account_with_key(acme.workspace, "A-1") == account
    assert facts == [AccountAdded(workspace_id=acme.workspace.pk, account_id=account.pk)]


def test_each_workspace_counts_for_itself(acme, globex):
    an_account(acme)

    assert an_account(globex).key == "A-1"


def test_a_domain_is_taken_from_the_website_when_it_is_not_given(acme):
    account = an_account(acme, website="https://www.Cantera.example/es/")

    assert account.domain == "cantera.example"


def test_an_account_without_a_name_is_refused(acme, facts):
    with pytest.raises(WrongValue):
        add_account(acme.workspace, name="   ", by=acme.owner, now=MORNING)

    assert Account.every_workspace.count() == 0
    assert facts == []


def test_an_owner_of_another_workspace_is_refused(acme, globex, facts):
    with pytest.raises(NotAMember):
        an_account(acme, owner_id=globex.owner.pk)

    assert Account.every_workspace.count() == 0
    assert facts == []


def test_a_parent_of_another_workspace_is_missing(acme, globex):
    theirs = an_account(globex)

    with pytest.raises(Missing):
        an_account(acme, parent_id=theirs.pk)


def test_a_custom_value_is_kept_as_its_field_understands_it(acme):
    a_field(acme, label="Seats sold", type=FieldType.NUMBER)
    a_field(acme, label="Tier", type=FieldType.CHOICE, choices=["Gold", "Silver"])

    account = an_account(acme, custom={"seats_sold": " 12.50 ", "tier": "gold"})

    assert account.custom == {"seats_sold": "12.5", "tier": "Gold"}


@pytest.mark.parametrize(
    ("custom", "refusal"),
    [
        ({"seats_sold": "a dozen"}, WrongValue),
        ({"seats_sold": "NaN"}, WrongValue),
        ({"seats_sold": "1e99"}, WrongValue),
        ({"unheard_of": "1"}, UnknownField),
    ],
)
def test_a_custom_value_that_does_not_fit_is_refused(acme, custom, refusal):
    a_field(acme, label="Seats sold", type=FieldType.NUMBER)

    with pytest.raises(refusal):
        an_account(acme, custom=custom)

    assert Account.every_workspace.count() == 0


def test_what_another_system_calls_it_belongs_to_one_account(acme, globex):
    account = an_account(acme, external_id="crm-7")
    an_account(globex, external_id="crm-7")

    with pytest.raises(ExternalIdTaken):
        add_external_id(an_account(acme, name="Other"), value="crm-7", by=acme.owner)

    assert external_ids_of(account) == ("crm-7",)


def test_an_external_id_can_be_forgotten(acme):
    account = an_account(acme, external_id="crm-7")

    remove_external_id(account, value="crm-7", by=acme.owner)

    assert external_ids_of(account) == ()


def test_it_begins_in_onboarding_since_now(acme):
    account = an_account(acme)

    assert (account.stage, account.stage_since_at) == (LifecycleStage.ONBOARDING, MORNING)
