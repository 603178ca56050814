"""Asking what the past says of rules, finding out, and keeping it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vereda.foundation import clock
from vereda.foundation.errors import Conflict, Missing
from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.foundation.tasks import task
from vereda.health.actions.scorecards import save_draft
from vereda.health.contracts import BacktestSettings, BacktestState, ProofChanged, Verdict
from vereda.health.models.backtests import Backtest, BacktestOutcome, BacktestRow
from vereda.health.models.scorecards import Scorecard, ScorecardVersion
from vereda.health.queries.backtests import latest_backtest_of_card
from vereda.health.queries.past_days import Past, PastScore, past_of, usual_settings
from vereda.health.rules.proving import Judged, judged_at, verdict_of
from vereda.health.rules.snapshots import Observed
from vereda.health.rules.suggesting import Suggestion, can_suggest, suggested_rules, suggestion_of
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

log = logging.getLogger(__name__)

SILENT: Final = timedelta(minutes=15)
"""A run that says nothing for so long is taken for dead; a day of a large workspace is seconds."""
VERSIONS_REMEMBERED: Final = timedelta(days=365)
TOGETHER: Final = 1_000


class BacktestAtWork(Conflict):
    """One is waiting or running already."""


def ask_backtest(
    version: ScorecardVersion,
    *,
    settings: BacktestSettings | None = None,
    by: Member | None,
    now: datetime,
) -> Backtest:
    """What the past says of this version will be found out in the background.

    Without settings those of the scorecard's last backtest, else what fits the workspace.
    """
    asked = settings or settings_for(version, on=now.date())
    try:
        with transaction.atomic():
            backtest: Backtest = Backtest.objects.of(version.workspace_id).create(
                version=version,
                settings=msgspec.to_builtins(asked),
                asked_at=now,
                asked_by=by,
                beat_at=now,
            )
            find_out_in_background.enqueue(str(version.workspace_id), str(backtest.pk))
            if by is not None:
                record(by, "asked for the record of", version.scorecard, version=version.number)
    except IntegrityError as error:
        sentence = _("The past is being asked already. It takes a few minutes.")
        raise BacktestAtWork(sentence) from error
    return backtest


def settings_for(version: ScorecardVersion, *, on: date) -> BacktestSettings:
    """What the scorecard's last backtest asked, else what fits the workspace."""
    before = latest_backtest_of_card(version)
    return before.asked if before is not None else usual_settings(version.workspace, on=on)


@task()
def find_out_in_background(workspace_id: str, backtest_id: str) -> None:
    """One backtest, as a task; nothing where its workspace was removed meanwhile."""
    with suppress(Missing):
        find_out(UUID(workspace_id), UUID(backtest_id), now=clock.now())


def find_out(workspace: UUID, backtest_id: UUID, *, now: datetime) -> Backtest:
    """Ask the past, here. Whatever goes wrong is told on the page of the record.

    Nothing happens when another worker has it in hand.
    """
    rows = Backtest.objects.of(workspace).filter(pk=backtest_id)
    waiting = rows.filter(state=BacktestState.WAITING)
    claimed = waiting.update(state=BacktestState.RUNNING, beat_at=now, days_done=0)
    backtest = found(rows.select_related("version__scorecard__audience", "workspace"))
    if not claimed:
        return backtest
    try:
        _find_out(backtest, now=now)
    except Exception:
        log.exception("Backtest %s failed", backtest_id)
        failure = _("It stopped because of an error of our own. The log of the worker has more.")
        rows.update(state=BacktestState.FAILED, failure=failure, finished_at=now)
    backtest.refresh_from_db()
    return backtest


def _find_out(backtest: Backtest, *, now: datetime) -> None:
    known_until = now.date() - timedelta(days=1)
    past = past_of(backtest.version, asked=backtest.asked, known_until=known_until)
    told = _past_scores(backtest, past)
    judged = _judged(backtest, past, [each.example.row for each in told])
    suggestion = _suggestion(past, told)
    with transaction.atomic():
        _keep(backtest, past, told, judged=judged, suggestion=suggestion, now=now)


def _past_scores(backtest: Backtest, past: Past) -> list[PastScore]:
    """What the rules would have said on each day, telling how far it is."""
    days = past.days()
    rows = Backtest.objects.of(backtest.workspace_id).filter(pk=backtest.pk)
    rows.update(days_total=len(days))
    told: list[PastScore] = []
    for done, day in enumerate(days, start=1):
        told += past.examples_on(day)
        rows.update(days_done=done, beat_at=clock.now())
    return told


