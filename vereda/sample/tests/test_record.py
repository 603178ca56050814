"""The hidden truth of the invented company, found by its own scorecard on past days."""

import json
from datetime import date

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

COMPANIES = 80
UNHAPPY = 0.4
"""Hidden health of a month, 0 to 1; most accounts live at 0.6 and above."""
BEGAN = date(2025, 1, 1)
"""Before, the invented usage is too young for the numbers that compare it with earlier."""


def test_the_scorecard_finds_who_was_made_unhappy_within_two_months(store):
    loaded = load_sample(now=NOON, progress=nobody_watches, companies=COMPANIES)
    asked = Backtest.objects.of(loaded.workspace_id).get()

    backtest = find_out(loaded.workspace_id, asked.pk, now=NOON)

    unhappy, others = told_apart(backtest)
    waits = [wait for wait in (days_until_found(days) for days in unhappy.values()) if wait >= 0]
    skill = area_under_curve(
        [-score for days in unhappy.values() for _on, _band, score in days],
        [-score for _on, _band, score in others],
    )
    alarms = sum(band == HealthBand.AT_RISK for _on, band, _score in others)
    print(
        f"\n{len(waits)} of {len(unhappy)} unhappy accounts at risk, after {waits} days;"
        f" {alarms} of {len(others)} other rows at risk; AUC {skill:.2f}"
    )
    assert backtest.state == BacktestState.DONE
    # The invented company is the same every time: these are the figures of docs/use/sample.md.
    assert (len(unhappy), sorted(waits)) == (5, [0, 0, 59])
    assert (alarms, len(others)) == (5, 980)
    assert skill == pytest.approx(0.736, abs=0.0005)


def told_apart(backtest):
    """By the hidden truth: the days of accounts in months when they were unhappy, and all others.

    Each day is (day, colour, score).
    """
    truth = json.loads(truth_path().read_text(encoding="utf-8"))
    health = {
        (account["external_id"], month): mean
        for account in truth["accounts"]
        for month, mean, *_ in account["months"]
    }
    keys = dict(AccountExternalId.objects.of(backtest.workspace_id).values_list("account", "value"))
    rows = BacktestRow.objects.of(backtest.workspace_id).filter(
        backtest=backtest, on__gte=BEGAN, score__isnull=False
    )
    unhappy: dict[str, list[tuple[date, str, float]]] = {}
    others: list[tuple[date, str, float]] = []
    for row in rows.order_by("on"):
        key = keys[row.account_id]
        told = (row.on, row.band, float(row.score or 0.0))
        if health.get((key, f"{row.on:%Y-%m}"), 1.0) < UNHAPPY:
            unhappy.setdefault(key, []).append(told)
        else:
            others.append(told)
    return unhappy, others


def days_until_found(days):
    """How long an account was unhappy before it was at risk; -1: it never was."""
    found = [on for on, band, _score in days if band == HealthBand.AT_RISK]
    return (found[0] - days[0][0]).days if found else -1
