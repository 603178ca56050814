import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.actions.account_tags import tag_account
from vereda.customers.contracts import FieldType
from vereda.customers.testing import a_field, an_account
from vereda.revenue.testing import a_subscription

LIST = "/w/acme/accounts/"


@pytest.fixture
def browse(acme, client_of):
    """The list at a query, as acme's member sees it."""
    client = client_of(acme.member)
    return lambda query="", **more: client.get(f"{LIST}?{query}", **more)


def names_in(response):
    return [row.account.name for row in response.context["rows"]]


def test_all_accounts_by_name(some, browse):
    response = browse()

    assert response.status_code == 200
    assert names_in(response) == ["Acuario Textil", "Bodegas Arlanza", "Cantera Logística"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("f=stage:any_of:adoption", ["Acuario Textil", "Cantera Logística"]),
        ("f=stage:none_of:adoption", ["Bodegas Arlanza"]),
        ("f=stage:any_of:adoption&f=country:is:Spain", ["Cantera Logística"]),
        ("f=owner:empty:", ["Bodegas Arlanza", "Cantera Logística"]),
        ("q=cantera", ["Cantera Logística"]),
        ("q=logistica", ["Cantera Logística"]),
        ("sort=-name", ["Cantera Logística", "Bodegas Arlanza", "Acuario Textil"]),
        ("f=name:contains:' OR 1=1--", []),
    ],
)
def test_filters_search_and_order(some, browse, query, found):
    assert names_in_or_none(browse(query)) == found


def names_in_or_none(response):
    return names_in(response) if response.context["rows"] else []


@pytest.mark.parametrize(
    "query",
    [
        "f=account__owner__password__startswith:is:a",
        "f=_connector:is:OR",
        "f=_negated:is:1",
        "f=stage__in:is:a",
        "f=owner:is:not-an-id",
        "f=nonsense",
        "f=stage:regex:(a%2B)%2B$",
        "f=stage:any_of:prospect%00",
        "f=renewal_on:before:yesterday",
        "f=arr:at_least:1e999",
        "f=arr:at_least:" + "9" * 400,
        "sort=?",
        "sort=password",
        "sort=owner__user__password",
        "sort=a;drop",
        "sort=name%00",
    ],
)
def test_what_is_no_filter_or_order_is_refused_with_a_sentence(some, browse, query):
    response = browse(query)

    assert response.status_code == 422
    assert "This list cannot be shown" in response.content.decode()


@pytest.mark.parametrize("cursor", ["0", "-1", "1000000000", "abc", "a:b:c"])
def test_a_cursor_that_is_none_is_nowhere(some, browse, cursor):
    assert browse(f"cursor={cursor}").status_code == 404


def test_a_foreign_cursor_is_nowhere(acme, globex, client_of):
    for number in range(55):
        an_account(acme, name=f"A {number:02}")
        an_account(globex, name=f"G {number:02}")
    theirs = client_of(globex.member).get("/w/globex/accounts/").context["slice"].next

    response = client_of(acme.member).get(f"{LIST}?cursor={theirs}")

    assert response.status_code == 404


def test_pages_meet_every_account_once(acme, browse):
    names = [f"Account {number:03}" for number in range(120)]
    for name in names:
        an_account(acme, name=name)

    first = browse()
    second = browse(f"cursor={first.context['slice'].next}")
    third = browse(f"cursor={second.context['slice'].next}")

    assert [*names_in(first), *names_in(second), *names_in(third)] == names
    assert third.context["slice"].next == ""


def test_the_list_costs_the_same_for_three_and_for_forty_eight(acme, some, browse):
    columns = "columns=usage,arr,stage,owner,renewal_on,tags,next_step,parent,created_on"
    browse(columns)
    with CaptureQueriesContext(connection) as few:
        browse(columns)
    for number in range(45):
        account = an_account(acme, name=f"D {number}", owner_id=acme.owner.pk)
        tag_account(account, names=["vip"], by=None)
    with CaptureQueriesContext(connection) as many:
        browse(columns)

    assert len(many) == len(few)


