import pytest

from vereda.customers.testing import a_person, an_account
from vereda.support.contracts import Clock, Priority
from vereda.support.testing import a_policy
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


@pytest.fixture
def account(acme):
    return an_account(acme)


def test_a_ticket_is_opened_resolved_and_reopened(program, acme, account):
    person = a_person(acme)
    said = {"account": account.key, "person": person.key, "opened_at": "2026-01-01T08:00:00Z"}
    key = program.post("/tickets", said).json()["key"]

    resolved = program.patch(f"/tickets/{key}", {"state": "resolved"}).json()
    reopened = program.patch(f"/tickets/{key}", {"state": "open"}).json()

    assert (resolved["person"], resolved["state"]) == (person.key, "resolved")
    assert resolved["resolved_at"] is not None
    assert (reopened["resolved_at"], reopened["reopen_count"]) == (None, 1)


def test_tickets_are_listed_by_account_and_state(program, acme, account):
    other = an_account(acme, name="Other")
    program.post("/tickets", {"account": account.key, "subject": "Ours"})
    program.post("/tickets", {"account": account.key, "subject": "Done", "state": "resolved"})
    program.post("/tickets", {"account": other.key, "subject": "Theirs"})

    listed = program.get("/tickets", account=account.key, state="open").json()["items"]

    assert [ticket["subject"] for ticket in listed] == ["Ours"]


def test_many_tickets_have_a_result_each(program, account):
    row = {"account": account.key, "opened_at": "2026-01-01T08:00:00Z"}
    rows = [
        {**row, "external_id": "a"},
        {**row, "external_id": "b", "person": "nobody"},
        {**row, "external_id": "c", "account": "A-99"},
        {**row, "external_id": "a", "subject": "Slow"},
    ]

    told = program.post("/tickets/bulk", {"rows": rows}).json()

    assert [each["outcome"] for each in told["rows"]][:3] == ["created", "refused", "refused"]
    assert [each["code"] for each in told["rows"]][1:3] == ["unknown_person", "unknown_account"]
    assert program.get("/tickets").json()["items"][0]["subject"] == "Slow"


def test_a_taken_external_id_is_a_conflict(program, account):
    said = {"account": account.key, "external_id": "t-1"}

    answers = [program.post("/tickets", said).status_code for _ in range(2)]

    assert answers == [201, 409]


def test_states_become_history_and_clocks_are_told(program, acme, account):
    a_policy(acme, targets={Priority.NORMAL: {Clock.FIX: 60}})
    opened = {"external_id": "t-1", "account": account.key, "opened_at": "2026-01-01T08:00:00Z"}
    key = program.post("/tickets", {**opened, "resolved_at": "2026-01-01T12:00:00Z"}).json()["key"]
    states = [
        {"external_id": "t-1", "state": "waiting", "at": "2026-01-01T08:30:00Z"},
        {"external_id": "t-1", "state": "open", "at": "2026-01-01T09:00:00Z"},
        {"external_id": "nobody", "state": "open", "at": "2026-01-01T09:00:00Z"},
    ]

    told = program.post("/tickets/states/bulk", {"rows": states}).json()
    history = program.get(f"/tickets/{key}/history").json()

    assert [row["outcome"] for row in told["rows"]] == ["created", "created", "refused"]
    assert [move["kind"] for move in history["moves"]][-3:] == ["resumed", "waiting", "opened"]
    [clock] = history["clocks"]
    assert (clock["target_minutes"], clock["breached_at"]) == (60, "2026-01-01T09:30:00Z")
