"""Clocks as people see them: a bar, a tone, and words that say what the bar says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vereda.foundation.wording import moment_words
from vereda.support.contracts import Clock
from vereda.support.rules.clocks import used_at
from vereda.support.rules.spans import written_minutes, written_span
from vereda.support.wording import CLOCKS

if TYPE_CHECKING:
    from vereda.support.models.promises import SlaClock


@dataclass(frozen=True, slots=True)
class ShownClock:
    """One clock of a ticket. `short` is for a cell of a list, `words` for the ticket's page."""

    label: str | Promise
    share: float
    tone: str
    short: str
    words: str
    policy: str


def shown_clock(row: SlaClock, *, now: datetime) -> ShownClock:
    """How a clock stands now; it must come with its policy and hours."""
    target = timedelta(minutes=row.target_minutes)
    used = used_at(
        now,
        used=timedelta(seconds=row.used_seconds),
        running_since_at=row.running_since_at,
        hours=row.policy.hours.hours,
    )
    tone, short, words = _told(row, used=used, target=target, now=now)
    return ShownClock(
        label=CLOCKS[Clock(row.clock)],
        share=min(used / target, 1.0),
        tone=tone,
        short=short,
        words=words,
        policy=row.policy.name,
    )


def _told(
    row: SlaClock, *, used: timedelta, target: timedelta, now: datetime
) -> tuple[str, str, str]:
    """Tone, short words and whole words."""
    said = {
        "used": written_span(used),
        "left": written_span(max(target - used, timedelta())),
        "over": written_span(max(used - target, timedelta())),
        "whole": written_minutes(row.target_minutes),
    }
    late = row.breached_at is not None or (row.due_at is not None and row.due_at < now)
    if row.stopped_at is not None:
        return _stopped(said, late=late)
    if row.paused_at is not None:
        said["since"] = moment_words(row.paused_at)
        return _paused(said, late=late)
    said["due"] = moment_words(row.due_at) if row.due_at else ""
    if late:
        words = _("%(over)s more than the %(whole)s promised. It was due on %(due)s.")
        return "risk", _("late"), words % said
    near = row.warn_at is not None and row.warn_at < now
    words = _("%(left)s of %(whole)s left, due on %(due)s.")
    return ("watch" if near else "good"), _("%(left)s left") % said, words % said


def _stopped(said: dict[str, str], *, late: bool) -> tuple[str, str, str]:
    if late:
        return "risk", _("broken"), _("Broken: it took %(used)s of %(whole)s promised.") % said
    return "good", _("kept"), _("Kept: it took %(used)s of %(whole)s promised.") % said


def _paused(said: dict[str, str], *, late: bool) -> tuple[str, str, str]:
    if late:
        words = _("Late, and paused since %(since)s: waiting for the customer.")
        return "risk", _("late"), words % said
    words = _("%(left)s of %(whole)s left, paused since %(since)s: waiting for the customer.")
    return "unknown", _("paused, %(left)s left") % said, words % said
