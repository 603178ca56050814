"""What a page of one account asks finds its rows by the account, never by going through all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import a_note, a_person, an_account
from vereda.foundation.testing import plan_of, wide_steps
from vereda.revenue.testing import a_subscription
from vereda.support.testing import a_ticket

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads plans as SQLite writes them"),
]

TABS = ["", "timeline/", "people/", "usage/", "money/", "files/"]


@pytest.fixture
def cantera(acme):
    account = an_account(acme)
    a_person(acme, account=account)
    a_note(account, body="Said")
    a_subscription(account)
    a_ticket(account)
    return account


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_reads_no_rows_of_other_accounts(acme, cantera, client_of, tab):
    client = client_of(acme.member)
    url = f"/w/acme/accounts/{cantera.key}/{tab}"
    client.get(url)

    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200

    assert wide_steps(query["sql"] for query in asked) == set()


def test_counting_a_whole_list_reads_its_index_alone(acme, client_of):
    an_account(acme)

    with CaptureQueriesContext(connection) as asked:
        client_of(acme.member).get("/w/acme/accounts/")

    (count,) = [query["sql"] for query in asked if "COUNT(*)" in query["sql"]]
    assert [step for step in plan_of(count) if "account_listed_money" in step]
    assert '"customers_account"."id"' not in count
