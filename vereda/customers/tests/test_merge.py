import pytest
from django.apps import apps

from vereda.customers.actions.account_tags import tag_account
from vereda.customers.actions.accounts import edit_account
from vereda.customers.actions.merges import merge_accounts, merge_people, undo_merge
from vereda.customers.actions.people import join_account
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import (
    AccountMergeUndone,
    AccountsMerged,
    CannotMerge,
    CannotUndoMerge,
    PeopleMerged,
    RelationKind,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.duplicates import Merge
from vereda.customers.models.notes import Note
from vereda.customers.queries.accounts import account_with_key, external_ids_of, listed_accounts
from vereda.customers.queries.people import people_of, person_keys_of, person_with_key
from vereda.customers.testing import a_field, a_note, a_person, an_account
from vereda.foundation.testing import MORNING, NOON

pytestmark = pytest.mark.django_db

# What a merge and its undoing may leave behind on the survivor: that it was touched.
TOUCHED = {"version", "changed_by_id", "updated_at"}


def everything():
    """Every row of customers but the merges themselves, without what says a row was touched."""
    return {
        model.__name__: sorted(
            (
                {name: repr(value) for name, value in row.items() if name not in TOUCHED}
                for row in model._base_manager.values()
            ),
            key=lambda row: row["id"],
        )
        for model in apps.get_app_config("customers").get_models()
        if model is not Merge
    }


def two_full_accounts(acme):
    """Two accounts with a bit of everything, and people who know each other."""
    a_field(acme, label="Region")
    a_field(acme, label="Tier")
    kept = an_account(acme, name="Cantera", external_id="crm-1", custom={"region": "North"})
    gone = an_account(
        acme,
        name="Cantera SL",
        external_id="crm-2",
        domain="cantera.example",
        custom={"region": "South", "tier": "Gold"},
        owner_id=acme.member.pk,
    )
    an_account(acme, name="Below", parent_id=gone.pk)
    both = a_person(acme, name="Lucía", account=kept)
    join_account(both, account=gone, by=acme.owner)
    only = a_person(acme, name="Pau", account=gone)
    relate_people(only, account=gone, kind=RelationKind.REPORTS_TO, to=both, by=acme.owner)
    a_note(kept, body="kept")
    a_note(gone, body="gone", participants=[only])
    tag_account(kept, names=["vip"], by=acme.owner)
    tag_account(gone, names=["vip", "south"], by=acme.owner)
    return kept, gone


def test_everything_of_the_absorbed_account_is_found_at_the_survivor(acme, facts):
    kept, gone = two_full_accounts(acme)
    facts.clear()

    merge = merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)

    survivor = account_with_key(acme.workspace, kept.key)
    assert external_ids_of(survivor) == ("crm-1", "crm-2")
    assert [row.person.name for row in people_of(survivor)] == ["Lucía", "Pau"]
    assert [note.body for note in survivor.notes.order_by("id")] == ["kept", "gone"]
    assert sorted(row.tag.name for row in survivor.account_tags.all()) == ["south", "vip"]
    assert [child.name for child in survivor.children.all()] == ["Below"]
    assert facts == [
        AccountsMerged(
            workspace_id=acme.workspace.pk,
            merge_id=merge.pk,
            survivor_id=kept.pk,
            absorbed_id=gone.pk,
        )
    ]


def test_the_survivor_keeps_its_own_and_is_given_what_it_lacked(acme):
    kept, gone = two_full_accounts(acme)

    merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)

    survivor = account_with_key(acme.workspace, kept.key)
    assert survivor.custom == {"region": "North", "tier": "Gold"}
    assert (survivor.domain, survivor.owner) == ("cantera.example", acme.member)


def test_the_key_of_the_absorbed_account_leads_to_the_survivor(acme):
    kept, gone = two_full_accounts(acme)

    merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)

    assert account_with_key(acme.workspace, gone.key) == kept
    assert gone not in listed_accounts(acme.workspace)


def test_undoing_restores_every_row_exactly(acme, facts):
    kept, gone = two_full_accounts(acme)
    before = everything()
    merge = merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)
    assert everything() != before
    facts.clear()

    undo_merge(merge, by=acme.owner, now=NOON)

    assert everything() == before
    assert [type(fact) for fact in facts] == [AccountMergeUndone]


