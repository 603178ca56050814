"""What onboarding does because time passes."""

from __future__ import annotations

import logging
from datetime import datetime

from vereda.foundation.clock import now as clock_now
from vereda.onboarding.actions.noticing import look_at_plan
from vereda.onboarding.queries.plans import plans_in
from vereda.workspaces.queries import workspaces_at_work

log = logging.getLogger(__name__)


def look_at_every_plan(now: datetime | None = None) -> int:
    """Once a day: days pass, so promises and items come to be late; how many plans were looked at.

    A plan that fails stops no other; the first failure is raised at the end.
    """
    instant, looked, failures = now or clock_now(), 0, []
    for workspace in workspaces_at_work():
        for plan in plans_in(workspace).open().order_by("number"):
            try:
                look_at_plan(plan, now=instant)
                looked += 1
            except Exception as error:
                log.exception("The plan %s could not be looked at", plan.pk)
                failures.append(error)
    if failures:
        raise failures[0]
    return looked