def _judged(backtest: Backtest, past: Past, rows: Sequence[Observed]) -> list[Judged]:
    horizons = past.asked.looks_ahead
    versions = versions_tried(backtest)
    return [
        judged_at(
            rows,
            horizon=horizon,
            known_until=past.known_until,
            horizons=len(horizons),
            versions=versions,
            judged_from=past.asked.judged_from,
        )
        for horizon in horizons
    ]


def versions_tried(backtest: Backtest) -> int:
    """How many versions of the scorecard asked the past in the last year, this one included."""
    rows = Backtest.objects.of(backtest.workspace_id).filter(
        version__scorecard=backtest.version.scorecard_id,
        asked_at__gt=backtest.asked_at - VERSIONS_REMEMBERED,
        asked_at__lte=backtest.asked_at,
    )
    return rows.values("version").distinct().count()


def _suggestion(past: Past, told: Iterable[PastScore]) -> Suggestion | None:
    if not can_suggest() or not past.rules.factors:
        return None
    return suggestion_of(
        past.rules,
        (each.example for each in told),
        horizon=past.longest,
        known_until=past.known_until,
        judged_from=past.asked.judged_from,
    )


def _keep(
    backtest: Backtest,
    past: Past,
    told: Sequence[PastScore],
    *,
    judged: Sequence[Judged],
    suggestion: Suggestion | None,
    now: datetime,
) -> None:
    """The record takes the place of the one before; pages hear of it when the verdict is new."""
    rows = Backtest.objects.of(backtest.workspace_id)
    before = rows.current().filter(version=backtest.version_id).first()
    rows.filter(version=backtest.version_id).exclude(pk=backtest.pk).delete()
    verdict = verdict_of([each.record for each in judged])
    unscored = [each.example.row for each in told if each.example.row.score is None]
    rows.filter(pk=backtest.pk).update(
        state=BacktestState.DONE,
        finished_at=now,
        is_current=True,
        known_until=past.known_until,
        verdict=verdict,
        results=msgspec.to_builtins([each.record for each in judged]),
        suggestion=msgspec.to_builtins(suggestion),
        unscored_rows=len(unscored),
        unscored_departures=sum(row.departed_within(past.longest) for row in unscored),
        accounts_left_out=len(past.left_out),
    )
    _keep_rows(backtest, told, judged)
    if (before is not None and before.verdict == Verdict.PROVEN) != (verdict is Verdict.PROVEN):
        announce(ProofChanged(workspace_id=backtest.workspace_id, version_id=backtest.version_id))


def _keep_rows(backtest: Backtest, told: Iterable[PastScore], judged: Iterable[Judged]) -> None:
    mine = {"workspace_id": backtest.workspace_id, "backtest": backtest}
    rows = [
        BacktestRow(
            **mine,
            account_id=row.account_id,
            on=row.on,
            score=row.score,
            band=row.band,
            coverage=coverage,
            days_left=row.days_left,
            days_unused=row.days_unused,
            days_customer=row.days_customer,
        )
        for row, coverage in ((each.example.row, each.coverage) for each in told)
    ]
    BacktestRow.objects.of(backtest.workspace_id).bulk_create(rows, batch_size=TOGETHER)
    outcomes = [
        BacktestOutcome(
            **mine,
            account_id=each.account_id,
            horizon=of.record.horizon,
            kind=each.kind,
            departed_on=each.departed_on,
            warned_on=each.warned_on,
            score=each.score,
        )
        for of in judged
        for each in of.outcomes
    ]
    BacktestOutcome.objects.of(backtest.workspace_id).bulk_create(outcomes, batch_size=TOGETHER)


@transaction.atomic
def revive_backtest(backtest: Backtest, *, now: datetime) -> bool:
    """A run that died waits again; false when it was not dead after all."""
    rows = Backtest.objects.of(backtest.workspace_id).filter(pk=backtest.pk)
    dead = rows.filter(state=BacktestState.RUNNING, beat_at__lt=now - SILENT)
    if not dead.update(state=BacktestState.WAITING, beat_at=now):
        return False
    find_out_in_background.enqueue(str(backtest.workspace_id), str(backtest.pk))
    return True


@transaction.atomic
def adopt_suggestion(backtest: Backtest | None, *, by: Member) -> Scorecard:
    """The suggested weights become the draft of the scorecard; they score nobody yet.

    Refused while there is another draft: nobody's work is overwritten.
    """
    suggestion = None if backtest is None else backtest.suggested
    if backtest is None or suggestion is None:
        raise Conflict(_("The past suggests no weights."))
    card = backtest.version.scorecard
    rules = suggested_rules(backtest.version.ruled, suggestion.weights)
    if card.drafted not in (None, rules):
        raise Conflict(_("Somebody is working on a draft. Publish it or discard it first."))
    return save_draft(card, rules=rules, version=card.draft_version, by=by)
