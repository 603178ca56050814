from datetime import UTC, date, datetime, timedelta

from vereda.foundation.testing import MORNING
from vereda.revenue.actions.churn import record_churn
from vereda.revenue.actions.subscriptions import change_subscription
from vereda.revenue.contracts import ChurnReason
from vereda.revenue.testing import a_subscription
from vereda.revenue.timeline import MoneyTimeline


def entries(account, *, before=MORNING, limit=10):
    return MoneyTimeline().entries(
        account.workspace, account_ids=[account.pk], before=before, limit=limit
    )


def test_it_tells_starts_changes_ends_and_goodbyes_newest_first(acme, cantera):
    row = a_subscription(cantera, started_on=date(2026, 3, 1), seats=18)
    change_subscription(row, from_on=date(2026, 6, 1), seats=24, by=None, now=MORNING)
    record_churn(
        cantera,
        churned_on=date(2026, 10, 1),
        reason=ChurnReason.PRICE,
        comment="Caro.",
        by=None,
        now=MORNING,
    )

    told = [str(entry.title) for entry in entries(cantera)]

    assert told == [
        "Left: Price · \N{MINUS SIGN}€12,000",
        "Subscription ended: Pro, 24 seats, €1,000 a month",
        "Upgraded: Pro, 18 seats, €1,000 a month → Pro, 24 seats, €1,000 a month",
        "Subscription started: Pro, 18 seats, €1,000 a month",
    ]


def test_paging_by_time_meets_everything_once(acme, cantera):
    for month in range(1, 8):
        a_subscription(cantera, started_on=date(2026, month, 1))

    first = entries(cantera, limit=4)
    second = entries(cantera, before=first[-1].at, limit=4)

    assert [entry.at.month for entry in (*first, *second)] == [7, 6, 5, 4, 3, 2, 1]


def test_what_is_to_come_is_not_told_yet(acme, cantera):
    a_subscription(cantera, started_on=date(2026, 12, 1))

    assert entries(cantera) == []
    assert len(entries(cantera, before=datetime(2027, 1, 1, tzinfo=UTC) + timedelta(1))) == 1
