"""Who is proven, and traits that count only where nothing was said."""

import pytest

from vereda.customers.testing import a_person
from vereda.events.actions.proofs import note_proofs
from vereda.events.actions.storing import erase_events_of
from vereda.events.contracts.answers import TraitsSaid
from vereda.events.contracts.arriving import About, Kind, Subject
from vereda.events.models.folding import Proof
from vereda.events.queries.proofs import proven_among
from vereda.events.rules.traits import latest_traits
from vereda.foundation.testing import MORNING, NOON

ANA, BEA = Subject(About.PERSON, "u1"), Subject(About.PERSON, "u2")
ACCOUNT = Subject(About.ACCOUNT, "u1")


@pytest.mark.django_db
def test_who_is_proven_is_proven_there_and_as_what_it_is(acme, globex):
    note_proofs(acme.workspace, [ANA])
    note_proofs(acme.workspace.pk, [ANA, ANA])

    assert proven_among(acme.workspace, [ANA, BEA, ACCOUNT]) == {ANA}
    assert proven_among(globex.workspace, [ANA]) == set()
    assert Proof.objects.of(acme.workspace).count() == 1


@pytest.mark.django_db
def test_an_erased_person_leaves_no_proof(acme):
    person = a_person(acme, name="Ana", external_id="u1")
    note_proofs(acme.workspace, [ANA, BEA, ACCOUNT])

    erase_events_of(person)

    assert proven_among(acme.workspace, [ANA, BEA, ACCOUNT]) == {BEA, ACCOUNT}


def said(traits, *, seq=1, at=MORNING):
    return TraitsSaid(
        seq=seq, kind=Kind.IDENTIFY, person_key="u1", account_key="", occurred_at=at, traits=traits
    )


def test_a_trait_said_once_counts_where_nothing_was_said():
    traits, clock = latest_traits([said('{"$set_once":{"plan":"free","seats":1}}')], clock={})

    assert traits == {"plan": "free", "seats": 1}
    assert set(clock) == {"plan", "seats"}


def test_a_trait_said_once_replaces_nothing_however_late_it_comes():
    words = [
        said('{"plan":"pro"}'),
        said('{"$set_once":{"plan":"free"}}', seq=2, at=NOON),
        said('{"$set_once":{"seats":1}}', seq=3, at=NOON),
        said('{"seats":2}', seq=4, at=NOON),
    ]

    traits, _ = latest_traits(words, clock={"name": MORNING.timestamp()})
    later, _ = latest_traits(
        [said('{"$set_once":{"name":"Ana"}}', at=NOON)], clock={"name": MORNING.timestamp()}
    )

    assert traits == {"plan": "pro", "seats": 2}
    assert later == {}


@pytest.mark.parametrize("once", ["5", "null", '["plan"]', '"plan"'])
def test_what_is_no_trait_is_none(once):
    assert latest_traits([said(f'{{"$set_once":{once},"a":1}}')], clock={})[0] == {"a": 1}
