"""What support does because of the time: it looks at what is due, and at nothing else."""

import logging
from uuid import UUID

from vereda.foundation.clock import now
from vereda.support.actions.commitments import look_at_commitment
from vereda.support.actions.repairs import look_at_clock
from vereda.support.models.commitments import Commitment
from vereda.support.models.promises import SlaClock

log = logging.getLogger(__name__)

AT_ONCE = 200


def look_at_due_clocks() -> int:
    """Warn, mark and repair what is due by now, the longest due first; answers how many.

    The index holds only clocks that have a next look, so what is not due costs nothing. A clock
    that fails is left for the next turn and does not keep the others waiting.
    """
    moment, count = now(), 0
    failed: set[UUID] = set()
    while True:
        due = SlaClock.every_workspace.filter(check_at__lt=moment).exclude(pk__in=failed)
        clocks = list(due.select_related("ticket").order_by("check_at", "pk")[:AT_ONCE])
        for clock in clocks:
            try:
                count += look_at_clock(clock, now=moment) is not None
            except Exception:
                log.exception("The clock %s could not be looked at", clock.pk)
                failed.add(clock.pk)
        if len(clocks) < AT_ONCE:
            return count


def look_at_due_commitments() -> int:
    """Tell of promises that are due within a day or missed; answers how many.

    One that fails is left for the next turn and does not keep the others waiting.
    """
    moment, count = now(), 0
    due = Commitment.every_workspace.filter(check_at__lt=moment).order_by("check_at", "pk")
    for row in list(due[:AT_ONCE]):
        try:
            count += look_at_commitment(row, now=moment)
        except Exception:
            log.exception("The commitment %s could not be looked at", row.pk)
    return count
