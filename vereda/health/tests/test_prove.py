"""What it takes to earn a colour, on simulated workspaces of which the truth is known."""

import random
import time
from datetime import date, timedelta
from uuid import UUID

import pytest
from sklearn.metrics import roc_auc_score

from vereda.customers.contracts import HealthBand
from vereda.health.contracts import Baseline, OutcomeKind, Pace, Verdict
from vereda.health.rules.proving import judged_at, lift_of, looks_taken
from vereda.health.rules.snapshots import (
    Observed,
    fitting_pace,
    followed_rows,
    halved,
    snapshot_days,
)
from vereda.health.testing import known

# ruff: noqa: S311, T201 - simulation; time is for whoever reads the log

BEGAN = date(2025, 1, 31)
UNTIL = date(2026, 1, 31)
HORIZONS = (30, 60, 90)
DAYS = snapshot_days(BEGAN, UNTIL, pace=Pace.MONTHLY)


def band_of(score):
    if score is None:
        return HealthBand.UNKNOWN
    if score < 40:
        return HealthBand.AT_RISK
    return HealthBand.WATCH if score < 70 else HealthBand.HEALTHY


def a_workspace(seed, *, score, customers=60, leaving=0.35, unused=True):
    """Rows of customers who leave by chance; `score(chance, days left, customer)` judges them.

    The others leave after the last day known, so every day left is a number to the simulation.
    """
    chance = random.Random(seed)
    rows = []
    for number in range(customers):
        since = BEGAN - timedelta(days=chance.randrange(10, 900))
        stays = 400 + (UNTIL - BEGAN).days
        left_on = BEGAN + timedelta(
            days=chance.randrange(5, 365) if chance.random() < leaving else stays
        )
        steady = chance.random()
        for on in DAYS:
            if on >= left_on:
                break
            days_left = (left_on - on).days
            told = score(chance, days_left, steady)
            rows.append(
                Observed(
                    account_id=UUID(int=number),
                    on=on,
                    score=told,
                    band=band_of(told),
                    days_left=days_left if left_on <= UNTIL else None,
                    days_unused=chance.randrange(60) if unused else None,
                    days_customer=(on - since).days,
                )
            )
    return rows


def judged(rows, **asked):
    return {
        horizon: judged_at(
            rows, horizon=horizon, known_until=UNTIL, horizons=len(HORIZONS), **asked
        ).record
        for horizon in HORIZONS
    }


def is_proven(records):
    return any(each.verdict is Verdict.PROVEN for each in records.values())


def fresh_chance(chance, days_left, steady):
    return chance.random() * 100


def steady_chance(chance, days_left, steady):
    return steady * 100


def planted(chance, days_left, steady):
    """Falls in the last hundred days; noise beside it."""
    return max(0.0, min(100.0, min(days_left, 100) * 0.7 + chance.gauss(15, 12)))


@pytest.mark.parametrize("score", [fresh_chance, steady_chance])
def test_random_scores_of_a_thousand_workspaces_are_unproven(score):
    began = time.perf_counter()
    proven = judged_departures = 0
    for seed in range(500):
        records = judged(a_workspace(seed, score=score))
        proven += is_proven(records)
        judged_departures += records[60].verdict is not Verdict.TOO_FEW
    print(
        f"\n{score.__name__}: {proven} of 500 proven by chance, {judged_departures} had enough"
        f" departures, {time.perf_counter() - began:.1f} s"
    )

    assert judged_departures > 250
    assert proven <= 25


def test_a_planted_signal_is_proven():
    proven = [is_proven(judged(a_workspace(seed, score=planted))) for seed in range(40)]

    assert sum(proven) >= 32


def test_a_score_that_only_repeats_a_baseline_is_unproven():
    rows = a_workspace(3, score=planted, customers=200)
    same = [
        Observed(
            account_id=row.account_id,
            on=row.on,
            score=row.score,
            band=row.band,
            days_left=row.days_left,
            days_unused=round(1_000 - 10 * row.score),
            days_customer=row.days_customer,
        )
        for row in rows
    ]

    record = judged(same)[60]

    assert is_proven(judged(rows))
    assert record.verdict is Verdict.UNPROVEN
    assert [each.baseline for each in record.baselines if not each.beaten] == [Baseline.LAST_USE]