def test_what_was_added_since_stays_with_the_survivor(acme):
    kept, gone = two_full_accounts(acme)
    merge = merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)
    survivor = account_with_key(acme.workspace, kept.key)
    a_note(survivor, body="since")
    edit_account(survivor, by=acme.owner, now=NOON, domain="new.example")

    undo_merge(merge, by=acme.owner, now=NOON)

    assert [note.body for note in kept.notes.order_by("id")] == ["kept", "since"]
    assert [note.body for note in gone.notes.order_by("id")] == ["gone"]
    assert account_with_key(acme.workspace, kept.key).domain == "new.example"


def test_what_was_deleted_since_stays_deleted(acme):
    kept, gone = two_full_accounts(acme)
    merge = merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)
    Note.every_workspace.filter(body="gone").delete()

    undo_merge(merge, by=acme.owner, now=NOON)

    assert [note.body for note in Note.every_workspace.all()] == ["kept"]


def test_a_merge_is_undone_once(acme, facts):
    kept, gone = two_full_accounts(acme)
    merge = merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)
    undo_merge(merge, by=acme.owner, now=NOON)
    facts.clear()
    before = everything()

    with pytest.raises(CannotUndoMerge):
        undo_merge(merge, by=acme.owner, now=NOON)

    assert everything() == before
    assert facts == []


def test_merges_are_undone_from_the_last_to_the_first(acme):
    first, second, third = (an_account(acme, name=name) for name in ("A", "B", "C"))
    before = everything()
    inner = merge_accounts(second, absorbed=first, by=acme.owner, now=MORNING)
    outer = merge_accounts(third, absorbed=second, by=acme.owner, now=NOON)
    with pytest.raises(CannotUndoMerge):
        undo_merge(inner, by=acme.owner, now=NOON)

    undo_merge(outer, by=acme.owner, now=NOON)
    undo_merge(inner, by=acme.owner, now=NOON)

    assert everything() == before


@pytest.mark.parametrize("pair", [("A", "A"), ("Below", "A")], ids=["itself", "one above it"])
def test_an_account_cannot_take_in_itself_or_one_above_it(acme, pair, facts):
    top = an_account(acme, name="A")
    an_account(acme, name="Below", parent_id=top.pk)
    facts.clear()
    before = everything()
    kept, gone = (Account.every_workspace.get(name=name) for name in pair)

    with pytest.raises(CannotMerge):
        merge_accounts(kept, absorbed=gone, by=acme.owner, now=NOON)

    assert everything() == before
    assert facts == []


def test_an_account_takes_in_one_from_below_without_closing_a_circle(acme):
    top = an_account(acme, name="Top")
    middle = an_account(acme, name="Middle", parent_id=top.pk)
    bottom = an_account(acme, name="Bottom", parent_id=middle.pk)
    before = everything()

    merge = merge_accounts(top, absorbed=bottom, by=acme.owner, now=NOON)

    assert account_with_key(acme.workspace, top.key).parent is None
    undo_merge(merge, by=acme.owner, now=NOON)
    assert everything() == before


def test_accounts_of_two_workspaces_cannot_be_merged(acme, globex):
    ours, theirs = an_account(acme), an_account(globex)
    before = everything()

    with pytest.raises(CannotMerge):
        merge_accounts(ours, absorbed=theirs, by=acme.owner, now=NOON)

    assert everything() == before


def test_two_people_become_one_and_two_again(acme, facts):
    account = an_account(acme)
    kept = a_person(acme, name="Lucía Martos", account=account, external_id="u-1")
    gone = a_person(
        acme, name="L. Martos", account=account, external_id="u-2", email="lucia@cantera.example"
    )
    a_note(account, body="both", participants=[kept, gone])
    relate_people(gone, account=account, kind=RelationKind.DECIDES, by=acme.owner)
    before = everything()
    facts.clear()

    merge = merge_people(kept, absorbed=gone, by=acme.owner, now=NOON)

    survivor = person_with_key(acme.workspace, gone.key)
    assert survivor == kept
    assert person_keys_of(survivor) == ("u-1", "u-2")
    assert survivor.email == "lucia@cantera.example"
    assert [type(fact) for fact in facts] == [PeopleMerged]
    undo_merge(merge, by=acme.owner, now=NOON)
    assert everything() == before
