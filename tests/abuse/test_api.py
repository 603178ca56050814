"""What programs must not be able to do to the API, whatever they send."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from vereda.customers.actions.erasures import forget_person
from vereda.customers.models.accounts import Account
from vereda.customers.queries.people import person_with_key
from vereda.customers.testing import a_note, a_person, an_account
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.answers import DEAD_AFTER, forget_old_answers
from vereda.workspaces.models import IdempotentAnswer
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


def names_in(company):
    return sorted(Account.objects.of(company.workspace).values_list("name", flat=True))


# --- R02, R03: fields nobody may set ------------------------------------------

SERVER_FIELDS = [
    "id", "key", "number", "workspace", "workspace_id", "tenant", "created_at", "created_by",
    "is_staff", "name_sort", "merged_into", "archived_at", "changed_by", "arr_minor", "usage_8w",
]  # fmt: skip


@pytest.mark.parametrize("field", SERVER_FIELDS)
def test_server_fields_are_unknown_to_callers(program, acme, field):
    account = an_account(acme)

    created = program.post("/accounts", {"name": "New", field: "x"})
    changed = program.patch(f"/accounts/{account.key}", {field: "x"})

    assert [created.status_code, changed.status_code] == [422, 422]
    assert created.json()["code"] == changed.json()["code"] == "unknown_field"
    assert names_in(acme) == [account.name]


# --- R04, R05: the token ------------------------------------------------------


def test_a_token_in_the_address_is_not_seen(program):
    assert Client().get(f"/api/v1/accounts?access_token={program.secret}").status_code == 401


def test_a_reading_token_writes_nothing(acme):
    reader = a_program(acme.owner, "customers.see")

    assert reader.get("/accounts").status_code == 200
    assert reader.post("/accounts", {"name": "New"}).status_code == 403
    assert names_in(acme) == []


# --- R06: once per key --------------------------------------------------------


def keyed(program, body, key="k-1", path="/accounts"):
    return program.post(path, body, **{"Idempotency-Key": key})


def test_the_same_key_and_body_answer_the_same_and_do_nothing_more(program, acme):
    first = keyed(program, {"name": "Once"})
    second = keyed(program, {"name": "Once"})

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert names_in(acme) == ["Once"]


def test_the_same_key_with_another_body_is_refused(program, acme):
    keyed(program, {"name": "Once"})

    answer = keyed(program, {"name": "Twice"})

    assert answer.status_code == 422
    assert names_in(acme) == ["Once"]


def test_while_the_first_is_at_work_the_second_is_told_to_wait(program, acme):
    keyed(program, {"name": "Once"})
    IdempotentAnswer.every_workspace.update(status=None, body="", claimed_at=now())

    answer = keyed(program, {"name": "Once"})

    assert answer.status_code == 409
    assert names_in(acme) == ["Once"]


def test_a_claim_whose_program_died_is_taken_over(program, acme):
    keyed(program, {"name": "Once"})
    Account.objects.of(acme.workspace).delete()
    IdempotentAnswer.every_workspace.update(status=None, claimed_at=now() - DEAD_AFTER)

    answer = keyed(program, {"name": "Once"})

    assert answer.status_code == 201
    assert names_in(acme) == ["Once"]


@pytest.mark.parametrize("key", ["", "   ", "k" * 256])
def test_a_key_without_sense_is_refused(program, acme, key):
    assert keyed(program, {"name": "Once"}, key=key).status_code == 400
    assert names_in(acme) == []


def test_a_key_of_255_characters_is_taken(program):
    assert keyed(program, {"name": "Once"}, key="k" * 255).status_code == 201


def test_another_token_and_another_route_have_keys_of_their_own(program, acme, globex):
    theirs, colleague = a_program(globex.owner), a_program(acme.member)

    answers = [keyed(each, {"name": "Once"}) for each in (program, theirs, colleague)]
    person = keyed(program, {"name": "Once"}, path="/people")

    assert [each.status_code for each in (*answers, person)] == [201] * 4
    assert names_in(acme) == ["Once", "Once"]
    assert names_in(globex) == ["Once"]


def test_what_was_refused_may_be_repaired_under_the_same_key(program, acme):
    refused = keyed(program, {"name": "Once", "parent": "A-999"})
    repaired = keyed(program, {"name": "Once"})

    assert [refused.status_code, repaired.status_code] == [404, 201]
    assert names_in(acme) == ["Once"]


def test_a_saved_answer_is_for_those_who_still_may(program, acme):
    keyed(program, {"name": "Once"})
    acme.owner.role = "viewer"
    acme.owner.save()

    answer = keyed(program, {"name": "Once"})

    assert answer.status_code == 403
    assert b"Once" not in answer.content


def test_answers_are_kept_for_a_day_at_least_and_then_forgotten(program):
    keyed(program, {"name": "Once"})

    forget_old_answers(now=now() + timedelta(hours=25))
    kept = IdempotentAnswer.every_workspace.count()
    forget_old_answers(now=now() + timedelta(hours=49))

    assert [kept, IdempotentAnswer.every_workspace.count()] == [1, 0]


def test_erasing_somebody_empties_what_was_answered_about_them(program, acme, facts):
    person = keyed(program, {"name": "Lucía Martos"}, path="/people").json()
    assert "Martos" in IdempotentAnswer.every_workspace.get().body

    row = a_person_with_key(acme, person["key"])
    forget_person(row, by=acme.owner, now=MORNING)
    facts.deliver()

    assert IdempotentAnswer.every_workspace.get().body == ""
    assert keyed(program, {"name": "Lucía Martos"}, path="/people").status_code == 409


def a_person_with_key(company, key):
    return person_with_key(company.workspace, key)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_under_one_key_make_one_account(acme):
    program = a_program(acme.owner)

    statuses = at_once(lambda _: keyed(program, {"name": "Once"}))

    assert names_in(acme) == ["Once"]
    assert set(statuses) <= {201, 409}
    assert 201 in statuses


# --- R13: one name, many at once ----------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_many_that_take_one_external_id_one_wins(acme):
    program = a_program(acme.owner)

    statuses = at_once(
        lambda number: program.post("/accounts", {"name": f"N{number}", "external_id": "same"})
    )

    assert sorted(statuses) == [201] + [409] * 7
    assert len(names_in(acme)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_upserts_of_one_account_add_it_once(acme):
    program = a_program(acme.owner)

    statuses = at_once(lambda _: program.put("/accounts/by-external-id/same", {"name": "Same"}))

    assert sorted(statuses) == [200] * 7 + [201]
    assert names_in(acme) == ["Same"]


def at_once(call, *, times=8):
    """The statuses of calls that start together."""
    barrier, statuses = threading.Barrier(times), []

    def run(number):
        try:
            barrier.wait(timeout=20)
            statuses.append(call(number).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return statuses


# --- R07, R08, R09: values that do not fit ------------------------------------

WRONG_ACCOUNTS = [
    {"name": None}, {"name": 1}, {"name": ["x"]}, {"name": ""}, {"name": "   "},
    {"name": "x" * 201}, {"name": "a\x00b"}, {"name": "a\ud800b"}, {"stage": None},
    {"stage": "nothing"}, {"tags": "one"}, {"tags": ["a,b"]}, {"tags": ["x" * 51]},
    {"tags": ["\ufdfa" * 50]}, {"domain": "no domain"}, {"website": "x" * 501},
    {"created_on": "yesterday"}, {"created_on": "0001-01-01"}, {"created_on": "2026-02-30"},
    {"created_on": 20260101}, {"custom": {"nothing": 1}}, {"custom": []}, {"owner": "x@y.z"},
    {"version": 2**31}, {"version": 2**63}, {"version": 1.0}, {"version": "1"}, {"version": True},
    {"version": -(2**63) - 1}, {"country": "\x1b[2J"}, {"industry": "x" * 5_000},
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG_ACCOUNTS, ids=lambda body: ascii(body)[:40])
def test_an_account_that_does_not_fit_is_refused(program, acme, body):
    account = an_account(acme)

    answer = program.patch(f"/accounts/{account.key}", body)

    assert answer.status_code == 422, answer.content
    account.refresh_from_db()
    assert account.version == 1


WRONG_SUBSCRIPTIONS = [
    {"seats": 2**31}, {"seats": 2**63}, {"seats": -1}, {"seats": True}, {"seats": "10"},
    {"amount_minor": 2**63}, {"amount_minor": -(2**63) - 1}, {"amount_minor": 1.0},
    {"amount_minor": "1e3"}, {"currency": "EURO"}, {"currency": "XXQ"}, {"trial": "true"},
    {"plan": "x" * 101}, {"external_id": "x" * 201}, {"ends_on": "9999-12-31"},
    {"ends_on": "2025-01-01"}, {"started_on": None}, {"product": "a\x00"},
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG_SUBSCRIPTIONS, ids=lambda body: ascii(body)[:40])
def test_a_subscription_that_does_not_fit_is_refused(program, acme, body):
    account = an_account(acme)
    said = {"account": account.key, "started_on": "2026-01-01", **body}

    answer = program.post("/subscriptions", said)

    assert answer.status_code == 422, answer.content
    assert program.get("/subscriptions").json()["items"] == []


WRONG_TICKETS = [
    {"opened_at": "2026-01-01T00:00:00"}, {"opened_at": "0001-01-01T00:00:00+14:00"},
    {"opened_at": 1}, {"satisfaction": 6}, {"satisfaction": 2**40}, {"subject": "x" * 301},
    {"escalated": None}, {"escalated": 1}, {"state": "gone"}, {"priority": 3},
    {"resolved_at": "1999-01-01T00:00:00Z"},
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG_TICKETS, ids=lambda body: ascii(body)[:40])
def test_a_ticket_that_does_not_fit_is_refused(program, acme, body):
    answer = program.post("/tickets", {"account": an_account(acme).key, **body})

    assert answer.status_code == 422, answer.content
    assert program.get("/tickets").json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[" * 100_000, b"{", b"\xff", b'{"name": ' + b"9" * 5_000 + b"}", b"NaN", b"[]", b"1"],
    ids=lambda body: str(body[:8]),
)
def test_a_body_that_is_no_object_is_refused(program, acme, body):
    assert program.ask("POST", "/accounts", body).status_code in {400, 422}
    assert names_in(acme) == []


def test_a_body_that_is_too_large_is_refused(program):
    answer = program.ask("POST", "/accounts", b'{"name": "' + b"x" * (5 * 1024 * 1024) + b'"}')

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


WRONG_QUERIES = [
    {"limit": 0}, {"limit": 201}, {"limit": 2**63}, {"limit": "x"}, {"cursor": "forged"},
    {"cursor": "x" * 5_000}, {"cursor": "\x00"}, {"f": "name"}, {"f": "nothing:is:1"},
    {"f": "name:is:\x00"}, {"f": "workspace__slug:is:acme"}, {"f": "arr:at_least:1e400"},
    {"f": "renewal_on:before:+9999d9"}, {"sort": "owner__user__password"}, {"sort": "\x00"},
    {"q": "x" * 101}, {"stage": "adoption"}, {"workspace": "globex"}, {"include": "owner"},
]  # fmt: skip


@pytest.mark.parametrize("query", WRONG_QUERIES, ids=lambda query: ascii(query)[:40])
def test_a_query_that_does_not_fit_is_refused(program, query):
    assert program.get("/accounts", **query).status_code in {404, 422}


@pytest.mark.parametrize("seats", [2**31, -1, "1e3", 1.5])
def test_a_row_of_many_is_as_strict(program, acme, seats):
    row = {"external_id": "s", "account": "A-1", "started_on": "2026-01-01", "seats": seats}

    answer = program.post("/subscriptions/bulk", {"rows": [row]})

    assert answer.status_code == 422
    assert "body.rows.0.seats" in answer.json()["message"]


def test_501_rows_are_too_many(program):
    rows = [{"external_id": str(number)} for number in range(501)]

    assert program.post("/accounts/bulk", {"rows": rows}).status_code == 422


# --- R10: ids as they are written ---------------------------------------------


def test_an_id_has_one_meaning_however_it_is_written(program, acme):
    account = an_account(acme)
    note = a_note(account)
    written = [str(note.pk), str(note.pk).upper(), note.pk.hex, "nothing", f"{note.pk}0"]

    answers = [program.get(f"/accounts/{account.key}/notes/{each}") for each in written]

    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    assert {answer.json()["id"] for answer in answers[:3]} == {str(note.pk)}
    assert {answer.status_code for answer in answers[3:]} <= {404, 422}


@pytest.mark.parametrize(
    "key", ["A-0", "A-01", "a-1", "A-٣", "A-99999999999", "A-1%00", "1", "PE-1"]
)
def test_a_key_that_is_none_is_missing(program, acme, key):
    an_account(acme)

    assert program.get(f"/accounts/{key}").status_code == 404


# --- R11: two who change the same ---------------------------------------------


def test_a_stale_version_changes_nothing(program, acme):
    account = an_account(acme)
    etag = program.get(f"/accounts/{account.key}").headers["ETag"]
    path = f"/accounts/{account.key}"

    first = program.patch(path, {"name": "Mine"}, **{"If-Match": etag})
    stale = program.patch(path, {"name": "Late"}, **{"If-Match": etag})
    told = program.patch(path, {"name": "Late", "version": 1})
    odd = program.patch(path, {"name": "Late"}, **{"If-Match": "odd"})

    assert [each.status_code for each in (first, stale, told, odd)] == [200, 412, 409, 412]
    assert names_in(acme) == ["Mine"]


def test_a_stale_person_is_refused_too(program, acme):
    person = a_person(acme)

    answer = program.patch(f"/people/{person.key}", {"name": "Late"}, **{"If-Match": '"7"'})

    assert answer.status_code == 412


# --- R12: gone is gone --------------------------------------------------------


def test_what_was_deleted_is_missing_everywhere(program, acme):
    account = an_account(acme)
    path = f"/accounts/{account.key}/notes/{a_note(account).pk}"

    deleted = [program.ask("DELETE", path).status_code for _ in range(2)]

    assert deleted == [204, 404]
    assert program.get(path).status_code == 404
    assert program.get(f"/accounts/{account.key}/notes").json()["items"] == []


# --- R14: other sites ---------------------------------------------------------


def test_no_other_site_is_let_in(program):
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    answers = [program.ask(method, "/accounts", headers=origin) for method in ("OPTIONS", "GET")]

    assert [
        name for each in answers for name in each.headers if "access-control" in name.lower()
    ] == []


# --- One transaction ----------------------------------------------------------


def test_a_write_that_is_refused_half_way_leaves_nothing(program, acme, facts):
    body = {"name": "Half", "stage": "adoption", "tags": ["fine"], "external_id": "x"}
    program.post("/accounts", {**body, "name": "First"})
    del facts[:]

    answer = program.post("/accounts", body)

    assert answer.status_code == 409
    assert names_in(acme) == ["First"]