def test_shuffled_times_of_departure_leave_no_skill():
    """What the score knows of the future would survive here only if it leaked from elsewhere."""
    aucs = []
    for seed in range(30):
        rows = a_workspace(seed, score=planted)
        chance = random.Random(seed)
        goodbyes = {row.account_id: row.departed_on for row in rows}
        told = list(goodbyes.values())
        chance.shuffle(told)
        goodbyes = dict(zip(goodbyes, told, strict=True))
        shuffled = [
            Observed(
                account_id=row.account_id,
                on=row.on,
                score=row.score,
                band=row.band,
                days_left=(goodbyes[row.account_id] - row.on).days
                if goodbyes[row.account_id]
                else None,
            )
            for row in rows
            if goodbyes[row.account_id] is None or goodbyes[row.account_id] > row.on
        ]
        record = judged(shuffled)[60]
        aucs.append(record.auc.value if record.auc else 0.5)

    assert sum(aucs) / len(aucs) == pytest.approx(0.5, abs=0.04)


def test_auc_on_the_days_judged_is_scikit_learns():
    rows = a_workspace(5, score=planted, customers=120)

    record = judged(rows)[60]

    mine = [row for row in rows if record.judged_from <= row.on <= UNTIL - timedelta(days=60)]
    theirs = roc_auc_score(
        [row.days_left is not None and row.days_left <= 60 for row in mine],
        [-row.score for row in mine],
    )
    assert record.auc.value == pytest.approx(theirs, abs=1e-9)
    assert record.rows == len(mine)


def test_thirty_customers_of_whom_three_left_are_too_few_and_the_interval_is_wide():
    rows = a_workspace(11, score=planted, customers=30, leaving=0.15)

    record = judged(rows)[60]

    assert 0 < record.departed_customers < 10
    assert record.verdict is Verdict.TOO_FEW
    assert record.auc.high - record.auc.low > 0.25


def test_a_backtest_without_departures_has_no_figures():
    record = judged(a_workspace(1, score=planted, leaving=0.0))[60]

    assert record.verdict is Verdict.TOO_FEW
    assert (record.auc, record.lift, record.lead, record.calibration) == (None, None, None, None)
    assert record.at_risk.hits == record.at_risk.misses == 0


def test_without_any_use_known_the_last_use_ranks_like_chance():
    record = judged(a_workspace(5, score=planted, customers=120, unused=False))[60]

    last_use = next(each for each in record.baselines if each.baseline is Baseline.LAST_USE)
    assert (last_use.auc.value, last_use.auc.low, last_use.auc.high) == (0.5, 0.5, 0.5)
    assert last_use.beaten


def test_every_look_ahead_version_and_doubling_is_a_look():
    assert looks_taken(horizons=1, versions=1, departed=10) == 1
    assert looks_taken(horizons=3, versions=1, departed=19) == 3
    assert looks_taken(horizons=3, versions=4, departed=40) == 18


def test_more_versions_tried_ask_for_more_confidence():
    rows = a_workspace(5, score=planted)

    assert judged(rows, versions=20)[60].level == pytest.approx(0.025 / 3 / 20, rel=0.1)


# --- Which rows -------------------------------------------------------------


def row_of(number, on, *, days_left=None, score=50.0):
    return Observed(
        account_id=UUID(int=number), on=on, score=score, band=band_of(score), days_left=days_left
    )


def test_days_are_ends_of_months_or_quarters():
    months = snapshot_days(date(2026, 1, 15), date(2026, 4, 29), pace=Pace.MONTHLY)
    quarters = snapshot_days(date(2025, 12, 31), date(2026, 7, 1), pace=Pace.QUARTERLY)

    assert months == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert quarters == [date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30)]


