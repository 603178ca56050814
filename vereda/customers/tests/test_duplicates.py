import pytest

from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.actions.duplicates import (
    dismiss_duplicate,
    reopen_duplicate,
    suggest_duplicate_accounts,
    suggest_duplicate_people,
)
from vereda.customers.actions.merges import merge_accounts, undo_merge
from vereda.customers.contracts import AccountIn, AlreadyArchived, FieldTarget
from vereda.customers.jobs import look_for_duplicates
from vereda.customers.queries.duplicates import open_duplicates, open_duplicates_count
from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING, NOON

pytestmark = pytest.mark.django_db


def pairs(company, target=FieldTarget.ACCOUNT):
    """The names of each open pair, the likeliest pair first."""
    rows = open_duplicates(company.workspace, target=target)
    names = (f"first_{target}__name", f"second_{target}__name")
    return [set(pair) for pair in rows.values_list(*names)]


def test_legal_forms_accents_and_case_do_not_make_two_companies(acme):
    an_account(acme, name="Cantera Logística, S.L.")
    an_account(acme, name="CANTERA LOGISTICA")
    an_account(acme, name="Bravo GmbH")

    suggest_duplicate_accounts(acme.workspace)

    assert pairs(acme) == [{"Cantera Logística, S.L.", "CANTERA LOGISTICA"}]


def test_a_shared_domain_and_a_similar_name_are_reasons(acme):
    an_account(acme, name="Cantera Logistica")
    an_account(acme, name="Cantera Logistics")
    an_account(acme, name="Bravo", domain="bravo.example")
    an_account(acme, name="Bravo Norte Iberia", domain="bravo.example")

    suggest_duplicate_accounts(acme.workspace)

    [first, second] = open_duplicates(acme.workspace, target=FieldTarget.ACCOUNT)
    assert (first.reasons, second.reasons) == (["similar_name"], ["same_domain"])


def test_similar_names_with_sites_of_their_own_are_two(acme):
    an_account(acme, name="Cantera Norte", domain="norte.example")
    an_account(acme, name="Cantera Norta", domain="norta.example")

    suggest_duplicate_accounts(acme.workspace)

    assert pairs(acme) == []


def test_people_are_alike_by_address_or_by_name_inside_one_account(acme):
    account = an_account(acme)
    a_person(acme, name="Lucía Martos", account=account)
    a_person(acme, name="Lucia Martos", account=account)
    a_person(acme, name="Lucía Martos")
    a_person(acme, name="P. Serra", email="pau@cantera.example")
    a_person(acme, name="Pau Serra", email="PAU@cantera.example")

    suggest_duplicate_people(acme.workspace)

    assert pairs(acme, FieldTarget.PERSON) == [
        {"P. Serra", "Pau Serra"},
        {"Lucía Martos", "Lucia Martos"},
    ]


def test_a_dismissed_pair_is_not_suggested_again(acme):
    an_account(acme, name="Cantera")
    an_account(acme, name="Cantera SL")
    suggest_duplicate_accounts(acme.workspace)
    pair = open_duplicates(acme.workspace, target=FieldTarget.ACCOUNT)[0]

    dismiss_duplicate(pair, by=acme.member, now=MORNING)

    assert suggest_duplicate_accounts(acme.workspace) == 0
    assert open_duplicates_count(acme.workspace) == 0
    with pytest.raises(AlreadyArchived):
        dismiss_duplicate(pair, by=acme.admin, now=NOON)
    reopen_duplicate(pair, by=acme.member)
    assert open_duplicates_count(acme.workspace) == 1


def test_a_merged_pair_leaves_the_queue_and_returns_when_undone(acme):
    first = an_account(acme, name="Cantera")
    second = an_account(acme, name="Cantera SL")
    suggest_duplicate_accounts(acme.workspace)

    merge = merge_accounts(first, absorbed=second, by=acme.member, now=NOON)
    assert pairs(acme) == []
    undo_merge(merge, by=acme.member, now=NOON)

    assert len(pairs(acme)) == 1


def test_what_an_import_brings_is_compared_at_once(acme, globex, facts):
    an_account(acme, name="Cantera", domain="cantera.example")
    an_account(globex, name="Cantera", domain="cantera.example")
    upsert_accounts(
        acme.workspace,
        [AccountIn(external_id="c-9", name="Cantera Logistics", domain="cantera.example")],
        by=None,
        now=NOON,
    )

    facts.deliver()

    assert pairs(acme) == [{"Cantera", "Cantera Logistics"}]
    assert pairs(globex) == []


def test_the_night_compares_every_workspace(acme, globex):
    an_account(acme, name="Cantera Logistica")
    an_account(acme, name="Cantera Logistics")
    an_account(globex, name="Bravo")
    an_account(globex, name="Bravo Inc.")

    assert look_for_duplicates() == 2


def test_a_domain_of_a_whole_holding_costs_a_chain_and_not_a_square(acme):
    rows = [
        AccountIn(external_id=f"c-{n}", name=f"Company number {n:03}", domain="holding.example")
        for n in range(40)
    ]
    upsert_accounts(acme.workspace, rows, by=None, now=NOON)

    assert suggest_duplicate_accounts(acme.workspace) < 40 * 9
