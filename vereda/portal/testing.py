"""For tests: somebody at a customer, known to the portal."""

from datetime import datetime

from django.test import Client

from vereda.customers.models.people import Person
from vereda.foundation.clock import now
from vereda.portal.access import COOKIE
from vereda.portal.actions.links import come_in_by_link, make_way_in


def a_visitor(person: Person, *, at: datetime | None = None) -> Client:
    """A browser that came in as this person; now, where no time is told."""
    at = at or now()
    way_in = make_way_in(person, now=at)
    _visit, token = come_in_by_link(person.workspace, way_in.token, now=at)
    client = Client()
    client.cookies[COOKIE] = token
    return client
