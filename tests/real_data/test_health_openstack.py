"""Does a score predict who goes silent? Sixteen years of real use, judged by the product.

The scorecard is made of the product's own metrics; what the product says of it is computed again
here with DuckDB on the file and scikit-learn.
"""

import time
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.real_data.conftest import DATA
from tests.real_data.test_openstack import EPOCH, TOGETHER, event_of
from vereda.customers.models.accounts import AccountExternalId
from vereda.events.actions.metrics import define_metric
from vereda.events.actions.storing import store_events
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.foundation.clock import now
from vereda.health.actions.backtests import adopt_suggestion, ask_backtest, find_out
from vereda.health.actions.scorecards import draft_scorecard, publish_scorecard
from vereda.health.contracts import BacktestSettings, Pace, Shape, Target, Verdict
from vereda.health.models.backtests import BacktestRow
from vereda.health.testing import a_factor, known, some_rules

# ruff: noqa: S608 - statements are our own words
# ruff: noqa: T201 - figures are for whoever reads the log

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.slow]

FILE = DATA / "openstack-usage" / "events.parquet"
ASKED_AT = datetime(2026, 8, 22, 9, tzinfo=EPOCH.tzinfo)
JUDGED_FROM = date(2017, 12, 31)
SETTINGS = BacktestSettings(
    target=Target.SILENCE,
    silent_days=180,
    active_days=3,
    pace=Pace.QUARTERLY,
    since=date(2012, 6, 30),
    judged_from=JUDGED_FROM,
)
METRICS = {
    "days-90": ("Days of use", MetricDefinition(measure=Measure.ACTIVE_DAYS, window=90)),
    "days-180": ("Days in half a year", MetricDefinition(measure=Measure.ACTIVE_DAYS, window=180)),
    "people-90": ("People", MetricDefinition(measure=Measure.PEOPLE, window=90)),
    "recent-share": (
        "Share of use that is recent",
        MetricDefinition(measure=Measure.METRIC_RATIO, of="days-90", over="days-180"),
    ),
}


def naive_rules():
    """What one would write down unasked: much use is good, and use that falls is bad."""
    factors = (
        ("days", "events.metric.days-90", 25, ((3, 0), (6, 0.25), (12, 0.5), (25, 0.8), (50, 1))),
        ("unused", "events.days_since_use", 20, ((0, 1), (7, 0.9), (30, 0.5), (60, 0.2), (89, 0))),
        ("people", "events.metric.people-90", 15, ((1, 0), (3, 0.5), (10, 1))),
        ("growth", "events.metric.recent-share", 40, ((0, 0), (0.5, 0.5), (1, 1))),
    )
    return some_rules(
        *(
            a_factor(name, input=input, weight=weight, points=points, shape=Shape.LINE)
            for name, input, weight, points in factors
        )
    )


@pytest.fixture
def with_history(acme, bring_in):
    """Acme with the accounts of the file, its events, and four metrics.

    Of what a person did for an account on a day one event is enough: nothing here counts more.
    """
    bring_in(acme, "openstack-usage", "accounts", "openstack_accounts")
    began = time.perf_counter()
    rows = duckdb.connect().execute(
        "SELECT MIN(event_id), user_id, account_id, MIN(event), MIN(product), MIN(feature), MIN(us)"
        " FROM (SELECT *, EPOCH_US(timestamp) AS us, us // 86_400_000_000 AS day"
        f" FROM READ_PARQUET('{FILE}')) GROUP BY user_id, account_id, day ORDER BY MIN(us)"
    )
    while part := rows.fetchmany(TOGETHER):
        store_events(acme.workspace, [event_of(row) for row in part], now=now())
    for slug, (name, definition) in METRICS.items():
        define_metric(acme.workspace, name=name, slug=slug, definition=definition, by=acme.admin)
    print(f"\nhistory brought in: {time.perf_counter() - began:.1f} s")
    return acme


def found_out(version):
    began = time.perf_counter()
    asked = ask_backtest(version, settings=SETTINGS, by=None, now=ASKED_AT)
    backtest = find_out(version.workspace_id, asked.pk, now=ASKED_AT)
    assert backtest.failure == ""
    print(f"\nbacktest of {backtest.rows.count():,} rows: {time.perf_counter() - began:.1f} s")
    return backtest


