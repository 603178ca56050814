"""What the portal does in tasks and at night: it writes the letter with the way in, and forgets."""

from __future__ import annotations

import logging
from uuid import UUID

from vereda.customers.queries.people import person_with_id
from vereda.foundation import clock
from vereda.foundation.errors import Missing
from vereda.foundation.tasks import task
from vereda.messaging.contracts import LetterKind
from vereda.messaging.queries.people import why_not
from vereda.portal.actions.forgetting import (
    forget_old_ways_in,
    links_long_over,
    visits_long_over,
)
from vereda.portal.actions.links import make_way_in
from vereda.portal.letters import way_in_letter
from vereda.portal.models import PortalLink, PortalVisit
from vereda.portal.queries.asking import due_again, readers_in
from vereda.portal.queries.telling import good_time_for
from vereda.portal.writing import write_digest
from vereda.workspaces.queries import workspaces_at_work

log = logging.getLogger(__name__)


@task()
def send_way_in(workspace_id: str, person_id: str, ticket_digest: str, to: str) -> None:
    """Write to the person, if there is one: the page that asks does as much for a stranger."""
    if not person_id:
        return
    try:
        person = person_with_id(UUID(workspace_id), UUID(person_id))
    except Missing:
        return
    if (reason := why_not(person, kind=LetterKind.SIGN_IN)) is not None:
        log.info("No way into the portal is sent: %s", reason)
        return
    way_in = make_way_in(person, ticket_digest=ticket_digest, now=clock.now())
    way_in_letter(way_in, to=to).send()


def remind_everybody() -> int:
    """Every night: whoever is to be reminded in their coming working hours gets a task for then;
    answers how many."""
    moment, ordered = clock.now(), 0
    for workspace in workspaces_at_work():
        for person, account in readers_in(workspace, now=moment).values():
            at = good_time_for(person, account, after=moment)
            if at is None or due_again(person, now=at) is None:
                continue
            later = write_digest.using(run_after=at)
            later.enqueue(str(workspace.pk), str(person.pk))
            ordered += 1
    return ordered


def forget_old_visits() -> int:
    """Every night: links and visits that were over long ago go; how many."""
    moment = clock.now()
    links = PortalLink.every_workspace.filter(links_long_over(moment))
    visits = PortalVisit.every_workspace.filter(visits_long_over(moment))
    found = {*links.values_list("workspace_id", flat=True)}
    found |= {*visits.values_list("workspace_id", flat=True)}
    return sum(forget_old_ways_in(workspace, now=moment) for workspace in found)
