import pytest

from vereda.customers.testing import an_account
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


@pytest.fixture
def account(acme):
    return an_account(acme)


def started(program, account, **terms):
    said = {"account": account.key, "started_on": "2026-01-01", "amount_minor": 100_000, **terms}
    return program.post("/subscriptions", said)


def test_a_subscription_counts_in_the_accounts_figures(program, account):
    told = started(program, account, plan="Pro", seats=10).json()

    figures = program.get(f"/accounts/{account.key}").json()
    assert (told["account"], told["currency"], told["period"]) == (account.key, "EUR", "monthly")
    assert (figures["arr_minor"], figures["plan"], figures["seats"]) == (1_200_000, "Pro", 10)


def test_a_change_begins_a_new_stretch(program, account):
    key = started(program, account).json()["key"]

    changed = program.post(
        f"/subscriptions/{key}/change", {"from_on": "2026-06-01", "amount_minor": 200_000}
    )

    assert changed.status_code == 201
    assert (changed.json()["continues"], changed.json()["amount_minor"]) == (key, 200_000)
    assert program.get(f"/subscriptions/{key}").json()["ends_on"] == "2026-06-01"


def test_a_correction_and_an_end(program, account):
    key = started(program, account).json()["key"]

    corrected = program.patch(f"/subscriptions/{key}", {"plan": "Basic"})
    ended = program.post(f"/subscriptions/{key}/end", {"ends_on": "2030-01-01"})

    assert (corrected.json()["plan"], corrected.json()["amount_minor"]) == ("Basic", 100_000)
    assert ended.json()["ends_on"] == "2030-01-01"


def test_a_taken_external_id_is_a_conflict(program, account):
    started(program, account, external_id="c-1")

    assert started(program, account, external_id="c-1").status_code == 409
    assert len(program.get("/subscriptions", account=account.key).json()["items"]) == 1


def test_many_subscriptions_have_a_result_each(program, account):
    rows = [
        {"external_id": "a", "account": account.key, "started_on": "2026-01-01"},
        {"external_id": "b", "account": "A-99", "started_on": "2026-01-01"},
        {"external_id": "c", "account": account.key},
    ]

    told = program.post("/subscriptions/bulk", {"rows": rows}).json()

    assert [row["outcome"] for row in told["rows"]] == ["created", "refused", "refused"]
    assert [row["code"] for row in told["rows"]] == ["", "unknown_account", "no_start"]
    assert told["rows"][0]["key"] == "S-1"


def test_a_goodbye_ends_what_runs(program, account):
    key = started(program, account).json()["key"]

    told = program.post(
        "/churn", {"account": account.key, "churned_on": "2026-10-01", "reason": "price"}
    )

    assert told.status_code == 201
    assert told.json()["lost_arr_minor"] == 1_200_000
    assert program.get(f"/subscriptions/{key}").json()["ends_on"] == "2026-10-01"
    assert program.get(f"/accounts/{account.key}").json()["status"] == "churned"
    assert [row["reason"] for row in program.get("/churn").json()["items"]] == ["price"]


@pytest.mark.parametrize("path", ["/subscriptions", "/subscriptions/S-1", "/churn"])
def test_money_is_seen_by_its_own_permission(acme, program, account, path):
    started(program, account)
    stranger_to_money = a_program(acme.owner, "customers.see")
    treasurer = a_program(acme.owner, "revenue.see")

    assert stranger_to_money.get(path).status_code == 403
    assert treasurer.get(path).status_code == 200