def test_the_score_that_the_past_suggests_is_proven(with_history):
    acme = with_history
    card = draft_scorecard(acme.workspace, name="Use", rules=naive_rules(), by=acme.admin)
    naive = found_out(publish_scorecard(card, note="", by=acme.admin, now=now()))

    adopt_suggestion(naive, by=acme.admin)
    learned = found_out(publish_scorecard(card, note="", by=acme.admin, now=now()))

    (before,), (after,) = naive.records, learned.records
    suggestion = naive.suggested
    print(f"naive {before.auc}\nsuggested {after.auc}\n{suggestion}\n{after}")
    keys = dict(AccountExternalId.objects.of(acme.workspace).values_list("account_id", "value"))
    examples = told_by_the_file(set(keys.values()))
    same_rows(learned, keys, examples)
    figures_again(learned, after)
    growth = next(each for each in suggestion.weights if each.name == "growth")
    assert growth.turned
    assert [each.name for each in suggestion.weights if each.turned] == ["growth"]
    assert growth_alone(examples) == pytest.approx(0.34, abs=0.01)
    assert naive.verdict == Verdict.UNPROVEN
    assert learned.verdict == Verdict.PROVEN
    assert suggestion.gain.low > 0.05
    assert after.auc.value == pytest.approx(suggestion.auc_after, abs=0.003)
    assert after.auc.value > logistic_regression(examples) - 0.03
    assert after.departures == 87


def told_by_the_file(accounts):
    """Accounts by quarter, from the file alone: inputs, and whether they then fell silent.

    One account of the events is missing in the file of accounts.
    """
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE used AS SELECT DISTINCT account_id AS account, user_id AS person,"
        f" CAST(MAKE_TIMESTAMP(EPOCH_US(timestamp)) AS DATE) AS day FROM READ_PARQUET('{FILE}')"
    )
    found: dict[tuple[str, date], list[float]] = {}
    for day in quarters():
        asked = connection.execute(
            "WITH seen AS (SELECT account,"
            " COUNT(DISTINCT day) FILTER (day > $day - 90) AS days,"
            " COUNT(DISTINCT day) FILTER (day > $day - 180) AS half,"
            " COUNT(DISTINCT person) FILTER (day > $day - 90) AS people,"
            " $day - MAX(day) AS unused FROM used WHERE day <= $day GROUP BY account),"
            " later AS (SELECT DISTINCT account FROM used WHERE day > $day AND day <= $day + 180)"
            " SELECT account, days, unused, people, days / half, later.account IS NULL"
            " FROM seen LEFT JOIN later USING (account) WHERE days >= 3",
            {"day": day},
        )
        told = {account: said for account, *said in asked.fetchall() if account in accounts}
        found |= {(account, day): said for account, said in told.items()}
    return found


def quarters():
    ends = [
        date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        for year in range(2012, 2026)
        for month in (3, 6, 9, 12)
    ]
    return [end for end in ends if date(2012, 6, 30) <= end <= date(2025, 12, 31)]


def same_rows(backtest, keys, examples):
    """The product judged the same accounts on the same days, and saw the same departures."""
    rows = BacktestRow.objects.of(backtest.workspace_id).filter(backtest=backtest)
    mine = {
        (keys[row.account_id], row.on): (row.days_unused, row.days_left is not None) for row in rows
    }
    assert len(mine) > 3_000
    assert mine == {place: (said[1], said[4]) for place, said in examples.items()}


def figures_again(backtest, record):
    """AUC and calibration by scikit-learn, from the rows that the product keeps."""
    rows = list(BacktestRow.objects.of(backtest.workspace_id).filter(backtest=backtest))
    judged = [row for row in rows if row.on >= JUDGED_FROM]
    departed = [row.days_left is not None for row in judged]
    learned = [row for row in rows if row.on + timedelta(days=180) <= JUDGED_FROM]
    left = [row.days_left is not None for row in learned]
    told = curve_again([100 - known(row.score) for row in learned], left).predict(
        [100 - known(row.score) for row in judged]
    )

    assert record.auc.value == pytest.approx(
        roc_auc_score(departed, [-known(row.score) for row in judged]), abs=1e-9
    )
    assert record.calibration.brier == pytest.approx(brier_score_loss(departed, told), abs=1e-9)
    assert record.calibration.expected == pytest.approx(told.sum(), abs=1e-9)
    assert record.calibration.brier < record.calibration.brier_of_base


def curve_again(risks, departed):
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - beside its only use

    return IsotonicRegression(out_of_bounds="clip").fit(risks, departed)


def split_of(examples):
    """Earlier and later rows: (inputs, departed) of each."""
    earlier = [
        said for (_, day), said in examples.items() if day + timedelta(days=180) <= JUDGED_FROM
    ]
    later = [said for (_, day), said in examples.items() if day >= JUDGED_FROM]
    return tuple(
        (np.array([said[:4] for said in part], float), [said[4] for said in part])
        for part in (earlier, later)
    )


def logistic_regression(examples):
    """The AUC of a model on the same inputs, learned and judged on the same days."""
    (inputs, departed), (later, left) = split_of(examples)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2_000))
    auc = roc_auc_score(left, model.fit(inputs, departed).predict_proba(later)[:, 1])
    print(f"logistic regression on the same inputs: {auc:.4f}")
    return auc


def growth_alone(examples):
    """The AUC of 'use that falls is bad' alone."""
    _, (later, left) = split_of(examples)
    return roc_auc_score(left, -later[:, 3])
