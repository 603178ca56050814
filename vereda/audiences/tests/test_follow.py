"""Audiences that ask of use follow the events that are stored."""

from datetime import timedelta

import pytest

from vereda.audiences.contracts import About
from vereda.audiences.queries.inclusions import account_ids_in, person_ids_in
from vereda.audiences.testing import a_row, an_audience
from vereda.customers.queries.accounts import accounts_by_external_id
from vereda.customers.queries.people import people_by_external_id
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.storing import store_events
from vereda.events.store.current import another_store
from vereda.events.store.duckdb import IN_MEMORY, DuckStore
from vereda.events.testing import an_event
from vereda.foundation.clock import now

pytestmark = pytest.mark.django_db

DID_IT_TWICE = a_row("events.did", "at_least", "2", event="Report exported", days="7")


@pytest.fixture(autouse=True)
def own_store():
    """An empty store."""
    made = DuckStore(IN_MEMORY)
    with another_store(made):
        yield
    made.close()


def tell(acme, *events):
    """Events come in and are folded."""
    store_events(acme.workspace, list(events), now=now())
    while fold_workspace(acme.workspace, now=now()):
        pass


def did_it(hours):
    """Person u1 of account a1 exported a report so many hours ago."""
    moment = now() - timedelta(hours=hours)
    return an_event(account_key="a1", person_key="u1", occurred_at=moment, received_at=moment)


def test_accounts_and_people_enter_as_their_events_come_in(acme, facts):
    accounts = an_audience(acme, DID_IT_TWICE, name="Accounts", now=now())
    people = an_audience(acme, DID_IT_TWICE, name="People", about=About.PEOPLE, now=now())

    tell(acme, did_it(5))
    facts.deliver()
    after_one = (list(account_ids_in(accounts)), list(person_ids_in(people)))
    tell(acme, did_it(4))
    facts.deliver()

    assert after_one == ([], [])
    assert list(account_ids_in(accounts)) == [accounts_by_external_id(acme.workspace, ["a1"])["a1"]]
    assert list(person_ids_in(people)) == [people_by_external_id(acme.workspace, ["u1"])["u1"]]
