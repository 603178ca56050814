"""What health does because of time, and what takes long."""

import logging
from uuid import UUID

from vereda.foundation import clock
from vereda.foundation.tasks import task
from vereda.health.actions.publishing import score_published
from vereda.health.actions.scoring import score_portfolio
from vereda.health.models.scorecards import ScorecardVersion
from vereda.workspaces.queries import workspace_with_id

log = logging.getLogger(__name__)


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
