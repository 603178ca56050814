"""Letting somebody in: a link is made while its letter is written, and used once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.tokens import digest_of, random_token
from vereda.portal.contracts import LINK_LASTS, LinkSpent, PortalOpened, WrongCode
from vereda.portal.models import PortalLink, PortalVisit
from vereda.portal.queries.visits import link_for_ticket, open_link
from vereda.portal.rules import code_may_be_tried, random_code, visit_ends_at

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class WayIn:
    """A link and what only its letter knows: the token of its address and the code to type."""

    link: PortalLink
    token: str
    code: str


@transaction.atomic
def make_way_in(person: Person, *, ticket_digest: str = "", now: datetime) -> WayIn:
    """A link that opens the portal to this person once within ten minutes.

    With the hash of a browser's ticket it also has a code, for that browser alone.
    """
    token, code = random_token(), random_code() if ticket_digest else ""
    link = PortalLink.objects.of(person.workspace_id).create(
        workspace_id=person.workspace_id,
        person=person,
        digest=digest_of(token),
        code_digest=_digest_of_code(code, ticket_digest) if code else "",
        ticket_digest=ticket_digest,
        expires_at=now + LINK_LASTS,
    )
    return WayIn(link, token, code)


@transaction.atomic
def come_in_by_link(workspace: Workspace, token: str, *, now: datetime) -> tuple[PortalVisit, str]:
    """The visit that a link opens, and the token its browser keeps; the second user is refused."""
    link = open_link(workspace, token, now=now)
    if link is None:
        raise _spent()
    return _opened(link, now=now)


def come_in_by_code(
    workspace: Workspace, ticket: str, *, code: str, now: datetime
) -> tuple[PortalVisit, str]:
    """The same with the six digits of the letter, for the browser that asked for it.

    A wrong code is counted, whoever is refused: after five the link has no code any more.
    """
    link = link_for_ticket(workspace, ticket, now=now)
    if link is None:
        raise _spent()
    with transaction.atomic():
        mine = PortalLink.objects.of(workspace).filter(pk=link.pk, tries=link.tries)
        counted = mine.update(tries=F("tries") + 1, updated_at=now)
    if not counted or not code_may_be_tried(tries=link.tries):
        raise _spent()
    given = _digest_of_code(code, link.ticket_digest)
    if not secrets.compare_digest(given, link.code_digest):
        raise WrongCode(_("These are not the six digits of our letter."))
    with transaction.atomic():
        return _opened(link, now=now)


@transaction.atomic
def end_visit(visit: PortalVisit, *, now: datetime) -> None:
    """Forget this browser."""
    rows = PortalVisit.objects.of(visit.workspace_id).filter(pk=visit.pk, ended_at=None)
    rows.update(ended_at=now, updated_at=now)


@transaction.atomic
def end_visits_of(person: Person, *, now: datetime) -> int:
    """Forget every browser of a person, and the links on their way; how many there were."""
    return end_visits_of_person(person.workspace_id, person.pk, now=now)


@transaction.atomic
def end_visits_of_person(workspace: Workspace | UUID, person_id: UUID, *, now: datetime) -> int:
    """The same by id, also for somebody who is erased or merged away."""
    links = PortalLink.objects.of(workspace).open_at(now).filter(person=person_id)
    links.update(used_at=now, updated_at=now)
    visits = PortalVisit.objects.of(workspace).open_at(now).filter(person=person_id)
    return visits.update(ended_at=now, updated_at=now)


@transaction.atomic
def note_visit(visit: PortalVisit, *, now: datetime) -> None:
    """The browser was seen: it stays known from now on. Written once a day at most."""
    rows = PortalVisit.objects.of(visit.workspace_id).open_at(now).filter(pk=visit.pk)
    rows.update(seen_at=now, ends_at=visit_ends_at(now=now), updated_at=now)


def _opened(link: PortalLink, *, now: datetime) -> tuple[PortalVisit, str]:
    mine = PortalLink.objects.of(link.workspace_id).open_at(now).filter(pk=link.pk)
    if not mine.update(used_at=now, updated_at=now):
        raise _spent()
    token = random_token()
    visit = PortalVisit.objects.of(link.workspace_id).create(
        workspace_id=link.workspace_id,
        person=link.person,
        digest=digest_of(token),
        seen_at=now,
        ends_at=visit_ends_at(now=now),
    )
    announce(PortalOpened(workspace_id=link.workspace_id, person_id=link.person_id))
    return visit, token


def _digest_of_code(code: str, ticket_digest: str) -> str:
    """Bound to the browser's ticket: the same digits of somebody else hash otherwise."""
    return digest_of(f"{ticket_digest}:{code}")


def _spent() -> LinkSpent:
    return LinkSpent(_("This link was used already or is too old. We gladly send you another."))
