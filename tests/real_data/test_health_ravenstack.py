"""A software company whose churn has nothing to do with its use: no score may be proven on it."""

from datetime import UTC, datetime

import pytest
from sklearn.metrics import roc_auc_score

from tests.real_data.test_ravenstack import FOLDER, with_accounts, with_subscriptions
from vereda.health.actions.backtests import ask_backtest, find_out
from vereda.health.contracts import BacktestSettings, Pace, Shape, Verdict
from vereda.health.models.backtests import BacktestRow
from vereda.health.testing import a_factor, a_published_card, known, some_rules

# ruff: noqa: T201 - figures are for whoever reads the log

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.slow]

__all__ = ["with_accounts", "with_subscriptions"]

ASKED_AT = datetime(2025, 1, 1, 9, tzinfo=UTC)
SETTINGS = BacktestSettings(pace=Pace.MONTHLY)


def rules():
    """What anybody would try first: recent use, frequent use, a growing contract."""
    return some_rules(
        a_factor("unused", input="events.days_since_use", points=((0, 1), (7, 0.7), (60, 0))),
        a_factor("days", input="events.active_days_28d", points=((0, 0), (2, 0.5), (8, 1))),
        a_factor(
            "growth",
            input="revenue.arr_change_90d",
            points=((-0.5, 0), (0, 0.6), (0.5, 1)),
            shape=Shape.LINE,
        ),
    )


def test_the_score_is_unproven(with_subscriptions, acme, bring_in):
    for name in ("ravenstack_feature_usage", "ravenstack_churn_events"):
        bring_in(acme, FOLDER, name, name)
    version = a_published_card(acme, rules())

    asked = ask_backtest(version, settings=SETTINGS, by=None, now=ASKED_AT)
    backtest = find_out(acme.workspace.pk, asked.pk, now=ASKED_AT)

    for record in backtest.records:
        print(f"\n{record.horizon}: {record.auc}, {record.departed_customers} left")
    assert backtest.verdict == Verdict.UNPROVEN
    assert [record.departed_customers > 30 for record in backtest.records] == [True] * 3
    assert backtest.suggested is None or backtest.suggested.gain.value < 0.1
    (at_60,) = (record for record in backtest.records if record.horizon == 60)
    assert known(at_60.auc).value == pytest.approx(auc_again(backtest, at_60), abs=1e-9)


def auc_again(backtest, record):
    rows = BacktestRow.objects.of(backtest.workspace_id).filter(
        backtest=backtest, on__range=(record.judged_from, record.judged_until), score__isnull=False
    )
    departed = [row.days_left is not None and row.days_left <= 60 for row in rows]
    return roc_auc_score(departed, [-known(row.score) for row in rows])