def test_the_latest_sixty_days_are_asked():
    days = snapshot_days(date(2000, 1, 1), date(2026, 7, 1), pace=Pace.MONTHLY)

    assert len(days) == 60
    assert days[-1] == date(2026, 6, 30)


def test_long_histories_are_asked_by_quarter():
    assert fitting_pace(date(2024, 1, 1), date(2026, 11, 1)) is Pace.MONTHLY
    assert fitting_pace(date(2016, 1, 1), date(2026, 11, 1)) is Pace.QUARTERLY


def test_a_row_without_its_whole_look_ahead_is_left_out_though_its_customer_left():
    followed = row_of(1, date(2025, 10, 31), days_left=5)
    not_yet = row_of(2, date(2025, 12, 31), days_left=5)

    assert followed_rows([followed, not_yet], horizon=60, known_until=UNTIL) == [followed]


def test_a_row_without_a_score_is_left_out():
    unknown = row_of(1, date(2025, 10, 31), score=None)

    assert followed_rows([unknown], horizon=60, known_until=UNTIL) == []


def test_nothing_is_learned_from_outcomes_of_the_days_that_are_judged():
    rows = [row_of(1, on) for on in DAYS]

    halves = halved(rows, horizon=60)

    assert halves.judged_from == DAYS[len(DAYS) // 2]
    assert max(row.on for row in halves.learned) + timedelta(days=60) <= halves.judged_from
    assert min(row.on for row in halves.judged) == halves.judged_from


def test_one_day_is_halved_by_customers():
    rows = [row_of(number, UNTIL) for number in range(10)]

    halves = halved(rows, horizon=30)

    assert halves.judged_from is None
    assert len(halves.learned) == len(halves.judged) == 5


# --- Customer by customer ---------------------------------------------------


def story(number, *told):
    """Rows of a customer: (months after January 2025, days left, score)."""
    return [row_of(number, DAYS[at], days_left=left, score=score) for at, left, score in told]


def test_hits_misses_and_false_alarms_are_told_with_their_lead():
    rows = [
        *story(1, (5, None, 90.0), (6, 110, 60.0), (7, 79, 30.0), (8, 49, 30.0), (9, 18, 20.0)),
        *story(2, (7, 80, 95.0), (8, 49, 90.0)),
        *story(3, (7, None, 10.0), (8, None, 10.0)),
        *story(4, (7, None, 99.0), (8, None, 99.0)),
    ]

    found = judged_at(rows, horizon=60, known_until=UNTIL, judged_from=DAYS[7])

    by_customer = {each.account_id.int: each for each in found.outcomes}
    assert {number: each.kind for number, each in by_customer.items()} == {
        1: OutcomeKind.HIT,
        2: OutcomeKind.MISS,
        3: OutcomeKind.FALSE_ALARM,
    }
    assert by_customer[1].warned_on == DAYS[7]
    assert by_customer[1].lead_days == (known(by_customer[1].departed_on) - DAYS[7]).days
    counted = found.record.at_risk
    assert (counted.hits, counted.misses, counted.false_alarms) == (1, 1, 1)
    assert known(found.record.lead).value == by_customer[1].lead_days


def test_a_colour_that_only_watches_does_not_count_as_at_risk():
    rows = story(1, (7, 50, 60.0))

    record = judged_at(rows, horizon=60, known_until=UNTIL, judged_from=DAYS[7]).record

    assert (record.at_watch.hits, record.at_watch.misses) == (1, 0)
    assert (record.at_risk.hits, record.at_risk.misses) == (0, 1)


def test_the_worst_tenth_counts_ties_at_its_edge_by_their_share():
    risks = [9.0, 8.0, 8.0, 8.0, *[1.0] * 16]
    departed = [True, True, False, False, *[False] * 15, True]

    lift = known(lift_of(risks, departed))

    assert lift.rows == 2
    assert lift.departed == pytest.approx(1 + 1 / 3)
    assert lift.times == pytest.approx((4 / 3 / 2) / (3 / 20))
