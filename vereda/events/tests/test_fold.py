"""What events say about accounts and people reaches customers, once and in the right order."""

from datetime import timedelta

import pytest

from vereda.customers.queries.accounts import (
    account_with_id,
    accounts_by_external_id,
    listed_accounts,
)
from vereda.customers.queries.people import (
    listed_people,
    people_by_external_id,
    people_of,
    person_with_id,
)
from vereda.events.actions.folding import fold_workspace, refresh_activity
from vereda.events.actions.storing import store_events
from vereda.events.contracts.arriving import Kind
from vereda.events.contracts.facts import ActivityChanged, EventsStored
from vereda.events.models.folding import FoldCursor
from vereda.events.store.current import another_store
from vereda.events.testing import an_event
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


def fold(acme):
    while fold_workspace(acme.workspace, now=MORNING):
        pass


def tell(acme, *events):
    store_events(acme.workspace, list(events), now=MORNING)
    fold(acme)


def identify(traits, **said):
    return an_event("identify", kind=Kind.IDENTIFY, traits=traits, **said)


def group(traits="", key="acme-inc", **said):
    return an_event("group", kind=Kind.GROUP, account_key=key, traits=traits, **said)


def account_called(acme, key):
    return account_with_id(acme.workspace, accounts_by_external_id(acme.workspace, [key])[key])


def person_called(acme, key):
    return person_with_id(acme.workspace, people_by_external_id(acme.workspace, [key])[key])


def test_a_group_call_makes_an_account_with_its_people(acme):
    tell(acme, group('{"name":"Acme Inc","industry":"Steel"}'), identify('{"email":"a@x.example"}'))

    account = account_called(acme, "acme-inc")
    assert (account.name, account.industry) == ("Acme Inc", "Steel")
    assert [member.person.email for member in people_of(account)] == ["a@x.example"]


def test_an_account_only_seen_is_called_by_its_key_until_it_is_named(acme):
    tell(acme, an_event(account_key="acme-inc"))
    before = account_called(acme, "acme-inc").name

    tell(acme, group('{"name":"Acme Inc"}'))

    assert before == "acme-inc"
    assert account_called(acme, "acme-inc").name == "Acme Inc"


def test_a_person_only_seen_is_there(acme):
    tell(acme, an_event(person_key="u7", account_key="acme-inc"))

    assert listed_people(acme.workspace).count() == 1
    assert person_called(acme, "u7")


def test_the_latest_word_counts_whichever_arrives_first(acme):
    tell(acme, identify('{"name":"New","title":"CTO"}', occurred_at=MORNING))

    tell(acme, identify('{"name":"Old","phone":"1"}', occurred_at=MORNING - timedelta(days=1)))

    person = person_called(acme, "u1")
    assert (person.name, person.phone) == ("New", "1")


def test_a_trait_that_customers_refuses_costs_no_other_fact(acme):
    tell(acme, identify('{"email":"not an address","name":"Ana"}', account_key="acme-inc"))

    assert person_called(acme, "u1").name == "Ana"
    assert len(people_of(account_called(acme, "acme-inc"))) == 1


def test_folding_again_changes_nothing_and_announces_nothing(acme, facts):
    tell(acme, group('{"name":"Acme Inc"}'))
    told = len(facts)

    fold(acme)

    assert len(facts.of(EventsStored)) == 1
    assert len(facts) == told


def test_a_crash_while_folding_loses_and_repeats_nothing(acme, monkeypatch):
    used = [group('{"name":"Acme Inc"}'), an_event(account_key="acme-inc")]
    store_events(acme.workspace, used, now=MORNING)
    monkeypatch.setattr("vereda.events.actions.folding.note_activity", crash)
    with pytest.raises(ZeroDivisionError):
        fold_workspace(acme.workspace, now=MORNING)
    monkeypatch.undo()

    fold(acme)

    assert [row.through for row in FoldCursor.objects.of(acme.workspace)] == [2]
    assert listed_accounts(acme.workspace).count() == 1


def crash(*_, **__):
    return 1 / 0


def test_an_account_shows_when_it_was_last_active(acme):
    tell(acme, an_event(account_key="acme-inc", occurred_at=MORNING - timedelta(days=8)))

    account = account_called(acme, "acme-inc")
    assert account.last_active_on == (MORNING - timedelta(days=8)).date()
    assert account.usage_8w == [0, 0, 0, 0, 0, 0, 1, 0]
    assert account.active_people_28d == 1


def test_news_of_activity_names_the_accounts_whose_figures_are_others(acme, facts):
    tell(acme, an_event(account_key="acme-inc"), an_event(account_key="other"))
    first = {account_called(acme, key).pk for key in ("acme-inc", "other")}
    assert [set(fact.account_ids) for fact in facts.of(ActivityChanged)] == [first]
    facts.clear()

    tell(acme, an_event(account_key="other"), group('{"name":"Acme Inc"}'))
    assert [fact.account_ids for fact in facts.of(ActivityChanged)] == [
        (account_called(acme, "other").pk,)
    ]
    facts.clear()

    assert refresh_activity(acme.workspace, now=MORNING) == 0
    assert facts.of(ActivityChanged) == []
    assert refresh_activity(acme.workspace, now=MORNING + timedelta(days=30)) == 2
    assert [set(fact.account_ids) for fact in facts.of(ActivityChanged)] == [first]


def test_workspaces_learn_only_from_their_own_events(acme, globex):
    tell(acme, group('{"name":"Acme Inc"}'))

    assert not fold_workspace(globex.workspace, now=MORNING)
    assert listed_accounts(globex.workspace).count() == 0
