"""A metric of the workspace as a column of the portfolio: shown, filtered, sorted, exported."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import an_account
from vereda.events.actions.metrics import archive_metric, define_metric
from vereda.events.contracts.measuring import Measure, MetricDefinition, Per
from vereda.events.models.metrics import MetricValue
from vereda.foundation.testing import MORNING, plan_of

pytestmark = pytest.mark.django_db

LIST = "/w/acme/accounts/"
USES = MetricDefinition(measure=Measure.COUNT, window=7)


def a_metric(member, name="Uses", definition=USES):
    return define_metric(member.workspace, name=name, definition=definition, by=member)


def says(metric, account, value):
    MetricValue.objects.of(metric.workspace_id).create(
        workspace_id=metric.workspace_id,
        metric=metric,
        account=account,
        value=value,
        on=MORNING.date(),
        computed_at=MORNING,
    )


@pytest.fixture
def uses(acme):
    """Ana 5, Bea 0, Cem and Dov 12.5; nothing is known of Eva, nothing was measured of Fay."""
    metric = a_metric(acme.member)
    values = {"Ana": 5.0, "Bea": 0.0, "Cem": 12.5, "Dov": 12.5, "Eva": None}
    for name, value in values.items():
        says(metric, an_account(acme, name=name), value)
    an_account(acme, name="Fay")
    return metric


@pytest.fixture
def browse(acme, client_of):
    client = client_of(acme.member)
    return lambda query="": client.get(f"{LIST}?{query}")


def names_in(response):
    assert response.status_code == 200
    return [row.account.name for row in response.context["rows"]]


def test_it_can_be_chosen_and_shows_each_accounts_value(uses, browse):
    response = browse("columns=metric.uses")

    assert [str(row.cells).count("12.5") for row in response.context["rows"]] == [0, 0, 1, 1, 0, 0]
    assert "Uses" in response.text
    assert browse().context["choosable"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("at_least:5", ["Ana", "Cem", "Dov"]),
        ("at_most:5", ["Ana", "Bea"]),
        ("is:12.5", ["Cem", "Dov"]),
        ("empty:", ["Eva", "Fay"]),
        ("not_empty:", ["Ana", "Bea", "Cem", "Dov"]),
    ],
)
def test_it_filters(uses, browse, condition, found):
    assert names_in(browse(f"f=metric.uses:{condition}")) == found


@pytest.mark.parametrize("value", ["", "much", "1e999", "NaN"])
def test_a_value_that_is_no_number_is_refused_with_a_sentence(uses, browse, value):
    response = browse(f"f=metric.uses:at_least:{value}")

    assert response.status_code == 422
    assert response.context["refusal"]


@pytest.mark.parametrize("sort", ["metric.uses", "-metric.uses"])
def test_it_sorts_page_by_page_in_both_directions(uses, browse, monkeypatch, sort):
    monkeypatch.setattr("vereda.foundation.paging.LARGEST_PAGE", 2)
    shown, pages = [], []
    response = browse(f"sort={sort}")
    while True:
        pages.append(names_in(response))
        shown += pages[-1]
        if not (cursor := response.context["slice"].next):
            break
        response = browse(f"sort={sort}&cursor={cursor}")

    known = ["Bea", "Ana", "Cem", "Dov"]
    if sort.startswith("-"):
        known = ["Dov", "Cem", "Ana", "Bea"]
    assert shown[:4] == known
    assert sorted(shown[4:]) == ["Eva", "Fay"]
    back = browse(f"sort={sort}&cursor={response.context['slice'].previous}")
    assert names_in(back) == pages[-2]


def test_filters_and_order_go_together(uses, browse):
    assert names_in(browse("sort=-metric.uses&f=metric.uses:at_most:6&q=a")) == ["Ana", "Bea"]


def test_a_share_is_typed_and_shown_in_percent(acme, browse):
    share = a_metric(acme.member, "Seats", MetricDefinition(measure=Measure.SEAT_SHARE))
    says(share, an_account(acme, name="Half"), 0.5)
    says(share, an_account(acme, name="Few"), 0.1)

    response = browse("columns=metric.seats&f=metric.seats:at_least:50")

    assert names_in(response) == ["Half"]
    assert "50%" in str(response.context["rows"][0].cells)
    assert [chip.value for chip in response.context["chips"]] == ["50%"]


def test_metrics_about_people_archived_ones_and_those_of_others_are_no_columns(
    acme, globex, uses, browse
):
    a_metric(acme.member, "Each", MetricDefinition(measure=Measure.COUNT, per=Per.PERSON))
    a_metric(globex.member, "Theirs")

    def offered():
        columns = [column.name for column, _ in browse().context["choosable"]]
        return [name for name in columns if name.startswith("metric.")]

    assert offered() == ["metric.uses"]
    archive_metric(uses, by=acme.member, now=MORNING)
    assert offered() == []
    assert browse("sort=metric.uses").status_code == 422
    assert browse("columns=metric.uses,arr").status_code == 200


def test_the_file_holds_the_numbers(uses, acme, client_of):
    answer = client_of(acme.admin).get(f"{LIST}export/?columns=metric.uses&sort=-metric.uses")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].endswith("Uses")
    assert [line.rsplit(",", 1)[1] for line in lines[1:5]] == ["12.5", "12.5", "5.0", "0.0"]
    assert len(lines) == 7


def test_another_account_or_metric_costs_no_query(acme, uses, browse):
    query = "columns=metric.uses,metric.more&sort=-metric.uses&f=metric.uses:at_least:0"

    def asked():
        with CaptureQueriesContext(connection) as queries:
            browse(query)
        return len(queries)

    asked()
    before = asked()
    more = a_metric(acme.member, "More")
    for number in range(10):
        account = an_account(acme, name=f"N{number}")
        says(uses, account, float(number))
        says(more, account, 1.0)
    assert asked() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads plans as SQLite writes them")
@pytest.mark.parametrize("sort", ["metric.uses", "-metric.uses"])
def test_the_index_gives_the_order(uses, browse, sort):
    with CaptureQueriesContext(connection) as queries:
        browse(f"sort={sort}")

    (sql,) = [
        each["sql"]
        for each in queries
        if "ORDER BY" in each["sql"]
        and 'FROM "events_metricvalue"' in each["sql"].split("WHERE")[0]
    ]
    steps = plan_of(sql)
    assert any("metric_by_value" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)
