from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from vereda.foundation.importing import ImportRow, Outcome
from vereda.foundation.testing import MORNING
from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.importable import ChurnKind, SubscriptionsKind, amount_said
from vereda.revenue.models import ChurnEvent, Subscription


def applied(kind, acme, *values, dry_run=False):
    return kind.apply(
        acme.workspace.pk,
        [ImportRow(line, each) for line, each in enumerate(values, start=2)],
        identity=kind.identities(acme.workspace.pk)[0],
        import_id=uuid4(),
        by=acme.member,
        now=MORNING,
        dry_run=dry_run,
    )


def subscription(account, **values):
    return {
        "external_id": "S-8cec59",
        "account": account.pk,
        "started_on": date(2023, 12, 23),
        **values,
    }


def test_a_row_with_mrr_and_a_yearly_period_keeps_its_arr(acme, cantera):
    row = subscription(
        cantera, mrr=Decimal(2786), arr=Decimal(33432), period="yearly", plan="Enterprise"
    )

    results = applied(SubscriptionsKind(), acme, row)

    stored = Subscription.objects.of(acme.workspace).get()
    cantera.refresh_from_db()
    assert (results[0].line, results[0].outcome) == (2, Outcome.CREATED)
    assert (stored.amount_minor, stored.period) == (3_343_200, "yearly")
    assert cantera.arr_minor == 3_343_200


def test_an_empty_cell_of_a_column_that_cannot_be_empty_leaves_it(acme, cantera):
    row = subscription(cantera, currency=None, period=None, trial=None, plan=None, ends_on=None)

    results = applied(SubscriptionsKind(), acme, row)

    stored = Subscription.objects.of(acme.workspace).get()
    assert results[0].outcome is Outcome.CREATED
    assert (stored.currency, stored.period, stored.trial) == ("EUR", "monthly", False)


def test_an_unknown_currency_is_rejected_with_its_line(acme, cantera):
    results = applied(
        SubscriptionsKind(), acme, subscription(cantera, currency="XQX", amount=Decimal(5))
    )

    assert (results[0].line, results[0].problem.code) == (2, "unknown_currency")


@pytest.mark.parametrize(
    ("amounts", "period", "paid"),
    [
        ({"amount": Decimal("10.005")}, "monthly", (1_001, "monthly")),
        ({"mrr": Decimal("10.10")}, "quarterly", (3_030, "quarterly")),
        ({"arr": Decimal(120)}, "monthly", (1_000, "monthly")),
        ({"arr": Decimal("100.01")}, "monthly", (10_001, "yearly")),
        ({}, "monthly", None),
    ],
)
def test_what_is_paid_from_what_the_file_says(amounts, period, paid):
    every = {"amount": None, "mrr": None, "arr": None, **amounts}

    assert amount_said(every, period=BillingPeriod(period), currency="EUR") == paid


def test_a_currency_without_cents():
    every = {"amount": Decimal(5000), "mrr": None, "arr": None}

    assert amount_said(every, period=BillingPeriod.MONTHLY, currency="JPY") == (5_000, "monthly")


def test_a_goodbye(acme, cantera):
    results = applied(
        ChurnKind(),
        acme,
        {
            "external_id": "C-816288",
            "account": cantera.pk,
            "churned_on": date(2024, 10, 27),
            "reason": "price",
            "refund": Decimal("4.03"),
            "comment": None,
            "reactivation": True,
        },
    )

    row = ChurnEvent.objects.of(acme.workspace).get()
    assert results[0].outcome is Outcome.CREATED
    assert (row.refund_minor, row.comment, row.reactivation) == (403, "", True)
