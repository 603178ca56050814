"""Scoring a portfolio by rules that were just published, and telling how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vereda.customers.queries.accounts import listed_accounts
from vereda.health.actions.scoring import TOGETHER, score_part, scoring_of
from vereda.health.models.scorecards import ScorecardVersion


def score_published(version: ScorecardVersion, *, clock: Callable[[], datetime]) -> int:
    """Score everybody, noting the progress on the version; how many have another score."""
    scoring = scoring_of(version.workspace, now=clock())
    ids = list(listed_accounts(version.workspace).order_by("pk").values_list("pk", flat=True))
    rows = ScorecardVersion.objects.of(version.workspace_id).filter(pk=version.pk)
    rows.update(scoring_started_at=clock(), scored_count=0, scored_total=len(ids), scored_at=None)
    changed = 0
    for start in range(0, len(ids), TOGETHER):
        changed += score_part(scoring, ids[start : start + TOGETHER])
        rows.update(scored_count=min(start + TOGETHER, len(ids)))
    rows.update(scored_at=clock())
    return changed
