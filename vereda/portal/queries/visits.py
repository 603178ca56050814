"""Who somebody at the door is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Max, Q

from vereda.customers.queries.people import listed_people
from vereda.foundation.tokens import digest_of
from vereda.portal.models import PortalLink, PortalVisit, PortalVisitRows

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


def person_at_address(workspace: Workspace, email: str) -> Person | None:
    """The one listed person with that address; None where it is nobody's, or of several."""
    address = email.strip().lower()
    if not address:
        return None
    found = list(listed_people(workspace).filter(email=address, restricted_at=None)[:2])
    return found[0] if len(found) == 1 else None


def open_link(workspace: Workspace, token: str, *, now: datetime) -> PortalLink | None:
    """The link that this token opens now, with its person; None where it opens nothing."""
    rows = PortalLink.objects.of(workspace).open_at(now).select_related("person")
    link = rows.filter(digest=digest_of(token)).first()
    return link if link is not None and is_welcome(link.person) else None


def link_for_ticket(workspace: Workspace, ticket: str, *, now: datetime) -> PortalLink | None:
    """The newest link that the browser holding this ticket asked for."""
    rows = PortalLink.objects.of(workspace).open_at(now).exclude(code_digest="")
    rows = rows.filter(ticket_digest=digest_of(ticket)).select_related("person")
    link = rows.order_by("-pk").first()
    return link if link is not None and is_welcome(link.person) else None


def open_visit(workspace: Workspace, token: str, *, now: datetime) -> PortalVisit | None:
    """The visit of the browser that holds this token, with its person."""
    rows = PortalVisit.objects.of(workspace).open_at(now).select_related("person")
    visit = rows.filter(digest=digest_of(token)).first()
    return visit if visit is not None and is_welcome(visit.person) else None


def is_welcome(person: Person) -> bool:
    """Whether they are somebody to show a page to: there, not merged away, not restricted."""
    gone = (person.erased_at, person.merged_into_id, person.archived_at, person.restricted_at)
    return not any(gone)


def visits_of_person(person_id: UUID, *, workspace: Workspace | UUID) -> PortalVisitRows:
    """Every visit of a person that is still known, the newest first."""
    rows = PortalVisit.objects.of(workspace).filter(person=person_id)
    return rows.order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Seen:
    """When somebody was last there, and how many browsers come in as them without being asked."""

    last_at: datetime | None = None
    browsers: int = 0


def visits_seen(
    workspace: Workspace | UUID, person_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, Seen]:
    """The same for each of these people; one query."""
    rows = PortalVisit.objects.of(workspace).filter(person__in=person_ids)
    open_now = Q(ended_at=None, ends_at__gt=now)
    told = rows.values_list("person").annotate(
        last=Max("seen_at"), browsers=Count("pk", filter=open_now)
    )
    seen = {person_id: Seen(last, browsers) for person_id, last, browsers in told}
    return {person_id: seen.get(person_id, Seen()) for person_id in person_ids}
