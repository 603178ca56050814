"""What the worklist does because time passes."""

from __future__ import annotations

import logging
from datetime import datetime

from vereda.foundation.clock import now as clock_now
from vereda.worklist.actions.noticing import notice_all_accounts, rank_all_work
from vereda.workspaces.queries import workspaces_at_work

log = logging.getLogger(__name__)


def notice_everywhere(now: datetime | None = None) -> int:
    """Once a day: days pass, so renewals come near and use stops; how many alerts came or went.

    A workspace that fails stops no other; the first failure is raised at the end.
    """
    instant, changed, failures = now or clock_now(), 0, []
    for workspace in workspaces_at_work():
        try:
            changed += notice_all_accounts(workspace, now=instant)
            rank_all_work(workspace, now=instant)
        except Exception as error:
            log.exception("Nothing was noticed in %s", workspace.slug)
            failures.append(error)
    if failures:
        raise failures[0]
    return changed
