import pytest

from vereda.customers.testing import a_person
from vereda.privacy.contracts import ConsentGiven, ConsentWithdrawn
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


def test_a_yes_and_a_no_are_kept_with_where_they_were_said(acme, facts):
    program, person = a_program(acme.owner), a_person(acme)
    path = f"/people/{person.key}/consents"
    before = {row["purpose"]: row["allowed"] for row in program.get(path).json()}

    given = program.post(f"{path}/messages/give", {"source": "form", "proof": "f/1"}).json()
    withdrawn = program.post(f"{path}/messages/withdraw", {"source": "call"}).json()

    assert set(before.values()) == {None}
    assert (given["allowed"], given["proof"]) == (True, "f/1")
    assert (withdrawn["allowed"], withdrawn["source"]) == (False, "call")
    assert [len(facts.of(kind)) for kind in (ConsentGiven, ConsentWithdrawn)] == [1, 1]


def test_an_unknown_purpose_is_refused(acme):
    program, person = a_program(acme.owner), a_person(acme)

    answer = program.post(f"/people/{person.key}/consents/spam/give", {"source": "form"})

    assert answer.status_code == 422
