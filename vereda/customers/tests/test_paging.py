from datetime import date

import pytest

from vereda.customers.models.accounts import Account
from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.testing import an_account
from vereda.foundation.errors import Missing
from vereda.foundation.paging import Order, slice_of

pytestmark = pytest.mark.django_db

BY_NAME = Order.on("name", "name_sort")
BY_SEATS = Order.on_nullable("seats", "seats")


def accounts(acme, seats):
    rows = [an_account(acme, name=f"N{place}") for place in range(len(seats))]
    for row, count in zip(rows, seats, strict=True):
        Account.every_workspace.filter(pk=row.pk).update(seats=count)


def pages(acme, order, size):
    """The keys of every page on the way to the end, and on the way back."""
    there, back, cursor = [], [], ""
    while True:
        page = slice_of(
            listed_accounts(acme.workspace),
            workspace=acme.workspace,
            order=order,
            cursor=cursor,
            size=size,
        )
        there.append([row.key for row in page.rows])
        if not page.next:
            break
        cursor = page.next
    back.append(there[-1])
    while page.previous:
        page = slice_of(
            listed_accounts(acme.workspace),
            workspace=acme.workspace,
            order=order,
            cursor=page.previous,
            size=size,
        )
        back.append([row.key for row in page.rows])
    return there, back


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_pages_there_and_back_are_the_whole_list_once(acme, descending, size):
    accounts(acme, [3, None, 1, 3, None, 2, 3])
    order = Order.on_nullable("seats", "seats", descending=descending)
    valued = listed_accounts(acme.workspace).filter(seats__isnull=False)
    empty = listed_accounts(acme.workspace).filter(seats=None)
    sign = "-" if descending else ""
    whole = [
        row.key
        for row in [
            *valued.order_by(f"{sign}seats", f"{sign}pk"),
            *empty.order_by(f"{sign}pk"),
        ]
    ]

    there, back = pages(acme, order, size)

    assert [key for page in there for key in page] == whole
    assert [key for page in reversed(back) for key in page] == whole


def test_a_row_added_meanwhile_moves_nobody_to_another_page(acme):
    accounts(acme, [1, 2, 3, 4])
    rows = listed_accounts(acme.workspace)
    first = slice_of(rows, workspace=acme.workspace, order=BY_SEATS, size=2)
    early = an_account(acme, name="Early")
    Account.every_workspace.filter(pk=early.pk).update(seats=0)

    second = slice_of(rows, workspace=acme.workspace, order=BY_SEATS, size=2, cursor=first.next)

    assert [row.seats for row in second.rows] == [3, 4]


def test_a_cursor_of_another_workspace_leads_nowhere(acme, globex):
    accounts(acme, [1, 2, 3])
    first = slice_of(
        listed_accounts(acme.workspace), workspace=acme.workspace, order=BY_SEATS, size=1
    )

    with pytest.raises(Missing):
        slice_of(
            listed_accounts(globex.workspace),
            workspace=globex.workspace,
            order=BY_SEATS,
            cursor=first.next,
        )


@pytest.mark.parametrize("cursor", ["abc", "a:b:c", "0", "-1", "x" * 5_000, "\x00", "é"])
def test_an_edited_cursor_leads_nowhere(acme, cursor):
    with pytest.raises(Missing):
        slice_of(
            listed_accounts(acme.workspace), workspace=acme.workspace, order=BY_NAME, cursor=cursor
        )


def test_a_cursor_of_another_order_leads_nowhere(acme):
    accounts(acme, [1, 2, 3])
    rows = listed_accounts(acme.workspace)
    first = slice_of(rows, workspace=acme.workspace, order=BY_SEATS, size=1)

    with pytest.raises(Missing):
        slice_of(rows, workspace=acme.workspace, order=BY_NAME, cursor=first.next)


@pytest.mark.parametrize(("asked", "given_rows"), [(0, 1), (-5, 1), (10**9, 3), (2, 2)])
def test_a_size_is_kept_within_bounds(acme, asked, given_rows):
    accounts(acme, [1, 2, 3])

    page = slice_of(
        listed_accounts(acme.workspace), workspace=acme.workspace, order=BY_NAME, size=asked
    )

    assert len(page.rows) == given_rows


def test_a_page_costs_three_queries_at_most(acme, django_assert_max_num_queries):
    accounts(acme, [3, None, 1, 3, None])
    rows = listed_accounts(acme.workspace)

    with django_assert_max_num_queries(2):
        first = slice_of(rows, workspace=acme.workspace, order=BY_SEATS, size=1)
    with django_assert_max_num_queries(3):
        slice_of(rows, workspace=acme.workspace, order=BY_SEATS, cursor=first.next)


def test_days_survive_the_way_through_a_cursor(acme):
    an_account(acme, name="A", created_on=date(2026, 1, 1))
    an_account(acme, name="B", created_on=date(2026, 1, 2))
    order = Order.on_nullable("created_on", "created_on")
    rows = listed_accounts(acme.workspace)

    first = slice_of(rows, workspace=acme.workspace, order=order, size=1)
    second = slice_of(rows, workspace=acme.workspace, order=order, size=1, cursor=first.next)

    assert [row.name for row in second.rows] == ["B"]
