"""Plans for programs: start, hand in, accept, what gates refuse; files as they are, once."""

from io import BytesIO

import pytest

from vereda.customers.contracts import LARGEST_FILE
from vereda.customers.models.files import AccountFile
from vereda.customers.queries.files import account_files_folder
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.items import hand_over_item
from vereda.onboarding.contracts.plans import EntryKind
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    FileKind,
    ItemKind,
    Party,
)
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.queries.items import last_given
from vereda.onboarding.testing import a_choice, a_plan, an_edition, an_item, asked, the_item
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db

PLANS = "/onboarding-plans"
ITEMS = f"{PLANS}/OB-1/items"
WITH_FILE = EditionSpec(
    breadth=Breadth.STANDARD,
    items=(
        an_item("list", 1, ItemKind.FILE, file_kinds=(FileKind.CSV, FileKind.TEXT)),
        a_choice("size", 1, "small", "large"),
        an_item("set-up", 2, ItemKind.TASK, party=Party.US),
        an_item("opening", 3, ItemKind.MEETING, party=Party.US),
    ),
)
ROWS = b"name,boxes\nMara,40\n"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def kept_files():
    folder = account_files_folder()
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


def state(plan, key):
    return the_item(plan, key).state


def test_a_plan_is_started_and_read_whole(acme):
    account, edition = an_account(acme), an_edition(acme)
    program = a_program(acme.member)
    said = {
        "account": account.key,
        "template": edition.template.key,
        "name": "Launch",
        "started_at": "2026-11-02T08:00:00Z",
        "why_needed": "They ship late",
    }

    made = program.post(PLANS, said)

    assert made.status_code == 201
    whole = made.json()
    assert (whole["key"], whole["account"], whole["phase"]) == ("OB-1", account.key, "running")
    assert [item["key"] for item in whole["items"]] == ["customers", "set-up", "opening"]
    assert whole["items"][0]["verbs"].count("submitted") == 1
    assert "started" not in whole["items"][1]["verbs"]
    clocks = whole["clocks"]
    assert clocks["remembered"] == pytest.approx(
        sum(clocks[name] for name in ("work", "us", "them", "third_party", "calendar"))
    )
    assert program.get(f"{PLANS}/OB-1").json()["name"] == "Launch"
    assert [each["key"] for each in program.get(PLANS, account=account.key).json()] == ["OB-1"]
    other = an_account(acme, name="Other")
    assert program.get(PLANS, account=other.key).json() == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"account": "A-99"}, 404),
        ({"template": "T-99"}, 404),
        ({"product": "nothing"}, 404),
        ({"name": " "}, 422),
        ({"started_at": "2199-01-01T00:00:00Z"}, 422),
        ({"lead": "Ana"}, 422),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(acme, wrong, status):
    account, edition = an_account(acme), an_edition(acme)
    said = {"account": account.key, "template": edition.template.key, "name": "Launch"}
    assert a_program(acme.member).post(PLANS, {**said, **wrong}).status_code == status


def test_the_same_start_sent_twice_makes_one_plan(acme):
    account, edition = an_account(acme), an_edition(acme)
    said = {"account": account.key, "template": edition.template.key, "name": "Launch"}
    program = a_program(acme.member)
    first = program.post(PLANS, said, **{"Idempotency-Key": "a"})
    again = program.post(PLANS, said, **{"Idempotency-Key": "a"})
    assert (first.json()["key"], again.json()["key"]) == ("OB-1", "OB-1")
    assert len(program.get(PLANS).json()) == 1


def test_a_value_is_handed_in_and_accepted_and_the_gate_opens(acme):
    plan = a_plan(acme)
    program = a_program(acme.member)

    early = program.post(f"{ITEMS}/set-up/submit", {"value": "x"})
    assert early.status_code == 422
    assert "Customers" in early.content.decode()
    assert program.post(f"{ITEMS}/customers/accept").status_code == 409
    given = program.post(f"{ITEMS}/customers/submit", {"value": "Forty", "words": "About"})
    assert (given.status_code, given.json()["state"]) == (200, "submitted")
    assert state(plan, "set-up") == "not_yet"
    assert "started" not in program.get(f"{PLANS}/OB-1").json()["items"][1]["verbs"]

    accepted = program.post(f"{ITEMS}/customers/accept")

    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert "started" in program.get(f"{PLANS}/OB-1").json()["items"][1]["verbs"]
    assert program.post(f"{ITEMS}/customers/submit", {"value": "Fifty"}).status_code == 409
    assert program.post(f"{ITEMS}/nothing/accept").status_code == 404


def test_a_choice_is_one_of_those_offered(acme):
    plan, program = a_plan(acme, spec=WITH_FILE), a_program(acme.member)
    assert program.post(f"{ITEMS}/size/submit", {"choice": "huge"}).status_code == 422
    assert program.post(f"{ITEMS}/size/submit", {"choice": "large"}).status_code == 200
    given = last_given(the_item(plan, "size"))
    assert given is not None
    assert given.choice == "large"


def test_a_delay_that_was_handed_over_is_read_by_whom_it_waits_for(acme):
    plan = a_plan(acme)
    item = asked(plan, "customers", now=MORNING)
    hand_over_item(item, to=Party.THIRD_PARTY, evidence="A letter", by=acme.member, now=MORNING)
    whole = a_program(acme.viewer).get(f"{PLANS}/OB-1").json()
    assert whole["held_by"] == "third_party"
    assert whole["items"][0]["held_by"] == "third_party"
    assert whole["items"][0]["due_on"] == "2026-11-05"
    assert whole["clocks"]["third_party"] > 0


# --- Files ---------------------------------------------------------------------------------


