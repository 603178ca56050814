"""Programs promise, measure and read benefits."""

import pytest

from vereda.customers.testing import an_account
from vereda.outcomes.models.outcomes import Measurement, Outcome
from vereda.outcomes.testing import a_measurement, an_outcome
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


def promised(account, **said):
    return {
        "account": account.key,
        "benefit": "Invoices leave the same day",
        "target": "80",
        "baseline": "20.5",
        "due_on": "2099-12-31",
        "starts_on": "2099-01-01",
        **said,
    }


def test_a_program_promises_and_reads_it_back(program, acme):
    account = an_account(acme)
    answer = program.post("/outcomes", promised(account))
    assert answer.status_code == 201
    told = program.get(f"/outcomes/{answer.json()['key']}").json()
    assert (told["account"], told["baseline"], told["target"]) == (
        account.key,
        "20.5000",
        "80.0000",
    )
    assert (told["state"], told["delivered"]) == ("promised", None)


def test_a_promise_that_cannot_be_verified_is_refused(program, acme):
    account = an_account(acme)
    assert program.post("/outcomes", promised(account, target="10")).status_code == 422
    assert program.post("/outcomes", promised(account, target="NaN")).status_code == 422
    assert not Outcome.every_workspace.exists()


def test_a_program_measures_and_is_told_where_it_stands(program, acme):
    outcome = an_outcome(an_account(acme))
    answer = program.post(f"/outcomes/{outcome.key}/measure", {"value": "81", "words": "ERP"})
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["delivered"]) == ("reached", "81.0000")
    assert Measurement.objects.of(acme.workspace).get().words == "ERP"


def test_outcomes_are_listed_by_account_and_state(program, acme):
    account, other = an_account(acme), an_account(acme, name="Otra")
    reached = an_outcome(account)
    a_measurement(reached, "80", by=acme.member)
    an_outcome(other)
    listed = program.get("/outcomes?state=reached").json()["items"]
    assert [each["key"] for each in listed] == [reached.key]
    listed = program.get(f"/outcomes?account={other.key}").json()["items"]
    assert [each["state"] for each in listed] == ["promised"]
