"""The account's tab of onboarding."""

import pytest

from vereda.customers.testing import an_account
from vereda.onboarding.testing import a_plan

pytestmark = pytest.mark.django_db


def test_the_tab_leads_to_each_plan(acme, client_of):
    account = an_account(acme)
    plan = a_plan(acme, account=account, name="Launch of the depot")
    a_plan(acme, account=an_account(acme), name="Somebody else's")

    page = client_of(acme.viewer).get(f"/w/acme/accounts/{account.key}/onboarding/")

    assert page.status_code == 200
    assert "Launch of the depot" in page.content.decode()
    assert f"/w/acme/onboarding/plans/{plan.key}/" in page.content.decode()
    assert "Somebody else" not in page.content.decode()


def test_a_member_may_start_the_first_plan_from_there(acme, client_of):
    account = an_account(acme)
    address = f"/w/acme/accounts/{account.key}/onboarding/"
    start = f"/w/acme/onboarding/plans/start/?account={account.key}"

    assert start in client_of(acme.member).get(address).content.decode()
    assert start not in client_of(acme.viewer).get(address).content.decode()


def test_ten_plans_cost_what_one_costs(acme, client_of, django_assert_max_num_queries):
    account, client = an_account(acme), client_of(acme.member)
    for number in range(10):
        a_plan(acme, account=account, name=f"Plan {number}")
    client.get(f"/w/acme/accounts/{account.key}/onboarding/")

    with django_assert_max_num_queries(30):
        client.get(f"/w/acme/accounts/{account.key}/onboarding/")
