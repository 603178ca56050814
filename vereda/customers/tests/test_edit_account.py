import pytest

from vereda.customers.actions.accounts import (
    archive_account,
    assign_account,
    change_stage,
    edit_account,
    move_account,
    restore_account,
    set_next_step,
)
from vereda.customers.contracts import (
    AccountArchived,
    AccountChanged,
    AccountRestored,
    AccountStageChanged,
    AlreadyArchived,
    ChangedMeanwhile,
    CircularTree,
    Difference,
    FieldType,
    LifecycleStage,
    NotArchived,
)
from vereda.customers.models.accounts import Account
from vereda.customers.models.fields import AccountValue
from vereda.customers.queries.accounts import (
    account_tree,
    account_with_key,
    descendant_ids,
    listed_accounts,
    moves_of,
)
from vereda.customers.testing import a_field, an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def test_only_what_is_said_changes_and_is_announced(acme, facts):
    account = an_account(acme, industry="Logistics", country="Spain")
    facts.clear()

    edit_account(account, by=acme.member, now=NOON, industry="Transport")

    now = account_with_key(acme.workspace, account.key)
    assert (now.industry, now.country, now.version) == ("Transport", "Spain", 2)
    assert facts == [
        AccountChanged(workspace_id=acme.workspace.pk, account_id=account.pk, fields=("industry",))
    ]


def test_the_audit_trail_says_what_it_was_and_became(acme):
    account = an_account(acme, industry="Logistics")

    edit_account(account, by=acme.member, now=NOON, industry="Transport")

    line = AuditLine.objects.of(acme.workspace).order_by("-id")[0]
    assert (line.verb, line.by, line.details) == (
        "edited",
        acme.member,
        {"before": {"industry": "Logistics"}, "after": {"industry": "Transport"}},
    )


def test_an_edit_that_changes_nothing_is_no_edit(acme, facts):
    account = an_account(acme, industry="Logistics")
    facts.clear()

    edit_account(account, by=acme.member, now=NOON, industry="Logistics")

    assert account_with_key(acme.workspace, account.key).version == 1
    assert facts == []


def test_the_second_to_edit_is_told_who_was_first_and_where_they_differ(acme, facts):
    account = an_account(acme, industry="Logistics")
    edit_account(account, by=acme.admin, now=NOON, version=1, industry="Transport")
    facts.clear()

    with pytest.raises(ChangedMeanwhile) as refusal:
        edit_account(account, by=acme.member, now=NOON, version=1, industry="Storage")

    assert acme.admin.name in str(refusal.value)
    assert refusal.value.differences == (Difference("industry", "Transport", "Storage"),)
    assert account_with_key(acme.workspace, account.key).industry == "Transport"
    assert facts == []


def test_a_change_of_stage_is_told_and_remembered(acme, facts):
    account = an_account(acme)
    facts.clear()

    change_stage(account, stage=LifecycleStage.ADOPTION, by=acme.member, now=NOON)

    [move] = moves_of(account)
    assert (move.kind, move.before, move.after, move.moved_at, move.by) == (
        "stage",
        "onboarding",
        "adoption",
        NOON,
        acme.member,
    )
    assert facts.of(AccountStageChanged) == [
        AccountStageChanged(
            workspace_id=acme.workspace.pk,
            account_id=account.pk,
            before="onboarding",
            after="adoption",
        )
    ]
    assert account_with_key(acme.workspace, account.key).stage_since_at == NOON


def test_it_can_be_given_to_somebody_and_to_nobody(acme):
    account = an_account(acme)

    assign_account(account, owner=acme.member, by=acme.owner, now=MORNING)
    assign_account(account, owner=None, by=acme.owner, now=NOON)

    assert account_with_key(acme.workspace, account.key).owner is None
    assert [move.kind for move in moves_of(account)] == ["owner", "owner"]


def test_the_next_step_can_be_said(acme):
    account = an_account(acme)

    set_next_step(account, next_step=" Call Lucía ", by=acme.member, now=NOON)

    assert account_with_key(acme.workspace, account.key).next_step == "Call Lucía"


def test_an_emptied_custom_field_leaves_the_row_and_its_index(acme):
    a_field(acme, label="Region")
    account = an_account(acme, custom={"region": "North"})

    edit_account(account, by=acme.member, now=NOON, custom={"region": None})

    assert account_with_key(acme.workspace, account.key).custom == {}
    assert AccountValue.every_workspace.count() == 0


@pytest.mark.parametrize(
    ("type", "value", "column", "indexed"),
    [
        (FieldType.TEXT, "Ávila Norte", "text", "avila norte"),
        (FieldType.NUMBER, "12.5", "number", 12.5),
        (FieldType.BOOLEAN, "sí", "text", "true"),
        (FieldType.URL, "https://a.example/", "text", "https://a.example/"),
    ],
)
def test_a_custom_value_is_indexed_in_the_column_of_its_type(acme, type, value, column, indexed):
    a_field(acme, label="Region", type=type)

    an_account(acme, custom={"region": value})

    assert getattr(AccountValue.every_workspace.get(), column) == indexed


def test_an_account_cannot_stand_below_itself(acme, facts):
    top = an_account(acme, name="Top")
    middle = an_account(acme, name="Middle", parent_id=top.pk)
    bottom = an_account(acme, name="Bottom", parent_id=middle.pk)
    facts.clear()

    with pytest.raises(CircularTree):
        move_account(top, parent=bottom, by=acme.owner, now=NOON)

    assert account_with_key(acme.workspace, top.key).parent is None
    assert facts == []


def test_a_tree_lists_each_parent_before_its_children(acme):
    top = an_account(acme, name="Top")
    an_account(acme, name="B", parent_id=top.pk)
    child = an_account(acme, name="A", parent_id=top.pk)
    an_account(acme, name="A1", parent_id=child.pk)

    rows = account_tree(account_with_key(acme.workspace, child.key))

    assert [(row.account.name, row.depth) for row in rows] == [
        ("Top", 0),
        ("A", 1),
        ("A1", 2),
        ("B", 1),
    ]


def test_descendants_cost_one_query_for_each_level(acme, django_assert_num_queries):
    top = an_account(acme, name="Top")
    children = [an_account(acme, name=f"C{n}", parent_id=top.pk) for n in range(4)]

    with django_assert_num_queries(2):
        ids = descendant_ids(top)

    assert set(ids) == {top.pk, *(child.pk for child in children)}


def test_an_archived_account_leaves_the_lists_and_comes_back(acme, facts):
    account = an_account(acme)
    facts.clear()

    archive_account(account, by=acme.member, now=NOON)
    assert list(listed_accounts(acme.workspace)) == []
    restore_account(account, by=acme.member, now=NOON)

    assert list(listed_accounts(acme.workspace)) == [account]
    assert [type(fact) for fact in facts] == [AccountArchived, AccountRestored]


def test_the_second_to_archive_is_refused(acme, facts):
    account = an_account(acme)
    archive_account(account, by=acme.member, now=MORNING)
    facts.clear()

    with pytest.raises(AlreadyArchived):
        archive_account(account, by=acme.admin, now=NOON)

    assert Account.every_workspace.get().archived_at == MORNING
    assert facts == []


def test_an_account_in_the_lists_cannot_be_restored(acme, facts):
    account = an_account(acme)
    facts.clear()

    with pytest.raises(NotArchived):
        restore_account(account, by=acme.admin, now=NOON)

    assert facts == []
