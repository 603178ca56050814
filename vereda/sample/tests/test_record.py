"""The hidden truth of the invented company, found by its own scorecard on past days."""

import json
from datetime import date, timedelta
from statistics import median

import pytest

from vereda.customers.contracts import HealthBand
from vereda.customers.models.accounts import AccountExternalId
from vereda.foundation.testing import NOON
from vereda.health.actions.backtests import find_out
from vereda.health.contracts import BacktestState
from vereda.health.models.backtests import Backtest, BacktestRow
from vereda.sample.actions.loading import load_sample
from vereda.sample.actions.removal import truth_path
from vereda.sample.rules.record import area_under_curve
from vereda.sample.testing import nobody_watches

# ruff: noqa: T201 - figures are for whoever reads the log

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

COMPANIES = 90
AHEAD = timedelta(days=60)
BEGAN = date(2025, 1, 1)
"""Before, the invented usage is too young for the numbers that compare it with earlier."""
STATED_SHARE = 0.4
STATED_LEAD = 14


def test_the_scorecard_warns_of_those_who_leave_two_weeks_ahead(store):
    loaded = load_sample(now=NOON, progress=nobody_watches, companies=COMPANIES)
    asked = Backtest.objects.of(loaded.workspace_id).get()

    backtest = find_out(loaded.workspace_id, asked.pk, now=NOON)

    leaving, ordinary = told_apart(backtest)
    leads = [lead for lead in (first_warning(days) for days in leaving.values()) if lead]
    alarms = sum(band == HealthBand.AT_RISK for band, _score in ordinary)
    skill = area_under_curve(
        [-score for days in leaving.values() for _left, _band, score in days],
        [-score for _band, score in ordinary],
    )
    print(
        f"\n{len(leads)} of {len(leaving)} warned of, {median(leads)} days ahead; {alarms} of"
        f" {len(ordinary)} ordinary rows at risk; AUC 60 days before {skill:.2f}"
    )
    assert backtest.state == BacktestState.DONE
    assert len(leaving) >= 6
    assert len(leads) >= STATED_SHARE * len(leaving)
    assert median(leads) >= STATED_LEAD
    assert alarms <= 0.05 * len(ordinary)
    assert skill > 0.65


def told_apart(backtest):
    """By the hidden truth: the last 60 days of those who left, and days of those who stay."""
    truth = json.loads(truth_path().read_text(encoding="utf-8"))
    leaves = {each["external_id"]: each["leaves_on"] for each in truth["accounts"]}
    keys = dict(AccountExternalId.objects.of(backtest.workspace_id).values_list("account", "value"))
    rows = BacktestRow.objects.of(backtest.workspace_id).filter(
        backtest=backtest, on__gte=BEGAN, score__isnull=False
    )
    leaving: dict[str, list[tuple[int, str, float]]] = {}
    ordinary: list[tuple[str, float]] = []
    for row in rows.order_by("on"):
        key, score = keys[row.account_id], float(row.score or 0.0)
        left_on = date.fromisoformat(leaves[key]) if leaves[key] else date.max
        if timedelta(0) < left_on - row.on <= AHEAD:
            leaving.setdefault(key, []).append(((left_on - row.on).days, row.band, score))
        elif left_on - row.on > 3 * AHEAD:
            ordinary.append((row.band, score))
    return leaving, ordinary


def first_warning(days):
    """How many days before it left an account was first at risk; None: never."""
    return next((left for left, band, _score in days if band == HealthBand.AT_RISK), None)
