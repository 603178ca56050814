"""What outcomes do because time passes."""

from __future__ import annotations

import logging
from datetime import datetime

from vereda.foundation.clock import now as clock_now
from vereda.outcomes.actions.measuring import take_measurements
from vereda.outcomes.actions.noticing import refresh_outcomes
from vereda.workspaces.queries import workspaces_at_work

log = logging.getLogger(__name__)


def refresh_every_outcome(now: datetime | None = None) -> int:
    """Once a day: metrics measure, lines go on, measurements grow old; how many stand elsewhere.

    A workspace that fails stops no other; the first failure is raised at the end.
    """
    instant, changed, failures = now or clock_now(), 0, []
    for workspace in workspaces_at_work():
        try:
            take_measurements(workspace, now=instant)
            changed += refresh_outcomes(workspace, now=instant)
        except Exception as error:
            log.exception("The outcomes of %s could not be looked at", workspace.slug)
            failures.append(error)
    if failures:
        raise failures[0]
    return changed
