"""What the past says of rules: asked as of past days, kept, and shown on every page."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from vereda.customers.actions.accounts import add_external_id
from vereda.customers.contracts import HealthBand
from vereda.customers.testing import an_account
from vereda.events.actions.folding import refresh_activity
from vereda.events.actions.storing import store_events
from vereda.events.contracts.arriving import Kind, NewEvent
from vereda.events.store.current import close_event_store
from vereda.foundation.errors import Conflict
from vereda.foundation.testing import MORNING, NOON
from vereda.health.actions import backtests
from vereda.health.actions.backtests import (
    BacktestAtWork,
    adopt_suggestion,
    ask_backtest,
    find_out,
    find_out_in_background,
    revive_backtest,
    settings_for,
    versions_tried,
)
from vereda.health.actions.publishing import score_published
from vereda.health.actions.scorecards import publish_scorecard, save_draft
from vereda.health.contracts import (
    BacktestSettings,
    BacktestState,
    OutcomeKind,
    Pace,
    ProofChanged,
    Target,
    Verdict,
)
from vereda.health.jobs import ask_due_backtests
from vereda.health.models.backtests import Backtest, BacktestOutcome, BacktestRow
from vereda.health.models.pulses import Pulse
from vereda.health.models.scorecards import Scorecard
from vereda.health.queries.backtests import outcomes_behind, proven_versions, record_of
from vereda.health.testing import a_factor, a_published_card, an_opinion, known, some_rules
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db

JUNE = date(2025, 6, 1)
EVERY_60 = BacktestSettings(horizons=(60,))


@pytest.fixture(autouse=True)
def events_closed():
    yield
    close_event_store()


def at(day):
    return datetime.combine(day, time(9), UTC)


def a_customer(acme, number, *, left_on=None, since=JUNE):
    account = an_account(acme, name=f"Customer {number}", now=at(since))
    a_subscription(account, started_on=since, ends_on=left_on)
    return account


def opinions(account, *, left_on=None, lie=False):
    """An opinion every month: worried in the last hundred days, else glad; `lie` turns it."""
    days = [JUNE + timedelta(days=30 * month) for month in range(18)]
    rows = []
    for day in days:
        if day > (left_on or MORNING.date()):
            break
        worried = left_on is not None and (left_on - day).days <= 100
        rows.append(
            Pulse(
                workspace_id=account.workspace_id,
                account=account,
                value=1 if worried is not lie else 5,
                at=at(day),
            )
        )
    Pulse.objects.of(account.workspace_id).bulk_create(rows)


def a_history(acme, *, customers=60, leaving=30, lie=False):
    """Customers since June 2025, of whom every second left, one after the other."""
    for number in range(customers):
        left_on = (
            date(2025, 9, 10) + timedelta(days=round(410 / leaving * (number // 2)))
            if number % 2 == 0 and number // 2 < leaving
            else None
        )
        opinions(a_customer(acme, number, left_on=left_on), left_on=left_on, lie=lie)


def found_out(version, *, settings=EVERY_60, by=None, now=MORNING):
    asked = ask_backtest(version, settings=settings, by=by, now=now)
    return find_out(version.workspace_id, asked.pk, now=now)


def test_a_score_that_sees_departures_coming_is_proven(acme, facts):
    version = a_published_card(acme)
    a_history(acme)

    backtest = found_out(version)

    (record,) = backtest.records
    assert backtest.state == BacktestState.DONE
    assert (backtest.verdict, record.verdict) == (Verdict.PROVEN, Verdict.PROVEN)
    assert record.departed_customers >= 10
    assert record.auc.low > 0.6
    assert record.at_risk.found.value > 0.8
    assert 30 <= record.lead.value <= 130
    assert proven_versions(acme.workspace, [version.pk]) == {version.pk}
    assert facts.of(ProofChanged) == [
        ProofChanged(workspace_id=acme.workspace.pk, version_id=version.pk)
    ]


def test_its_figures_are_scikit_learns_on_the_rows_that_are_kept(acme):
    version = a_published_card(acme)
    a_history(acme)

    backtest = found_out(version)

    (record,) = backtest.records
    rows = BacktestRow.objects.of(acme.workspace).filter(backtest=backtest)
    judged = [
        row
        for row in rows
        if record.judged_from <= row.on <= backtest.known_until - timedelta(days=60)
    ]
    departed = [row.days_left is not None and row.days_left <= 60 for row in judged]
    assert record.rows == len(judged)
    assert record.departures == sum(departed)
    assert record.auc.value == pytest.approx(
        roc_auc_score(departed, [-known(row.score) for row in judged]), abs=1e-9
    )
    assert record.calibration.brier_of_base == pytest.approx(
        brier_score_loss(departed, [record.learned_departures / record.learned_rows] * len(judged)),
        abs=1e-9,
    )


def test_a_score_that_says_the_opposite_is_unproven(acme, facts):
    version = a_published_card(acme)
    a_history(acme, lie=True)

    backtest = found_out(version)

    assert backtest.verdict == Verdict.UNPROVEN
    assert backtest.records[0].auc.high < 0.5
    assert proven_versions(acme.workspace, [version.pk]) == set()
    assert facts.of(ProofChanged) == []


def test_seven_departures_are_too_few_to_tell(acme):
    version = a_published_card(acme)
    a_history(acme, customers=30, leaving=7)

    record = record_of(found_out(version).version)

    assert record.verdict is Verdict.TOO_FEW
    assert not record.is_proven
    assert known(record.headline).departed_customers < 10


def test_what_became_known_later_changes_nothing_of_a_past_day(acme):
    """Planted futures: an opinion, and a mark below, of the day after."""
    version = a_published_card(acme)
    account = a_customer(acme, 1, left_on=date(2026, 9, 15))
    an_opinion(account, 5, now=at(date(2026, 6, 20)))
    an_opinion(account, 1, now=at(date(2026, 7, 1)))
    an_opinion(account, 1, now=at(date(2026, 9, 14)))

    backtest = found_out(version, settings=BacktestSettings(horizons=(30,), pace=Pace.QUARTERLY))

    row = BacktestRow.objects.of(acme.workspace).get(backtest=backtest, on=date(2026, 6, 30))
    assert (row.score, row.band, row.days_left) == (100.0, HealthBand.HEALTHY, None)


def test_only_who_paid_on_a_day_is_judged_on_it(acme):
    version = a_published_card(acme)
    left = a_customer(acme, 1, left_on=date(2026, 3, 31))
    stays = a_customer(acme, 2)
    later = a_customer(acme, 3, since=date(2026, 8, 1))
    an_account(acme, name="Only a prospect")

    backtest = found_out(version)

    rows = BacktestRow.objects.of(acme.workspace).filter(backtest=backtest)
    days: dict[UUID, list[date]] = {account.pk: [] for account in (left, stays, later)}
    for row in rows.order_by("on"):
        days[row.account_id].append(row.on)
    assert days[left.pk][-1] == date(2026, 2, 28)
    assert days[stays.pk][-1] == date(2026, 8, 31)
    assert days[later.pk] == [date(2026, 8, 31)]


def test_customers_behind_hits_misses_and_false_alarms_are_listed(acme):
    version = a_published_card(acme)
    a_history(acme)

    backtest = found_out(version)

    (record,) = backtest.records
    hits = list(outcomes_behind(backtest, horizon=60, kind=OutcomeKind.HIT))
    assert len(hits) == record.at_risk.hits > 5
    assert all(known(hit.lead_days) > 0 for hit in hits)
    assert [hit.departed_on for hit in hits] == sorted(
        (known(hit.departed_on) for hit in hits), reverse=True
    )
    counts = BacktestOutcome.objects.of(acme.workspace).filter(backtest=backtest).count()
    assert counts == sum((record.at_risk.hits, record.at_risk.misses, record.at_risk.false_alarms))


def test_every_page_is_told_when_a_colour_is_earned_and_lost(acme, facts):
    version = a_published_card(acme)
    a_history(acme)
    score_published(version, clock=lambda: NOON)
    account = an_account(acme, name="Customer X")
    an_opinion(account, 5, by=acme.member)

    found_out(version)
    facts.deliver()
    account.refresh_from_db()
    earned = account.health_proven
    Pulse.objects.of(acme.workspace).exclude(account=account).update(value=3)
    found_out(version, now=NOON)
    facts.deliver()
    account.refresh_from_db()

    assert earned
    assert not account.health_proven


def test_a_second_asking_waits_for_the_first(acme):
    version = a_published_card(acme)
    ask_backtest(version, settings=EVERY_60, by=acme.admin, now=MORNING)

    with pytest.raises(BacktestAtWork):
        ask_backtest(version, settings=EVERY_60, by=acme.admin, now=NOON)

    assert Backtest.objects.of(acme.workspace).count() == 1


def test_a_backtest_runs_once_however_many_workers_have_it(acme):
    version = a_published_card(acme)
    asked = ask_backtest(version, settings=EVERY_60, by=None, now=MORNING)
    find_out(acme.workspace.pk, asked.pk, now=MORNING)

    again = find_out(acme.workspace.pk, asked.pk, now=NOON)

    assert again.finished_at == MORNING


def test_a_failure_is_told_and_can_be_followed_by_another_try(acme, monkeypatch):
    version = a_published_card(acme)
    monkeypatch.setattr(backtests, "past_of", None)

    failed = found_out(version)
    monkeypatch.undo()
    again = found_out(version, now=NOON)

    assert failed.state == BacktestState.FAILED
    assert "error of our own" in failed.failure
    assert again.state == BacktestState.DONE


def test_a_run_that_died_goes_on(acme):
    version = a_published_card(acme)
    asked = ask_backtest(version, settings=EVERY_60, by=None, now=MORNING)
    rows = Backtest.objects.of(acme.workspace)
    rows.filter(pk=asked.pk).update(state=BacktestState.RUNNING, beat_at=MORNING)

    assert not revive_backtest(asked, now=MORNING + timedelta(minutes=5))
    assert revive_backtest(asked, now=MORNING + timedelta(minutes=20))
    assert rows.get().state == BacktestState.WAITING


def test_the_next_backtest_asks_what_the_last_one_asked(acme):
    version = a_published_card(acme)
    usual = settings_for(version, on=MORNING.date())
    a_customer(acme, 1, left_on=date(2026, 3, 31))
    with_departures = settings_for(version, on=MORNING.date())

    found_out(version, settings=BacktestSettings(horizons=(90,)))

    assert usual.target is Target.SILENCE
    assert with_departures == BacktestSettings()
    assert settings_for(version, on=MORNING.date()).horizons == (90,)


def test_each_version_tried_in_a_year_is_counted(acme):
    first = a_published_card(acme)
    found_out(first)
    save_draft(first.scorecard, rules=some_rules(a_factor(weight=20)), by=acme.admin)
    second = publish_scorecard(first.scorecard, note="", by=acme.admin, now=NOON)

    asked = ask_backtest(second, by=None, now=NOON)
    later = ask_backtest(first, by=None, now=NOON + timedelta(days=400))

    assert versions_tried(asked) == 2
    assert versions_tried(later) == 1


def test_silence_is_a_departure_where_nothing_is_paid(acme):
    version = a_published_card(acme)
    busy, silent = keyed_account(acme, "busy"), keyed_account(acme, "silent")
    use(acme, "busy", date(2025, 1, 5), date(2026, 11, 1))
    use(acme, "silent", date(2025, 1, 5), date(2025, 12, 20))

    backtest = found_out(
        version,
        settings=BacktestSettings(target=Target.SILENCE, silent_days=90, pace=Pace.QUARTERLY),
    )

    rows = BacktestRow.objects.of(acme.workspace).filter(backtest=backtest)
    told = {(row.account_id, row.on): (row.days_left, row.days_unused) for row in rows}
    assert told[silent.pk, date(2025, 9, 30)] == (None, 1)
    assert told[silent.pk, date(2025, 12, 31)] == (78, 12)
    assert (silent.pk, date(2026, 3, 31)) not in told
    assert told[busy.pk, date(2026, 6, 30)][0] is None
    assert backtest.records[0].horizon == 90


def keyed_account(acme, key):
    account = an_account(acme, name=key.title(), now=at(date(2025, 1, 1)))
    add_external_id(account, source="", value=key, by=acme.admin)
    return account


def use(acme, key, since, until):
    """A use every third day; the last one on the last third day before `until`."""
    days = [since + timedelta(days=3 * number) for number in range((until - since).days // 3 + 1)]
    store_events(
        acme.workspace,
        [
            NewEvent(
                message_id=f"{key}-{day}",
                kind=Kind.TRACK,
                name="Report opened",
                occurred_at=at(day),
                received_at=at(day),
                person_key=f"{key}-1",
                account_key=key,
            )
            for day in days
        ],
        now=MORNING,
    )


def test_use_of_later_days_does_not_reach_an_earlier_one(acme):
    """The day last used is that of then, although the account knows a later one now."""
    rules = some_rules(a_factor("use", input="events.days_since_use", points=((0, 1.0), (30, 0.0))))
    version = a_published_card(acme, rules)
    account = keyed_account(acme, "pause")
    a_subscription(account, started_on=JUNE)
    use(acme, "pause", date(2025, 6, 1), date(2025, 6, 7))
    use(acme, "pause", date(2026, 2, 1), date(2026, 11, 1))
    refresh_activity(acme.workspace, now=MORNING)

    backtest = found_out(version)

    rows = BacktestRow.objects.of(acme.workspace).filter(backtest=backtest)
    unused = rows.get(on=date(2025, 12, 31))
    used = rows.get(on=date(2026, 6, 30))
    assert (unused.days_unused, unused.score) == (207, 0.0)
    assert (used.days_unused, used.score) == (2, 100.0)


def found_again(backtest):
    """The same backtest, as another request reads it."""
    rows = Backtest.objects.of(backtest.workspace_id).select_related("version__scorecard")
    return rows.get(pk=backtest.pk)


def test_the_past_suggests_weights_that_become_a_draft(acme):
    rules = some_rules(
        a_factor("lie", weight=60, points=((1, 1.0), (5, 0.0))),
        a_factor("tenure", input="revenue.tenure_days", points=((0, 0.0), (400, 1.0)), weight=40),
    )
    version = a_published_card(acme, rules)
    a_history(acme)

    backtest = found_out(version)
    card = adopt_suggestion(backtest, by=acme.admin)

    suggested = {each.name: each for each in backtest.suggested.weights}
    assert suggested["lie"].turned
    assert backtest.suggested.gain.low > 0
    drafted = {factor.name: factor for factor in known(card.drafted).factors}
    assert [point.share for point in drafted["lie"].points] == [0.0, 1.0]
    assert drafted["lie"].weight == suggested["lie"].after > 50
    save_draft(card, rules=rules, by=acme.admin)
    with pytest.raises(Conflict):
        adopt_suggestion(found_again(backtest), by=acme.admin)
    assert known(Scorecard.objects.of(acme.workspace).get().drafted) == rules


def test_without_the_extra_nothing_is_suggested_and_nothing_can_be_adopted(acme, monkeypatch):
    version = a_published_card(acme)
    a_history(acme)
    monkeypatch.setattr(backtests, "can_suggest", lambda: False)

    backtest = found_out(version)

    assert backtest.verdict == Verdict.PROVEN
    assert backtest.suggested is None
    with pytest.raises(Conflict):
        adopt_suggestion(backtest, by=acme.admin)


def test_records_are_asked_for_again_when_a_week_old(acme, monkeypatch):
    version = a_published_card(acme)

    def asked_on(day):
        monkeypatch.setattr("vereda.foundation.clock.now", lambda: day)
        count = ask_due_backtests()
        Backtest.objects.of(acme.workspace).update(state=BacktestState.DONE)
        return count

    assert asked_on(MORNING) == 1
    assert asked_on(MORNING + timedelta(days=6)) == 0
    assert asked_on(MORNING + timedelta(days=8)) == 1
    assert Backtest.objects.of(acme.workspace).filter(version=version).count() == 2


def test_another_workspace_has_another_record(acme, globex):
    mine = a_published_card(acme)
    theirs = a_published_card(globex)
    a_history(acme)

    found_out(mine)
    backtest = found_out(theirs)

    assert backtest.verdict == Verdict.TOO_FEW
    assert BacktestRow.objects.of(globex.workspace).count() == 0
    assert proven_versions(globex.workspace, [mine.pk, theirs.pk]) == set()


def test_a_backtest_whose_workspace_is_gone_is_forgotten(acme):
    asked = ask_backtest(a_published_card(acme), settings=EVERY_60, by=None, now=MORNING)
    Backtest.objects.of(acme.workspace).filter(pk=asked.pk).delete()

    find_out_in_background.func(str(acme.workspace.pk), str(asked.pk))

    assert not Backtest.objects.of(acme.workspace).exists()