def test_a_file_is_handed_in_as_it_is_and_kept_for_what_its_bytes_say(acme):
    plan, program = a_plan(acme, spec=WITH_FILE), a_program(acme.member)

    sent = program.post(f"{ITEMS}/list/file?name=customers.csv&words=All+of+them", ROWS)

    assert (sent.status_code, sent.json()["state"]) == (200, "submitted")
    given = last_given(the_item(plan, "list"))
    assert given is not None
    assert given.file is not None
    assert (given.file.name, given.file.size, given.words) == (
        "customers.csv",
        len(ROWS),
        "All of them",
    )
    assert given.file.media_type.startswith("text/")
    assert given.member == acme.member
    assert program.post(f"{ITEMS}/list/accept").json()["state"] == "accepted"


def test_the_same_file_sent_twice_is_kept_once(acme):
    plan, program = a_plan(acme, spec=WITH_FILE), a_program(acme.member)
    before = kept_files()
    url, key = f"{ITEMS}/list/file?name=customers.csv", {"Idempotency-Key": "f-1"}
    first = program.post(url, ROWS, **key)
    again = program.post(url, ROWS, **key)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert AccountFile.objects.of(acme.workspace).count() == 1
    assert len(kept_files()) == len(before) + 1
    entries = PlanEntry.objects.of(acme.workspace).filter(plan=plan, kind=EntryKind.SUBMITTED)
    assert entries.count() == 1
    assert program.post(url, ROWS + b"Eva,2\n", **key).status_code == 422


@pytest.mark.parametrize(
    ("item", "body", "status"),
    [
        ("list", b"", 422),
        ("list", PDF, 422),  # a kind that was not asked for
        ("list", b"PK\x03\x04" + b"\x00" * 40, 415),  # not kept at all
        ("list", b"MZ" + b"\x90\x00" * 60, 415),
        ("opening", ROWS, 422),  # behind the gate
        ("set-up", ROWS, 422),
        ("nothing", ROWS, 404),
    ],
    ids=["empty", "pdf", "zip", "program", "behind the gate", "ours", "unknown"],
)
def test_of_a_file_that_is_not_taken_nothing_stays(acme, item, body, status):
    plan, program = a_plan(acme, spec=WITH_FILE), a_program(acme.member)
    before = kept_files()
    assert program.post(f"{ITEMS}/{item}/file?name=a.csv", body).status_code == status
    assert kept_files() == before
    assert not AccountFile.objects.of(acme.workspace).exists()
    assert state(plan, "list") == "not_yet"


def test_a_file_that_is_too_large_is_not_read(acme):
    a_plan(acme, spec=WITH_FILE)
    before = kept_files()
    program, url = a_program(acme.member), f"{ITEMS}/list/file?name=a.csv"
    sent = program.post(url, b"a" * (LARGEST_FILE + 1))
    assert sent.status_code == 413
    assert sent.json()["message"] == "The file is larger than 25 MB."
    liar = program.post(url, b"a", CONTENT_LENGTH=str(LARGEST_FILE + 1))
    assert liar.status_code == 413
    assert kept_files() == before


def test_a_file_as_large_as_the_portal_takes_is_taken_once(acme):
    plan, program = a_plan(acme, spec=WITH_FILE), a_program(acme.member)
    line = b"Ana;Lugo;1\n"
    body = line * (LARGEST_FILE // len(line))
    url, key = f"{ITEMS}/list/file?name=a.csv", {"Idempotency-Key": "large"}

    sent, again = (program.post(url, body, **key) for _ in range(2))
    other = program.post(url, body[: -len(line)], **key)

    given = last_given(the_item(plan, "list"))
    assert given is not None
    assert given.file is not None
    assert (sent.status_code, again["Idempotency-Replayed"], other.status_code) == (
        200,
        "true",
        422,
    )
    assert given.file.size == len(body) > 24 * 1024**2
    assert AccountFile.objects.of(acme.workspace).count() == 1


def test_of_whom_nobody_knows_no_byte_is_read(acme, client):
    class Unreadable(BytesIO):
        def read(self, *_):
            raise AssertionError("somebody reads it")

    a_plan(acme, spec=WITH_FILE)
    sent = client.generic(
        "POST",
        f"/api/v1{ITEMS}/list/file?name=a.csv",
        b"",
        content_type="text/csv",
        headers={"Authorization": "Bearer vt_live_unknown"},
        CONTENT_LENGTH="5000",
        **{"wsgi.input": Unreadable()},
    )
    assert sent.status_code == 401


def test_other_bodies_end_where_they_did(acme):
    a_plan(acme, spec=WITH_FILE)
    sent = a_program(acme.member).post(f"{ITEMS}/list/submit", b"a" * (4 * 1024**2 + 1))
    assert sent.status_code == 413


def test_what_is_settled_takes_no_file(acme):
    a_plan(acme, spec=WITH_FILE)
    program = a_program(acme.member)
    program.post(f"{ITEMS}/list/file?name=a.csv", ROWS)
    program.post(f"{ITEMS}/list/accept")
    kept = kept_files()
    assert program.post(f"{ITEMS}/list/file?name=b.csv", ROWS).status_code == 409
    assert kept_files() == kept


@pytest.mark.parametrize("path", ["list/file?name=a.csv", "list/submit", "list/accept"])
def test_a_reader_and_a_token_without_the_scope_write_nothing(acme, path):
    plan = a_plan(acme, spec=WITH_FILE)
    for program in (a_program(acme.viewer), a_program(acme.member, "onboarding.see")):
        assert program.post(f"{ITEMS}/{path}", {"value": "x"}).status_code == 403
    assert state(plan, "list") == "not_yet"
