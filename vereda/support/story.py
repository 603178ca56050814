"""What happened to a ticket, and what was done by itself, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vereda.support.contracts import (
    Clock,
    Deed,
    Moment,
    MoveKind,
    Priority,
    RepairResult,
)
from vereda.support.wording import CLOCKS, DEEDS, MOMENTS, MOVES, PRIORITIES, RESULTS

if TYPE_CHECKING:
    from vereda.support.models.repairs import RepairRun
    from vereda.support.models.tickets import TicketMove


def move_words(move: TicketMove) -> str:
    """One line of a ticket's history: what happened, to or from what."""
    match MoveKind(move.kind):
        case MoveKind.ASSIGNED:
            given = _("Assigned to %s") % move.member.name if move.member else ""
            return given or _("Assigned to nobody")
        case MoveKind.QUEUED:
            put = _("Put in the queue %s") % move.queue.name if move.queue else ""
            return put or _("Taken out of the queue")
        case MoveKind.PRIORITY:
            return _("Priority: %(before)s, now %(after)s") % {
                "before": PRIORITIES[Priority(move.before)],
                "after": PRIORITIES[Priority(move.after)],
            }
        case kind:
            return str(MOVES[kind])


def run_words(run: RepairRun) -> str:
    """What a rule did, and why: "Time is up (time to fix): escalate it. Done"."""
    said = _("%(moment)s (%(clock)s): %(deed)s") % {
        "moment": MOMENTS[Moment(run.moment)],
        "clock": str(CLOCKS[Clock(run.sla_clock.clock)]).lower(),
        "deed": str(DEEDS[Deed(run.deed)]).lower(),
    }
    return f"{said}. {RESULTS[RepairResult(run.result)]}{_whom(run)}"


def _whom(run: RepairRun) -> str:
    """To whom it went, or which priority it has."""
    if run.member is not None:
        return f": {run.member.name}"
    return f": {PRIORITIES[Priority(run.after)]}" if run.after else ""
