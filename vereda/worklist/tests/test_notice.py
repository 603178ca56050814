"""What is noticed about accounts, people, tickets and words, and how it ends by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from vereda.customers.actions.accounts import archive_account, edit_account
from vereda.customers.actions.figures import note_activity, note_money
from vereda.customers.actions.joining import joined_people
from vereda.customers.actions.people import join_account, leave_account
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import (
    ActivityFigures,
    CommercialStatus,
    LifecycleStage,
    MoneyFigures,
    PeopleChanged,
    PersonChanged,
    RelationKind,
)
from vereda.customers.models.people import Membership
from vereda.customers.testing import a_person, an_account
from vereda.foundation.facts import told_together
from vereda.foundation.testing import MORNING, NOON, TOMORROW
from vereda.worklist.actions.alerts import delegate_alert
from vereda.worklist.actions.noticing import notice_accounts, notice_all_accounts, rank_all_work
from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason, TaskState
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.tasks import Task
from vereda.worklist.rules.noticing import Figures, noticed_about
from vereda.worklist.testing import a_task, an_alert
from vereda.workspaces.actions.members import end_membership

TODAY = MORNING.date()
USUAL = Figures(
    status="active",
    stage="value",
    stage_since_on=None,
    created_on=date(2024, 1, 1),
    arr_minor=8_400_000,
    renewal_on=date(2027, 6, 1),
    seats=24,
    last_active_on=TODAY,
    active_people=12,
    usage_8w=(50, 50, 50, 50, 50, 50, 50, 50),
    measured=True,
)


def reasons(**other):
    noticed = noticed_about(replace(USUAL, **other), today=TODAY)
    return {each.reason: dict(each.details) for each in noticed.values()}


def test_nothing_is_noticed_about_an_account_that_goes_well():
    assert reasons() == {}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (
            {"last_active_on": TODAY - timedelta(days=28)},
            {AlertReason.USAGE_STOPPED: {"last_on": "2026-10-05"}},
        ),
        ({"last_active_on": TODAY - timedelta(days=27)}, {}),
        ({"last_active_on": TODAY - timedelta(days=60), "arr_minor": 0}, {}),
        ({"last_active_on": TODAY - timedelta(days=60), "arr_minor": None}, {}),
        ({"last_active_on": TODAY - timedelta(days=60), "status": "churned"}, {}),
        ({"last_active_on": TODAY - timedelta(days=60), "measured": False}, {}),
        ({"last_active_on": None, "created_on": TODAY - timedelta(days=38)}, {}),
        ({"last_active_on": TODAY - timedelta(days=60), "silence_is_usual": True}, {}),
        ({"last_active_on": None, "measured": False}, {}),
        (
            {"usage_8w": (50, 50, 50, 50, 30, 30, 30, 30)},
            {AlertReason.USAGE_FELL: {"percent": 40, "weeks": 4}},
        ),
        ({"usage_8w": (50, 50, 50, 50, 31, 30, 30, 30)}, {}),
        ({"usage_8w": (4, 5, 5, 5, 0, 0, 0, 0)}, {}),
        ({"usage_8w": ()}, {}),
        (
            {"renewal_on": TODAY + timedelta(days=90)},
            {AlertReason.RENEWAL_NEAR: {"renewal_on": "2027-01-31"}},
        ),
        ({"renewal_on": TODAY + timedelta(days=91)}, {}),
        (
            {"renewal_on": TODAY + timedelta(days=30)},
            {AlertReason.RENEWAL_CLOSE: {"renewal_on": "2026-12-02"}},
        ),
        (
            {"renewal_on": TODAY - timedelta(days=1)},
            {AlertReason.RENEWAL_OVERDUE: {"renewal_on": "2026-11-01"}},
        ),
        ({"renewal_on": TODAY - timedelta(days=29)}, {}),
        (
            {"stage": "onboarding", "stage_since_on": TODAY - timedelta(days=91)},
            {AlertReason.STAGE_LATE: {"stage": "onboarding", "days": 91}},
        ),
        ({"stage": "onboarding", "stage_since_on": TODAY - timedelta(days=90)}, {}),
        ({"active_people": 23}, {AlertReason.SEATS_FULL: {"used": 23, "seats": 24}}),
        ({"active_people": 22}, {}),
        ({"active_people": 4, "seats": 4}, {}),
    ],
)
def test_what_is_noticed_and_what_is_not_yet(other, expected):
    assert reasons(**other) == expected


# --- In the tables --------------------------------------------------------------


pytestmark_db = pytest.mark.django_db


def an_account_worth(company, **values):
    account = an_account(company, stage=LifecycleStage.VALUE, **values)
    figures = MoneyFigures(arr_minor=8_400_000, currency="EUR", renewal_on=date(2027, 6, 1))
    note_money(company.workspace, figures={account.pk: figures})
    return account


def used(company, account, *, last_on, weeks=(50,) * 8):
    figures = ActivityFigures(last_active_on=last_on, active_people_28d=3, usage_8w=weeks)
    note_activity(company.workspace, figures={account.pk: figures})


def open_reasons(company):
    rows = Alert.objects.of(company.workspace).open()
    return set(rows.values_list("reason", flat=True))


@pytestmark_db
def test_use_that_stopped_is_noticed_and_ends_by_itself_when_they_are_back(acme):
    account = an_account_worth(acme)
    used(acme, account, last_on=TODAY - timedelta(days=31))
    assert notice_all_accounts(acme.workspace, now=MORNING) == 1
    assert open_reasons(acme) == {AlertReason.USAGE_STOPPED}
    used(acme, account, last_on=TODAY)
    assert notice_accounts(acme.workspace, account_ids=[account.pk], now=NOON) == 1
    alert = Alert.objects.of(acme.workspace).get()
    assert (alert.closed_at, alert.closed_because) == (NOON, CloseReason.CLEARED)


@pytestmark_db
def test_less_use_that_becomes_none_stays_one_alert(acme):
    account = an_account_worth(acme)
    used(acme, account, last_on=TODAY, weeks=(50, 50, 50, 50, 9, 9, 9, 9))
    notice_all_accounts(acme.workspace, now=MORNING)
    used(acme, account, last_on=TODAY - timedelta(days=31))
    notice_all_accounts(acme.workspace, now=NOON)
    assert Alert.objects.of(acme.workspace).get().reason == AlertReason.USAGE_STOPPED


@pytestmark_db
def test_a_champion_who_leaves_is_noticed_until_another_is_named(acme, facts, stop_clock):
    stop_clock(NOON)
    account = an_account_worth(acme)
    champion = a_person(acme, account=account)
    relate_people(champion, account=account, kind=RelationKind.CHAMPION, by=acme.member)
    notice_all_accounts(acme.workspace, now=MORNING)
    assert open_reasons(acme) == set()
    membership = Membership.objects.of(acme.workspace).get()
    leave_account(membership, until_on=TODAY, by=acme.member)
    facts.deliver()
    assert AlertReason.CHAMPION_LEFT in open_reasons(acme)
    alert = Alert.objects.of(acme.workspace).get(kind=AlertKind.PEOPLE)
    assert alert.details == {"left_on": TODAY.isoformat(), "person": str(champion.pk)}
    successor = a_person(acme, name="Raúl Ibarra")
    join_account(successor, account=account, by=acme.member)
    relate_people(successor, account=account, kind=RelationKind.CHAMPION, by=acme.member)
    notice_all_accounts(acme.workspace, now=NOON)
    assert AlertReason.CHAMPION_LEFT not in open_reasons(acme)


@pytestmark_db
def test_champions_who_left_are_noticed_when_many_changes_are_told_as_one(acme, facts, stop_clock):
    stop_clock(NOON)
    accounts = [an_account_worth(acme, name=name) for name in ("Arlanza", "Tejo")]
    for account in accounts:
        champion = a_person(acme, account=account)
        relate_people(champion, account=account, kind=RelationKind.CHAMPION, by=acme.member)
    facts.clear()

    with told_together({PersonChanged: joined_people}):
        for membership in Membership.objects.of(acme.workspace):
            leave_account(membership, until_on=TODAY, by=acme.member)
    told = len(facts.of(PeopleChanged))
    facts.deliver()

    left = Alert.objects.of(acme.workspace).filter(reason=AlertReason.CHAMPION_LEFT)
    assert told == 1
    assert {alert.account_id for alert in left} == {account.pk for account in accounts}


@pytestmark_db
def test_open_alerts_follow_the_accounts_owner_but_not_when_delegated(acme, facts):
    account = an_account(acme, owner_id=acme.member.pk)
    follows = an_alert(account)
    stays = an_alert(account, cause="other")
    delegate_alert(stays, to=acme.viewer, by=acme.member, now=NOON)
    edit_account(account, by=acme.admin, now=NOON, owner_id=acme.admin.pk)
    facts.deliver()
    follows.refresh_from_db()
    stays.refresh_from_db()
    assert (follows.owner, stays.owner) == (acme.admin, acme.viewer)


@pytestmark_db
def test_who_leaves_leaves_no_work_behind_them(acme, facts):
    theirs = an_account(acme, name="Theirs", owner_id=acme.member.pk)
    other = an_account(acme, name="Other", owner_id=acme.admin.pk)
    alert = an_alert(theirs)
    task = a_task(acme.member, account=other)
    loose = a_task(acme.member)
    end_membership(acme.member, by=acme.owner, now=NOON)
    facts.deliver()
    for row in (alert, task, loose):
        row.refresh_from_db()
    assert (alert.owner, task.owner, loose.owner) == (None, acme.admin, None)
    assert Task.objects.of(acme.workspace).filter(state=TaskState.OPEN).count() == 2


@pytestmark_db
def test_an_archived_account_asks_for_nothing(acme, facts):
    account = an_account(acme)
    alert = an_alert(account)
    archive_account(account, by=acme.member, now=NOON)
    facts.deliver()
    alert.refresh_from_db()
    assert alert.closed_because == CloseReason.ARCHIVED


@pytestmark_db
def test_a_customer_who_left_is_not_asked_why_it_is_silent(acme):
    account = an_account_worth(acme)
    used(acme, account, last_on=TODAY - timedelta(days=60))
    notice_all_accounts(acme.workspace, now=MORNING)
    edit_account(account, by=acme.admin, now=NOON, status=CommercialStatus.CHURNED)
    notice_all_accounts(acme.workspace, now=NOON)
    assert open_reasons(acme) == set()


@pytestmark_db
def test_stored_ranks_move_with_the_days(acme):
    alert = an_alert(an_account_worth(acme), details={"renewal_on": "2026-12-20"})
    before = alert.points
    assert rank_all_work(acme.workspace, now=TOMORROW + timedelta(days=19)) == 1
    alert.refresh_from_db()
    assert alert.points == before + 10 + 6


@pytestmark_db
def test_looking_at_more_accounts_asks_no_more_questions(acme, django_assert_max_num_queries):
    for number in range(30):
        account = an_account_worth(acme, name=f"A{number}")
        used(acme, account, last_on=TODAY - timedelta(days=40))
    with django_assert_max_num_queries(75):
        assert notice_all_accounts(acme.workspace, now=MORNING) == 30
