"""Nobody stays in as somebody who is erased or merged away; what is over is let go of."""

from datetime import timedelta

import pytest

from vereda.customers.actions.erasures import forget_person
from vereda.customers.actions.merges import merge_people
from vereda.customers.testing import a_person
from vereda.foundation.clock import now
from vereda.foundation.personal_data import PersonRef
from vereda.portal.actions.forgetting import LINKS_KEPT, VISITS_KEPT
from vereda.portal.actions.links import make_way_in
from vereda.portal.jobs import forget_old_visits
from vereda.portal.models import PortalLink, PortalVisit
from vereda.portal.personal_data import VisitsToPortal
from vereda.portal.testing import a_visitor

pytestmark = pytest.mark.django_db

HOME = "/p/acme/"


def ref(person):
    return PersonRef(workspace_id=person.workspace_id, person_id=person.pk, email=person.email)


def test_after_a_merge_both_have_to_come_in_anew(acme, mara, facts):
    other = a_person(acme, name="Mara M.", email="m@muebles.example")
    absorbed, stays = a_visitor(other), a_visitor(mara)

    merge_people(mara, absorbed=other, by=acme.owner, now=now())
    facts.deliver()

    assert [each.get(HOME).status_code for each in (absorbed, stays)] == [303, 303]
    assert not PortalVisit.objects.of(acme.workspace).open_at(now()).exists()


def test_whoever_is_erased_is_out(acme, mara, facts):
    client = a_visitor(mara)

    forget_person(mara, by=acme.owner, now=now())
    facts.deliver()

    assert client.get(HOME).status_code == 303
    assert not PortalVisit.objects.of(acme.workspace).open_at(now()).exists()


def test_a_person_reads_their_visits_and_has_them_deleted(acme, mara):
    a_visitor(mara)

    told = list(VisitsToPortal().export(ref(mara)))
    gone = VisitsToPortal().erase(ref(mara))

    assert [each.kind for each in told] == ["visit to the portal"]
    assert gone == 2
    assert not PortalVisit.objects.of(acme.workspace).exists()
    assert not PortalLink.objects.of(acme.workspace).exists()


def test_what_was_over_long_ago_goes_and_nothing_else(acme, mara):
    at = now()
    a_visitor(mara, at=at - VISITS_KEPT - timedelta(days=31))
    a_visitor(mara, at=at - timedelta(days=31))
    make_way_in(mara, now=at - LINKS_KEPT + timedelta(hours=1))
    make_way_in(mara, now=at)

    assert forget_old_visits() == 3

    assert PortalVisit.objects.of(acme.workspace).count() == 1
    assert PortalLink.objects.of(acme.workspace).count() == 2
