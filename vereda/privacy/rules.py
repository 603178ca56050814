"""Decisions about privacy: who may be tracked, and when a request is due."""

from calendar import monthrange
from datetime import date

from vereda.privacy.contracts import TrackingRule


def may_be_tracked(*, said_yes: bool | None, rule: TrackingRule) -> bool:
    """Whether somebody's use may be recorded; None is somebody who has said nothing."""
    if said_yes is None:
        return rule is TrackingRule.UNLESS_REFUSED
    return said_yes


def due_on(received_on: date) -> date:
    """One month after a request came (GDPR art. 12.3), the month's last day at the latest."""
    year, month = divmod(received_on.year * 12 + received_on.month, 12)
    return date(year, month + 1, min(received_on.day, monthrange(year, month + 1)[1]))