def test_sums_are_of_the_whole_filter_by_currency(acme, some, browse):
    a_subscription(some[0], amount_minor=1_000_00)
    a_subscription(some[1], amount_minor=500_00)
    a_subscription(some[2], amount_minor=100_00, currency="USD")

    totals = browse().context["totals"]

    assert (totals.count, totals.more) == (3, False)
    assert totals.arr == [("EUR", 18_000_00), ("USD", 1_200_00)]


def test_a_long_list_says_that_it_was_not_counted_to_the_end(some, browse, monkeypatch):
    monkeypatch.setattr("vereda.console.queries.MOST_COUNTED", 2)

    counted = browse()
    whole = browse_totals(browse)

    assert "2+ accounts" in counted.content.decode()
    assert "3 accounts" in whole.content.decode()


def browse_totals(browse):
    return browse.__closure__[0].cell_contents.get(f"{LIST}totals/")


def test_the_form_of_a_filter_becomes_part_of_the_address(some, browse):
    sent = browse("sort=-name&field=stage&operator=any_of&value=adoption&value=value")

    assert sent.status_code == 302
    assert sent.url == f"{LIST}?f=stage%3Aany_of%3Aadoption%2Cvalue&sort=-name"
    assert len(names_in(browse(sent.url.partition("?")[2]))) == 3


def test_a_filter_that_makes_no_sense_is_not_put_into_the_address(some, browse):
    assert browse("field=renewal_on&operator=before&value=soon").status_code == 422


def test_the_form_offers_what_the_field_understands(some, browse):
    adding = browse("add=stage").context["adding"]

    assert [value for value, _label in adding.operators] == [
        "any_of",
        "none_of",
        "empty",
        "not_empty",
    ]
    assert ("adoption", "Adoption") in adding.choices


def test_chips_say_it_in_words(acme, some, browse):
    chips = browse(
        f"f=owner:any_of:{acme.member.pk}&f=renewal_on:before:%2B90d&f=stage:any_of:adoption,value"
    ).context["chips"]

    assert [f"{chip.field} {chip.operator} {chip.value}" for chip in chips] == [
        "Owner is any of Member",
        "Renewal is before in 90 days",
        "Stage is any of Adoption, Value",
    ]
    assert "owner" not in chips[0].off


def test_custom_fields_filter_sort_and_show(acme, browse):
    points_field = a_field(acme, label="Tier points", type=FieldType.NUMBER)
    for name, points in (("Low", "5"), ("High", "50"), ("None", None)):
        an_account(acme, name=name, custom={points_field.slug: points} if points else {})
    slug = f"custom.{points_field.slug}"

    found = names_in(browse(f"f={slug}:at_least:10"))
    ordered = names_in(browse(f"sort=-{slug}&columns={slug}"))

    assert found == ["High"]
    assert ordered == ["High", "Low", "None"]


def test_the_chosen_columns_stand_in_the_address(some, browse):
    sent = browse("column=stage&column=country&density=compact")

    assert sent.url == f"{LIST}?columns=stage%2Ccountry&density=compact"
    heads = browse(sent.url.partition("?")[2]).context["heads"]
    assert [head["column"].name for head in heads] == ["stage", "country"]


def test_nothing_yet_and_nothing_found_say_what_to_do(acme, some, globex, client_of, browse):
    nothing_found = browse("q=zzz").content.decode()
    nothing_yet = client_of(globex.owner).get("/w/globex/accounts/").content.decode()

    assert "Nothing matches these filters" in nothing_found
    assert "No accounts yet" in nothing_yet


def test_a_viewer_sees_the_list_and_no_buttons(acme, some, client_of):
    page = client_of(acme.viewer).get(LIST).content.decode()

    assert "Cantera Logística" in page
    assert "vereda-edit-cell" not in page


def test_a_name_cannot_bring_markup(acme, browse):
    an_account(acme, name="<script>alert(1)</script>", next_step='"><img src=x>')

    page = browse().content.decode()

    assert "<script>alert(1)" not in page
    assert '"><img src=x>' not in page


def test_the_peek_shows_the_account(acme, some, client_of):
    page = client_of(acme.viewer).get(f"{LIST}{some[1].key}/peek/").content.decode()

    assert "Find who decides" in page
