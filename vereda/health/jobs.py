"""What health does because of time, and what takes long."""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from vereda.audiences.contracts import AudiencePutAway, AudienceTakenBack
from vereda.foundation import clock
from vereda.foundation.tasks import task
from vereda.health.actions.backtests import BacktestAtWork, ask_backtest, revive_backtest
from vereda.health.actions.publishing import score_published
from vereda.health.actions.scoring import score_portfolio
from vereda.health.contracts import BacktestState
from vereda.health.models.backtests import Backtest
from vereda.health.models.scorecards import ScorecardVersion
from vereda.health.queries.backtests import latest_backtest
from vereda.health.queries.scorecards import cards_for_audience, cards_in_force
from vereda.workspaces.queries import workspace_with_id

log = logging.getLogger(__name__)

ASKED_AGAIN_AFTER: Final = timedelta(days=7)


@task()
def score_whole_portfolio(workspace_id: str) -> None:
    """Score everybody: a card was archived, moved, or lost its audience."""
    score_portfolio(workspace_with_id(UUID(workspace_id)), now=clock.now())


@task()
def score_by_new_rules(workspace_id: str, version_id: str) -> None:
    """Score everybody after rules were published; the version tells how far it is."""
    workspace = workspace_with_id(UUID(workspace_id))
    version = ScorecardVersion.objects.of(workspace).filter(pk=UUID(version_id)).first()
    if version is not None:
        score_published(version, clock=clock.now)
        ask_when_due(version)


def score_after_audience(fact: AudiencePutAway | AudienceTakenBack) -> None:
    """An audience that a scorecard is for went away or came back: others score its accounts."""
    if cards_for_audience(fact.workspace_id, fact.audience_id).exists():
        score_whole_portfolio.enqueue(str(fact.workspace_id))


def score_every_workspace() -> int:
    """Once a day, because readings grow old; answers how many accounts have another score.

    A workspace that fails stops no other; the first failure is raised at the end.
    """
    changed, failures = 0, []
    ids = ScorecardVersion.every_workspace.values_list("workspace_id", flat=True)
    for workspace_id in ids.distinct():
        try:
            changed += score_portfolio(workspace_with_id(workspace_id), now=clock.now())
        except Exception as error:
            log.exception("The scores of %s could not be computed", workspace_id)
            failures.append(error)
    if failures:
        raise failures[0]
    return changed


def ask_due_backtests() -> int:
    """Once a night: the record of each version in force is a week old at most; how many were asked.

    Runs that died go on too.
    """
    moment = clock.now()
    running = Backtest.every_workspace.filter(state=BacktestState.RUNNING)
    for dead in running:
        revive_backtest(dead, now=moment)
    ids = ScorecardVersion.every_workspace.values_list("workspace_id", flat=True)
    return sum(
        ask_when_due(card.version)
        for workspace_id in ids.distinct()
        for card in cards_in_force(workspace_with_id(workspace_id))
    )


def ask_when_due(version: ScorecardVersion) -> bool:
    """Ask what the past says of a version unless that was done within a week; whether it was."""
    moment = clock.now()
    before = latest_backtest(version)
    if before is not None and before.asked_at > moment - ASKED_AGAIN_AFTER:
        return False
    try:
        ask_backtest(version, by=None, now=moment)
    except BacktestAtWork:
        return False
    return True
