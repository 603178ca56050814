"""What addresses must not be able to ask of lists, by hand or by program (A02, A03, A04, A08)."""

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.support.testing import a_ticket
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db

ACCOUNTS = "/w/acme/accounts/"
PLACES = ["accounts/", "people/", "tickets/", "imports/", "settings/audit/"]


@pytest.fixture
def owner(acme, client_of):
    account = an_account(acme, name="Cantera")
    a_person(acme, name="Lucía", account=account)
    a_ticket(account)
    return client_of(acme.owner)


# --- A02: fields that are none of a list's ------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        "account__owner__password__startswith",
        "owner__user__password",
        "_connector",
        "_negated",
        "id__in",
        "workspace",
        "custom.__class__",
        "pk",
    ],
)
def test_a02_a_field_that_no_list_has_is_refused(owner, field):
    answer = owner.get(ACCOUNTS, {"f": f"{field}:is:a"})

    assert answer.status_code == 422
    assert "argon2" not in answer.content.decode()


def test_a02_a_hundred_thousand_values_are_refused_or_found_and_never_an_error(owner):
    many = ",".join(str(number) for number in range(100_000))

    answer = owner.get(ACCOUNTS, {"f": f"stage:any_of:{many}"})

    assert answer.status_code == 422


def test_a02_a_thousand_filters_are_refused(owner):
    answer = owner.get(ACCOUNTS, {"f": ["name:contains:a"] * 1_000})

    assert answer.status_code == 422


# --- A03: values that would be something else elsewhere -----------------------


@pytest.mark.parametrize(
    "value",
    [
        "' OR 1=1--",
        "%" * 10_000,
        "\x00",
        "a\x00b",
        str(2**70),
        "\\",
        "*",
        "_",
        "😀" * 500,
    ],
    ids=lambda value: ascii(value)[:12],
)
@pytest.mark.parametrize("field", ["name:contains", "name:is", "arr:at_least", "renewal_on:before"])
def test_a03_a_value_finds_what_it_means_or_is_refused(owner, field, value):
    answer = owner.get(ACCOUNTS, {"f": f"{field}:{value}"})

    rows = answer.context.get("rows") or []
    assert answer.status_code in (200, 422)
    assert [row.account.name for row in rows] == []


@pytest.mark.parametrize("bytes", ["%ED%A0%80", "%FF%FE", "%C0%AF", "%"])
def test_a03_bytes_that_are_no_text_are_no_error(owner, bytes):
    answers = [
        owner.get(f"{ACCOUNTS}?{name}={bytes}").status_code for name in ("q", "f", "sort", "cursor")
    ]

    assert max(answers) < 500


@pytest.mark.parametrize("value", ["' OR 1=1--", "%", "_", "\x00", "\\"])
def test_a03_a_search_takes_its_signs_as_letters(owner, value):
    found = [
        row.account.name for row in owner.get(ACCOUNTS, {"q": value}).context.get("rows") or []
    ]
    people = owner.get("/w/acme/people/", {"q": value})

    assert found == ([] if value.strip("\x00") else ["Cantera"])
    assert people.status_code in (200, 422)


# --- A04: orders that are none -------------------------------------------------


@pytest.mark.parametrize(
    "sort",
    ["?", "-?", "password", "owner__user__password", "a;drop", "name\x00", "--name", "na.me", "1"],
    ids=ascii,
)
def test_a04_an_order_that_is_none_is_refused(owner, sort):
    assert owner.get(ACCOUNTS, {"sort": sort}).status_code == 422


@pytest.mark.parametrize("place", ["people/", "tickets/"])
@pytest.mark.parametrize("sort", ["?", "password", "a;drop", "name\x00"], ids=ascii)
def test_a04_other_lists_fall_back_to_their_usual_order_or_refuse(owner, place, sort):
    assert owner.get(f"/w/acme/{place}", {"sort": sort}).status_code in (200, 422)


# --- A08: pages that are none ----------------------------------------------------


@pytest.mark.parametrize("cursor", ["0", "-1", "1000000000", "abc", "a:b:c", "\x00", "é" * 500])
@pytest.mark.parametrize("place", PLACES)
def test_a08_a_page_that_is_none_is_nowhere(owner, place, cursor):
    assert owner.get(f"/w/acme/{place}", {"cursor": cursor}).status_code == 404


@pytest.mark.parametrize("limit", ["0", "-1", "1000000", "abc", "1e3", ""])
def test_a08_a_program_asks_for_no_page_of_any_size(acme, limit):
    assert a_program(acme.owner).get("/accounts", limit=limit).status_code == 422


def test_a08_an_edited_cursor_and_that_of_a_neighbour_are_nowhere(acme, globex, client_of):
    for number in range(55):
        an_account(acme, name=f"A {number:02}")
        an_account(globex, name=f"G {number:02}")
    ours = client_of(acme.member).get(ACCOUNTS).context["slice"].next
    theirs = client_of(globex.member).get("/w/globex/accounts/").context["slice"].next

    answers = [
        client_of(acme.member).get(ACCOUNTS, {"cursor": cursor}).status_code
        for cursor in (ours, ours[:-1] + ("A" if ours[-1] != "A" else "B"), theirs)
    ]

    assert answers == [200, 404, 404]
