"""What adoption does because time passes."""

from __future__ import annotations

import logging
from datetime import datetime

from vereda.adoption.actions.everything import adoption_of_day
from vereda.foundation.clock import now as clock_now
from vereda.workspaces.queries import workspaces_at_work

log = logging.getLogger(__name__)


def measure_adoption_everywhere(now: datetime | None = None) -> int:
    """Once a day: purchases, first uses, patterns, intervals, alarms; how much is different.

    A workspace that fails stops no other; the first failure is raised at the end.
    """
    instant, changed, failures = now or clock_now(), 0, []
    for workspace in workspaces_at_work():
        try:
            changed += adoption_of_day(workspace, now=instant)
        except Exception as error:
            log.exception("The adoption of %s could not be measured", workspace.slug)
            failures.append(error)
    if failures:
        raise failures[0]
    return changed
