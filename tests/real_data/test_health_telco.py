"""One day of 7,043 customers, a quarter of whom left in the month after: proven and calibrated.

Contracts and charges come in as subscriptions, services and ways to pay as use; what the product
says is computed again with scikit-learn.
"""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from tests.real_data.conftest import taken_in
from vereda.events.actions.metrics import define_metric
from vereda.events.actions.storing import store_events
from vereda.events.contracts.arriving import Kind, NewEvent
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.health.actions.backtests import ask_backtest, find_out
from vereda.health.contracts import BacktestSettings, Shape, Verdict
from vereda.health.models.backtests import BacktestRow
from vereda.health.testing import a_factor, a_published_card, known, some_rules

# ruff: noqa: T201 - figures are for whoever reads the log

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.slow]

DAY = date(2026, 6, 30)
LEFT_ON = DAY + timedelta(days=15)
ASKED_AT = datetime(2026, 8, 5, 9, tzinfo=UTC)
SETTINGS = BacktestSettings(horizons=(30,), since=DAY)
USED = datetime.combine(DAY - timedelta(days=3), time(12), UTC)
SERVICES = {
    "monthly": ("Renewed for a month", lambda row: row["Contract"] == "Month-to-month"),
    "fiber": ("Fiber used", lambda row: row["InternetService"] == "Fiber optic"),
    "security": ("Security used", lambda row: row["OnlineSecurity"] == "Yes"),
    "support": ("Support asked", lambda row: row["TechSupport"] == "Yes"),
    "check": ("Electronic check", lambda row: row["PaymentMethod"] == "Electronic check"),
    "bill": ("Bill sent", lambda row: bool(row["PaymentMethod"])),
}
GOOD = frozenset({"security", "support"})


def rules():
    """Young customers on monthly contracts with fiber and checks are at risk; helped ones less."""
    weights = {"monthly": 30, "fiber": 20, "security": 8, "support": 8, "check": 8}
    return some_rules(
        a_factor(
            "tenure",
            input="revenue.tenure_days",
            points=((0, 0), (180, 0.35), (730, 0.7), (2_190, 1)),
            shape=Shape.LINE,
            weight=35,
        ),
        *(
            a_factor(
                name,
                input=f"events.metric.{name}",
                points=((0, 0), (1, 1)) if name in GOOD else ((0, 1), (1, 0)),
                weight=weight,
            )
            for name, weight in weights.items()
        ),
    )


@pytest.fixture
def with_customers(acme, rows_of):
    """Acme with the customers of the file as they were on that day, and who left after it."""
    rows = rows_of("telco-churn", "Telco-Customer-Churn")
    bring_in_rows(acme, "telco_accounts", [{**row, "name": row["customerID"]} for row in rows])
    bring_in_rows(acme, "telco_subscriptions", [contract_of(row) for row in rows])
    events = [each for row in rows for each in use_of(row)]
    for start in range(0, len(events), 20_000):
        store_events(acme.workspace, events[start : start + 20_000], now=ASKED_AT)
    for slug, (name, _) in SERVICES.items():
        definition = MetricDefinition(measure=Measure.COUNT, window=28, events=(name,))
        define_metric(acme.workspace, name=name, slug=slug, definition=definition, by=acme.admin)
    return acme


def contract_of(row):
    return {
        **row,
        "account": row["customerID"],
        "started_on": DAY - timedelta(days=round(int(row["tenure"]) * 30.4)),
        "ends_on": LEFT_ON if row["Churn"] == "Yes" else "",
    }


def use_of(row):
    return [
        NewEvent(
            message_id=f"{row['customerID']}-{slug}",
            kind=Kind.TRACK,
            name=name,
            occurred_at=USED,
            received_at=USED,
            person_key=row["customerID"],
            account_key=row["customerID"],
        )
        for slug, (name, holds) in SERVICES.items()
        if holds(row)
    ]


def bring_in_rows(acme, mapping, rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    taken_in(acme, file.getvalue().encode(), name=f"{mapping}.csv", mapping=mapping)


def test_the_score_is_proven_and_its_odds_are_true(with_customers):
    acme = with_customers
    version = a_published_card(acme, rules())

    asked = ask_backtest(version, settings=SETTINGS, by=None, now=ASKED_AT)
    backtest = find_out(acme.workspace.pk, asked.pk, now=ASKED_AT)

    (record,) = backtest.records
    print(f"\n{record}")
    assert backtest.verdict == Verdict.PROVEN
    assert known(record.auc).value > 0.8
    assert known(record.calibration).is_good
    assert known(record.lift).times > 2
    assert backtest.accounts_left_out == 7_043 - 5_000
    figures_again(backtest, record)


def figures_again(backtest, record):
    rows = list(BacktestRow.objects.of(backtest.workspace_id).filter(backtest=backtest))
    learned = [row for row in rows if row.account_id.int % 2 == 0]
    judged = [row for row in rows if row.account_id.int % 2]
    departed = [row.days_left is not None for row in judged]
    curve = IsotonicRegression(out_of_bounds="clip")
    curve.fit(
        [100 - known(row.score) for row in learned], [row.days_left is not None for row in learned]
    )
    told = curve.predict([100 - known(row.score) for row in judged])

    assert len(rows) == 5_000
    assert {row.on for row in rows} == {DAY}
    assert record.auc.value == pytest.approx(
        roc_auc_score(departed, [-known(row.score) for row in judged]), abs=1e-9
    )
    assert record.calibration.brier == pytest.approx(brier_score_loss(departed, told), abs=1e-9)
    assert record.calibration.expected == pytest.approx(told.sum(), abs=1e-9)
