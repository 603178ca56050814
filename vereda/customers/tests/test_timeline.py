import pytest

from vereda.customers.actions.accounts import assign_account, change_stage
from vereda.customers.actions.merges import merge_accounts
from vereda.customers.contracts import InteractionKind, LifecycleStage
from vereda.customers.testing import a_note, a_person, an_account
from vereda.customers.timeline import CustomersTimeline
from vereda.foundation.testing import EVENING, MORNING, NOON, TOMORROW

pytestmark = pytest.mark.django_db


def entries(company, account, *, before=TOMORROW, limit=20):
    return CustomersTimeline().entries(
        company.workspace, account_ids=[account.pk], before=before, limit=limit
    )


def test_notes_moves_and_merges_are_told_newest_first(acme):
    account = an_account(acme)
    lucia = a_person(acme, name="Lucía", account=account)
    a_note(account, kind=InteractionKind.CALL, participants=[lucia], now=MORNING)
    change_stage(account, stage=LifecycleStage.ADOPTION, by=acme.member, now=NOON)
    assign_account(account, owner=acme.member, by=acme.owner, now=EVENING)

    told = entries(acme, account)

    assert [(entry.kind, str(entry.title)) for entry in told] == [
        ("move", "Owner: nobody → Member"),
        ("move", "Stage: Onboarding → Adoption"),
        ("call", "Call with Lucía"),
    ]
    assert [entry.major for entry in told] == [False, False, True]


def test_what_came_with_a_merged_account_is_told_too(acme):
    kept, gone = an_account(acme, name="Cantera"), an_account(acme, name="Cantera SL")
    a_note(gone, body="Before", subject="Before")
    merge_accounts(kept, absorbed=gone, by=acme.member, now=NOON)

    assert [str(entry.title) for entry in entries(acme, kept)] == [
        "Merged with Cantera SL",
        "Before",
    ]


def test_it_goes_on_where_it_ended(acme):
    account = an_account(acme)
    a_note(account, subject="Early", now=MORNING)
    a_note(account, subject="Late", now=NOON)

    assert [entry.title for entry in entries(acme, account, before=NOON)] == ["Early"]
    assert [entry.title for entry in entries(acme, account, limit=1)] == ["Late"]


def test_another_workspace_is_told_nothing(acme, globex):
    account = an_account(acme)
    a_note(account)

    assert entries(globex, account) == []


def test_it_costs_the_same_however_long_it_is(acme, django_assert_max_num_queries):
    account = an_account(acme)
    for _ in range(12):
        a_note(account)
    change_stage(account, stage=LifecycleStage.VALUE, by=acme.member, now=NOON)
    assign_account(account, owner=acme.member, by=acme.owner, now=NOON)

    with django_assert_max_num_queries(5):
        entries(acme, account)
