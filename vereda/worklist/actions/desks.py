"""A member's desk: how much at once, and when they last looked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.worklist.contracts import WrongWork
from vereda.worklist.models.desks import LARGEST_BUDGET, SMALLEST_BUDGET, Desk
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

AWAY = timedelta(hours=4)
"""Who comes back after so long looks anew: what changed is told since their last look."""
FIRST_LOOK = timedelta(days=7)
NOTED_EVERY = timedelta(minutes=5)


def note_look(desk: Desk, *, now: datetime) -> Desk:
    """The desk with `since_at`: from when on what changed is told, during this whole look.

    A look goes on until somebody stays away for four hours; writes at most every five minutes,
    and only then opens a transaction: who reads waits for no one who writes.
    """
    last, desk_since = desk.looked_at, desk.since_at
    if last is None or desk_since is None:
        return _looked(desk, since_at=now - FIRST_LOOK, now=now)
    if now - last >= AWAY:
        return _looked(desk, since_at=last, now=now)
    if now - last >= NOTED_EVERY:
        return _looked(desk, since_at=desk_since, now=now)
    return desk


@transaction.atomic
def mark_as_seen(desk: Desk, *, by: Member, now: datetime) -> Desk:
    """What changed until now is known."""
    record(by, "saw what changed", by)
    return _looked(desk, since_at=now, now=now)


@transaction.atomic
def set_budget(desk: Desk, *, budget: int, by: Member) -> Desk:
    """So much at once from now on."""
    if not SMALLEST_BUDGET <= budget <= LARGEST_BUDGET:
        raise WrongWork(
            _("From %(least)s to %(most)s things at once.")
            % {"least": SMALLEST_BUDGET, "most": LARGEST_BUDGET}
        )
    record(by, "set budget", by, budget=budget)
    return _stored(desk, budget=budget)


def _looked(desk: Desk, *, since_at: datetime, now: datetime) -> Desk:
    return _stored(desk, since_at=since_at, looked_at=now)


@transaction.atomic
def _stored(desk: Desk, **values: object) -> Desk:
    row, _made = Desk.objects.of(desk.workspace_id).update_or_create(
        member=desk.member, defaults=values
    )
    stored: Desk = row
    return stored
