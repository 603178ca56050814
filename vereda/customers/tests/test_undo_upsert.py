import pytest

from vereda.customers.actions.account_upserts import account_journal, upsert_accounts
from vereda.customers.actions.accounts import edit_account
from vereda.customers.actions.person_upserts import person_journal, upsert_people
from vereda.customers.actions.upsert_undo import undo_account_upsert, undo_person_upsert
from vereda.customers.contracts import AccountIn, Identity, PersonIn
from vereda.customers.models.accounts import Account, AccountExternalId, AccountTag
from vereda.customers.models.fields import AccountValue
from vereda.customers.models.people import Membership, Person
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.testing import a_field, a_note, a_person, an_account
from vereda.customers.wording import JOURNALLED
from vereda.foundation.importing import Change, Outcome
from vereda.foundation.testing import NOON

pytestmark = pytest.mark.django_db


def changes_of(result):
    return [
        Change(row.id, Outcome(row.outcome), row.before, row.after)
        for row in result.rows
        if row.id is not None
    ]


def test_created_accounts_are_gone(acme):
    result = upsert_accounts(
        acme.workspace,
        [AccountIn(external_id="c-1", name="A", tags=("t",))],
        by=acme.owner,
        now=NOON,
    )

    undone = undo_account_upsert(acme.workspace, changes_of(result), by=acme.owner)

    assert (undone.undone, undone.kept) == (1, ())
    assert Account.every_workspace.count() == 0


def test_changed_accounts_are_as_before(acme):
    a_field(acme, label="Region")
    known = an_account(acme, name="Cantera", industry="Logistics", custom={"region": "North"})
    result = upsert_accounts(
        acme.workspace,
        [
            AccountIn(
                external_id="c-9",
                name="cantera",
                industry="Transport",
                tags=("new",),
                custom={"region": "South"},
            )
        ],
        identity=Identity.NAME,
        by=acme.owner,
        now=NOON,
    )

    undo_account_upsert(acme.workspace, changes_of(result), by=acme.owner)

    account = account_with_key(acme.workspace, known.key)
    assert (account.name, account.industry, account.custom) == (
        "Cantera",
        "Logistics",
        {"region": "North"},
    )
    assert AccountExternalId.every_workspace.count() == 0
    assert AccountTag.every_workspace.count() == 0
    assert AccountValue.every_workspace.get().text == "north"


def test_what_people_changed_since_stays_and_is_reported(acme):
    result = upsert_accounts(
        acme.workspace, [AccountIn(external_id="c-1", name="A")], by=acme.owner, now=NOON
    )
    edit_account(account_with_key(acme.workspace, "A-1"), by=acme.member, now=NOON, name="B")

    undone = undo_account_upsert(acme.workspace, changes_of(result), by=acme.owner)

    assert undone.undone == 0
    assert [(kept.object_id, str(kept.reason)) for kept in undone.kept] == [
        (result.ids[0], "Changed since: Name")
    ]
    assert account_with_key(acme.workspace, "A-1").name == "B"


def test_a_kept_row_names_the_fields_as_people_call_them(acme):
    a_field(acme, label="Shipping region")
    said = {"shipping_region": "North"}
    row = AccountIn(external_id="c-1", name="A", country="Spain", custom=said)
    result = upsert_accounts(acme.workspace, [row], by=acme.owner, now=NOON)
    account = account_with_key(acme.workspace, "A-1")
    edit_account(
        account, by=acme.member, now=NOON, country="Chile", custom={"shipping_region": "South"}
    )

    undone = undo_account_upsert(acme.workspace, changes_of(result), by=acme.owner)

    assert [str(kept.reason) for kept in undone.kept] == ["Changed since: Country, Shipping region"]


def test_every_field_of_the_journal_has_a_word(acme):
    account = account_journal(an_account(acme, name="A"), external_ids=(), tags={})
    person = person_journal(a_person(acme, name="P"), external_ids=(), roles={})

    assert {*account, *person} == set(JOURNALLED)


def test_an_account_that_others_use_is_kept(acme):
    result = upsert_accounts(
        acme.workspace, [AccountIn(external_id="c-1", name="A")], by=acme.owner, now=NOON
    )
    a_note(account_with_key(acme.workspace, "A-1"))

    undone = undo_account_upsert(acme.workspace, changes_of(result), by=acme.owner)

    assert undone.undone == 0
    assert [kept.object_id for kept in undone.kept] == list(result.ids)
    assert Account.every_workspace.count() == 1


def test_created_people_are_gone_and_new_memberships_ended(acme):
    account = an_account(acme, external_id="c-1")
    upsert_people(acme.workspace, [PersonIn(external_id="u-1", name="A")], by=None, now=NOON)
    result = upsert_people(
        acme.workspace,
        [
            PersonIn(external_id="u-1", name="Ana", account_ids=(account.pk,)),
            PersonIn(external_id="u-2", name="B", account_ids=(account.pk,)),
        ],
        by=acme.owner,
        now=NOON,
    )

    undone = undo_person_upsert(acme.workspace, changes_of(result), by=acme.owner)

    assert undone.undone == 2
    assert [person.name for person in Person.every_workspace.all()] == ["A"]
    assert Membership.every_workspace.count() == 0
