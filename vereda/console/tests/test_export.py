from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from vereda.customers.testing import an_account
from vereda.revenue.testing import a_subscription
from vereda.workspaces.queries import audit_lines_of

URL = "/w/acme/accounts/export/"


@pytest.fixture
def client(acme, client_of):
    return client_of(acme.member)


def lines(response):
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()


def test_the_file_has_the_filter_the_order_and_the_columns_of_the_list(acme, some, client):
    a_subscription(some[0], amount_minor=1_000_50)

    got = lines(client.get(f"{URL}?f=stage:any_of:adoption&sort=-name&columns=arr,owner"))

    assert got == [
        "Key,Name,Account id,ARR,Owner,Currency",
        "A-3,Cantera Logística,,,,",
        "A-1,Acuario Textil,,12006.00,member@acme.example,EUR",
    ]


def test_what_looks_like_a_formula_is_text(acme, client):
    an_account(acme, name='=HYPERLINK("http://evil")', next_step="@SUM(A1)")

    got = lines(client.get(f"{URL}?columns=next_step"))

    assert got[1].startswith("A-1,\"'=HYPERLINK(")
    assert got[1].endswith("'@SUM(A1)")


def test_a_workbook(acme, some, client):
    response = client.get(f"{URL}?format=xlsx&columns=stage")

    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["Key", "Name", "Account id", "Stage"]
    assert rows[3] == ["A-3", "Cantera Logística", "", "Adoption"]


def test_every_account_is_in_it_once(acme, client):
    for number in range(450):
        an_account(acme, name=f"N {number:03}")

    got = lines(client.get(URL))

    assert len(got) == len(set(got)) == 451


def test_taking_a_list_out_leaves_a_line(acme, some, client):
    lines(client.get(f"{URL}?sort=-arr"))

    line = audit_lines_of(acme.workspace).filter(verb="exported").get()
    assert (line.by, line.details) == (acme.member, {"query": "sort=-arr", "format": "csv"})


def test_a_viewer_may_not_and_nonsense_is_refused(acme, some, client, client_of):
    assert client_of(acme.viewer).get(URL).status_code == 403
    assert client.get(f"{URL}?sort=password").status_code == 422
    assert audit_lines_of(acme.workspace).filter(verb="exported").count() == 0
