"""What audiences and scores hear of people's parts in an account."""

import pytest

from vereda.customers.actions.people import leave_account
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import RelationKind
from vereda.customers.criteria.offered import CustomersCriteria
from vereda.customers.factors import CustomerInputs
from vereda.customers.models.accounts import Account
from vereda.customers.queries.people import memberships_in
from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.foundation.criteria import About, AskedCriterion, Comparison

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(acme):
    """Who speaks for us in an account."""
    person = a_person(acme, account=an_account(acme, name="Cantera"))
    account = memberships_in(person).get().account
    relate_people(person, account=account, kind=RelationKind.CHAMPION, by=acme.member)
    return person


def champions(acme, account):
    """How many champions scores count, and whether an audience of such accounts holds it."""
    moment = now()
    told = CustomerInputs().readings(
        acme.workspace,
        names=["customers.champions"],
        account_ids=[account.pk],
        on=moment.date(),
    )
    offered = CustomersCriteria().criteria(acme.workspace, about=About.ACCOUNTS)
    criterion = next(each for each in offered if each.name == "customers.relation")
    asked = AskedCriterion(
        workspace=acme.workspace,
        about=About.ACCOUNTS,
        comparison=Comparison.IS,
        value="champion",
        today=moment.date(),
        now=moment,
    )
    held = Account.objects.of(acme.workspace).filter(criterion.matching(asked), pk=account.pk)
    return told["customers.champions"][account.pk].value, held.count()


def test_a_champion_counts_while_they_are_there(acme, champion):
    membership = memberships_in(champion).get()

    before = champions(acme, membership.account)
    leave_account(membership, until_on=now().date(), by=acme.member)

    assert before == (1, 1)
    assert champions(acme, membership.account) == (0, 0)


@pytest.mark.parametrize("about", list(About))
def test_nothing_is_offered_twice(acme, about):
    offered = CustomersCriteria().criteria(acme.workspace, about=about)

    names = [each.name for each in offered]
    labels = [(str(each.group), str(each.label)) for each in offered]
    assert sorted(set(names)) == sorted(names)
    assert sorted(set(labels)) == sorted(labels)
