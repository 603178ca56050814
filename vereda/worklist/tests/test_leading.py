"""What leaders are told about the work."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.customers.actions.figures import note_money
from vereda.customers.contracts import MoneyFigures
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.worklist.actions.alerts import clear_alert, dismiss_alert, finish_alert
from vereda.worklist.contracts import AlertKind, AlertReason, DismissReason
from vereda.worklist.queries.leading import WorkOfOwner, risk_by_reason, time_to_act, work_by_owner
from vereda.worklist.queries.ranks import reckoning_at
from vereda.worklist.rules.waiting import Waited, waited_of
from vereda.worklist.testing import a_task, an_alert


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], Waited(0, None, None)),
        ([5.0], Waited(1, 5.0, 5.0)),
        ([3.0, 1.0], Waited(2, 2.0, 3.0)),
        ([float(n) for n in range(1, 11)], Waited(10, 5.5, 9.0)),
        ([float(n) for n in range(1, 12)], Waited(11, 6.0, 10.0)),
    ],
)
def test_the_middle_wait_and_the_one_of_nine_of_ten(values, told):
    assert waited_of(values) == told


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_nine_of_ten_waited_no_longer(values):
    told = waited_of(values)
    assert told.mostly is not None
    assert sum(value <= told.mostly for value in values) >= 0.9 * len(values)


def worth(company, name, minor, currency="EUR"):
    account = an_account(company, name=name)
    figures = MoneyFigures(arr_minor=minor, currency=currency)
    note_money(company.workspace, figures={account.pk: figures})
    return account


@pytest.mark.django_db
def test_risk_counts_an_account_once_for_each_reason(acme):
    one, two = worth(acme, "A", 100_00), worth(acme, "B", 300_00)
    for cause in ("sla:1", "sla:2"):
        an_alert(
            one,
            cause=cause,
            kind=AlertKind.SUPPORT,
            reason=AlertReason.SLA_BREACHED,
            details={"ticket": "T-1"},
        )
    an_alert(one)
    an_alert(two)
    unknown = an_account(acme, name="C")
    an_alert(unknown)

    told = risk_by_reason(acme.workspace, reckoning=reckoning_at(acme.workspace, now=NOON))

    assert [
        (each.reason, each.alerts, each.accounts, each.at_stake, each.unknown) for each in told
    ] == [
        (AlertReason.USAGE_STOPPED, 3, 3, 400_00, 1),
        (AlertReason.SLA_BREACHED, 2, 1, 100_00, 0),
    ]


@pytest.mark.django_db
def test_closed_alerts_are_no_risk(acme):
    finish_alert(an_alert(worth(acme, "A", 100_00)), by=acme.member, now=NOON)
    assert risk_by_reason(acme.workspace, reckoning=reckoning_at(acme.workspace, now=NOON)) == []


@pytest.mark.django_db
def test_time_to_act_is_of_members_and_counts_what_closed_by_itself_apart(acme):
    account = an_account(acme)
    finish_alert(an_alert(account, cause="a"), by=acme.member, now=MORNING + timedelta(hours=2))
    dismiss_alert(
        an_alert(account, cause="b"),
        because=DismissReason.KNOWN,
        by=acme.member,
        now=MORNING + timedelta(hours=6),
    )
    an_alert(account, cause="c")
    clear_alert(acme.workspace, account_id=account.pk, kind=AlertKind.USAGE, cause="c", now=NOON)

    whole, usage = time_to_act(acme.workspace, now=NOON)

    assert (whole.kind, usage.kind) == (None, AlertKind.USAGE)
    assert whole.waited == usage.waited == Waited(2, 4.0, 6.0)
    assert (whole.by_themselves, usage.by_themselves) == (1, 1)


@pytest.mark.django_db
def test_work_is_counted_by_owner_and_what_is_nobodys(acme):
    an_alert(an_account(acme, name="A", owner_id=acme.member.pk))
    an_alert(an_account(acme, name="B"))
    a_task(acme.member, due_on=MORNING.date() - timedelta(days=1))
    a_task(acme.member, due_on=MORNING.date())

    told = work_by_owner(acme.workspace, today=MORNING.date(), now=NOON)

    assert told == {
        acme.member.pk: WorkOfOwner(alerts=1, waiting=0, tasks=2, late=1),
        None: WorkOfOwner(alerts=1, waiting=0, tasks=0, late=0),
    }
