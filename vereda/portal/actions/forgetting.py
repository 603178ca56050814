"""Letting go of who came in: of one person, and of everybody after a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vereda.portal.models import PortalLink, PortalVisit

LINKS_KEPT: Final = timedelta(days=1)
"""A link that opens nothing any more is kept that long: its reader is told why."""

VISITS_KEPT: Final = timedelta(days=90)
"""How long members see that somebody was there, once their visit is over."""


@transaction.atomic
def forget_visitor(person_id: UUID, *, workspace: UUID) -> int:
    """Delete a person's visits and links; how many there were."""
    gone = 0
    for model in (PortalVisit, PortalLink):
        gone += model.objects.of(workspace).filter(person=person_id).delete()[0]
    return gone


@transaction.atomic
def forget_old_ways_in(workspace: UUID, *, now: datetime) -> int:
    """Delete the workspace's links and visits that were over long ago; how many."""
    links = PortalLink.objects.of(workspace).filter(links_long_over(now))
    visits = PortalVisit.objects.of(workspace).filter(visits_long_over(now))
    return links.delete()[0] + visits.delete()[0]


def links_long_over(now: datetime) -> Q:
    """Which links are to go."""
    return Q(expires_at__lt=now - LINKS_KEPT)


def visits_long_over(now: datetime) -> Q:
    """Which visits are to go."""
    return Q(ended_at__lt=now - VISITS_KEPT) | Q(ends_at__lt=now - VISITS_KEPT)
