import pytest

from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import AccountAdded, FieldType, RelationKind
from vereda.customers.testing import a_field, a_person, an_account
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


def names_of(answer):
    return [item["name"] for item in answer.json()["items"]]


def test_an_account_comes_back_as_it_was_sent(program, acme, facts):
    parent = an_account(acme, name="Holding")
    a_field(acme, label="Fleet", type=FieldType.NUMBER)

    answer = program.post(
        "/accounts",
        {
            "name": "Cantera",
            "external_id": "cli-1",
            "parent": parent.key,
            "owner": "member@acme.example",
            "stage": "adoption",
            "tags": ["iberia"],
            "custom": {"fleet": 12.5},
            "created_on": "2024-02-29",
        },
    )

    told = answer.json()
    assert answer.status_code == 201
    assert (told["parent"], told["owner"]) == (parent.key, "member@acme.example")
    assert (told["external_ids"], told["tags"]) == (["cli-1"], ["iberia"])
    assert (told["custom"], told["created_on"]) == ({"fleet": "12.5"}, "2024-02-29")
    assert program.get(f"/accounts/{told['key']}").json() == told
    assert len(facts.of(AccountAdded)) == 2


def test_every_account_is_on_one_page_once(program, acme):
    for number in range(7):
        an_account(acme, name=f"Account {number}")

    first = program.get("/accounts", limit=3)
    second = program.get("/accounts", limit=3, cursor=first.json()["next"])
    third = program.get("/accounts", limit=3, cursor=second.json()["next"])

    pages = [names_of(page) for page in (first, second, third)]
    assert [name for page in pages for name in page] == [f"Account {n}" for n in range(7)]
    assert third.json()["next"] is None


def test_a_list_is_filtered_and_sorted_as_the_portfolio(program, acme):
    for name, stage in (("Uno", "adoption"), ("Dos", "value"), ("Tres", "adoption")):
        an_account(acme, name=name, stage=stage)

    answer = program.get("/accounts", f=["stage:is:adoption"], sort="-name")

    assert names_of(answer) == ["Uno", "Tres"]


def test_a_change_leaves_alone_what_was_not_said(program, acme):
    account = an_account(acme, industry="Transport", owner_id=acme.member.pk)

    told = program.patch(f"/accounts/{account.key}", {"country": "ES", "owner": None}).json()

    assert (told["industry"], told["country"], told["owner"]) == ("Transport", "ES", None)
    assert told["version"] == 2


def test_an_upsert_adds_and_then_changes(program):
    path = "/accounts/by-external-id/cli/9%209"
    first = program.put(path, {"name": "Nine"})
    second = program.put(path, {"next_step": "Call"})

    assert [first.status_code, second.status_code] == [201, 200]
    assert second.json()["external_ids"] == ["cli/9 9"]
    assert (second.json()["name"], second.json()["next_step"]) == ("Nine", "Call")


def test_each_row_of_many_has_its_result(program):
    rows = [
        {"external_id": "a", "name": "A"},
        {"external_id": "b", "name": "B", "parent": "nowhere"},
        {"external_id": "a"},
    ]

    told = program.post("/accounts/bulk", {"rows": rows}).json()

    assert [row["outcome"] for row in told["rows"]] == ["created", "refused", "unchanged"]
    assert [row["key"] for row in told["rows"]] == ["A-1", None, "A-1"]
    assert (told["rows"][1]["code"], told["rows"][1]["field"]) == ("unknown_parent", "parent")
    assert (told["created"], told["refused"], told["unchanged"]) == (1, 1, 1)


def test_an_archived_account_leaves_the_list_and_comes_back(program, acme):
    account = an_account(acme)

    archived = program.post(f"/accounts/{account.key}/archive")
    gone = names_of(program.get("/accounts"))
    kept = names_of(program.get("/accounts/archived"))
    restored = program.post(f"/accounts/{account.key}/restore")

    assert archived.json()["archived_at"] is not None
    assert (gone, kept) == ([], [account.name])
    assert restored.json()["archived_at"] is None
    assert names_of(program.get("/accounts")) == [account.name]


def test_a_person_comes_back_with_their_accounts(program, acme):
    account = an_account(acme)

    told = program.post(
        "/people", {"name": "Lucía", "email": "L@x.example", "account": account.key, "role": "CFO"}
    ).json()

    assert told["email"] == "l@x.example"
    assert [(each["account"], each["role"]) for each in told["accounts"]] == [(account.key, "CFO")]
    assert program.patch(f"/people/{told['key']}", {"title": "Head"}).json()["title"] == "Head"
    assert names_of(program.get("/people", f=[f"account:is:{account.key}"])) == ["Lucía"]


def test_people_are_brought_in_by_their_ids(program, acme):
    program.put("/accounts/by-external-id/cli-1", {"name": "Cantera"})
    rows = [{"external_id": "u1", "name": "Vera", "accounts": ["cli-1"]}]

    first = program.post("/people/bulk", {"rows": rows}).json()
    second = program.put("/people/by-external-id/u1", {"phone": "1"}).json()

    assert first["created"] == 1
    assert (second["name"], second["phone"], len(second["accounts"])) == ("Vera", "1", 1)


def test_a_note_is_written_and_listed_newest_first(program, acme):
    account, person = an_account(acme), a_person(acme)
    path = f"/accounts/{account.key}/notes"
    told = {"kind": "call", "subject": "Renewal", "happened_at": "2026-01-01T10:00:00+02:00"}
    call = program.post(path, {**told, "participants": [person.key]})
    program.post(path, {"body": "Later"})

    listed = program.get(path).json()["items"]

    assert call.status_code == 201
    assert call.json()["happened_at"] == "2026-01-01T08:00:00Z"
    assert (call.json()["author"], call.json()["participants"]) == (
        "owner@acme.example",
        [person.key],
    )
    assert [note["body"] or note["subject"] for note in listed] == ["Later", "Renewal"]


def test_tags_and_relationships_are_read(program, acme):
    account = an_account(acme)
    one, two = (a_person(acme, name=name, account=account) for name in ("One", "Two"))
    relate_people(one, account=account, kind=RelationKind.REPORTS_TO, to=two, by=acme.owner)

    tagged = program.put(f"/accounts/{account.key}/tags", {"names": ["key", "iberia"]}).json()
    fewer = program.put(f"/accounts/{account.key}/tags", {"names": ["iberia"]}).json()
    related = program.get(f"/accounts/{account.key}/relationships").json()

    assert (tagged["tags"], fewer["tags"]) == (["iberia", "key"], ["iberia"])
    assert [tag["name"] for tag in program.get("/tags").json()] == ["iberia", "key"]
    assert [(row["person"], row["kind"], row["to"]) for row in related] == [
        (one.key, "reports_to", two.key)
    ]
