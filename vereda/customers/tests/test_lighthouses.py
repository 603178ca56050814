import pytest

from vereda.customers.actions.accounts import archive_account
from vereda.customers.actions.lighthouses import (
    add_lighthouse,
    place_lighthouse,
    remove_lighthouse,
)
from vereda.customers.contracts import NotALighthouse, WrongValue
from vereda.customers.models.lighthouses import Lighthouse
from vereda.customers.queries.lighthouses import lighthouse_of, lighthouses_in
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


def listed(company, *names):
    return [
        add_lighthouse(an_account(company, name=name), why="First", by=company.member, on=TODAY)
        for name in names
    ]


def order(company):
    return [(row.place, row.account.name) for row in lighthouses_in(company.workspace)]


def test_the_list_keeps_the_order_in_which_accounts_came(acme, globex):
    listed(globex, "Theirs")
    listed(acme, "Arlanza", "Tejo")

    assert order(acme) == [(1, "Arlanza"), (2, "Tejo")]
    assert AuditLine.objects.of(acme.workspace).filter(verb__contains="lighthouse").count() == 2


def test_an_account_is_there_once_and_for_a_reason(acme):
    row = listed(acme, "Arlanza")[0]

    with pytest.raises(NotALighthouse):
        add_lighthouse(row.account, why="Again", by=acme.member, on=TODAY)
    with pytest.raises(WrongValue):
        add_lighthouse(an_account(acme), why="  ", by=acme.member, on=TODAY)

    assert Lighthouse.objects.of(acme.workspace).count() == 1


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (1, ["C", "A", "B", "D"]),
        (2, ["A", "C", "B", "D"]),
        (4, ["A", "B", "D", "C"]),
        (0, ["C", "A", "B", "D"]),
        (999, ["A", "B", "D", "C"]),
    ],
)
def test_an_account_moves_and_the_others_keep_their_order(acme, place, expected):
    rows = listed(acme, "A", "B", "C", "D")

    place_lighthouse(rows[2], place=place, by=acme.member)

    assert order(acme) == list(enumerate(expected, start=1))


def test_a_step_up_passes_accounts_that_are_not_shown(acme):
    rows = listed(acme, "A", "Hidden", "C")
    archive_account(rows[1].account, by=acme.member, now=MORNING)

    place_lighthouse(rows[2], place=1, by=acme.member)

    assert [name for _place, name in order(acme)] == ["C", "A"]


def test_those_behind_one_that_goes_move_up(acme):
    rows = listed(acme, "A", "B", "C")

    remove_lighthouse(rows[0], by=acme.member)

    assert order(acme) == [(1, "B"), (2, "C")]
    with pytest.raises(NotALighthouse):
        remove_lighthouse(rows[0], by=acme.member)


def test_somebody_lists_an_account_moves_it_and_takes_it_off(acme, client_of):
    browser = client_of(acme.member)
    first, second = an_account(acme, name="Arlanza"), an_account(acme, name="Tejo")
    for account in (first, second):
        sent = browser.post(f"/w/acme/accounts/{account.key}/lighthouse/", {"why": "A reference"})
        assert sent.status_code == 303

    browser.post(f"/w/acme/accounts/{second.key}/lighthouse/shift/", {"place": "up"})
    shown = browser.get("/w/acme/lighthouses/").content.decode()
    page = browser.get(f"/w/acme/accounts/{second.key}/").content.decode()

    assert shown.index("Tejo") < shown.index("Arlanza")
    assert "Lighthouse 1" in page
    browser.post(f"/w/acme/accounts/{second.key}/lighthouse/dim/")
    assert lighthouse_of(second) is None


def test_without_a_reason_the_form_says_so(acme, client_of):
    account = an_account(acme)

    answer = client_of(acme.member).post(f"/w/acme/accounts/{account.key}/lighthouse/", {"why": ""})

    assert answer.status_code == 422
    assert lighthouse_of(account) is None


def test_a_viewer_sees_the_list_and_changes_nothing(acme, client_of):
    row = listed(acme, "Arlanza")[0]
    browser = client_of(acme.viewer)

    assert browser.get("/w/acme/lighthouses/").status_code == 200
    assert browser.post(f"/w/acme/accounts/{row.account.key}/lighthouse/dim/").status_code == 403


def test_the_list_costs_the_same_however_long_it_is(acme, client_of, django_assert_max_num_queries):
    listed(acme, *(f"Account {number}" for number in range(12)))
    browser = client_of(acme.member)
    browser.get("/w/acme/lighthouses/")

    with django_assert_max_num_queries(8):
        browser.get("/w/acme/lighthouses/")


def test_one_step_up_is_seen_although_an_archived_account_stands_between(acme, client_of):
    rows = listed(acme, "A", "Hidden", "C")
    archive_account(rows[1].account, by=acme.member, now=MORNING)

    key = rows[2].account.key
    client_of(acme.member).post(f"/w/acme/accounts/{key}/lighthouse/shift/", {"place": "up"})

    assert [name for _place, name in order(acme)] == ["C", "A"]
