"""Explore puts saved metrics in a trend: what they said of accounts as of each period's end."""

import csv
import io
from contextlib import closing
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

import pytest
from django.urls import reverse

from vereda.customers.actions.accounts import add_external_id
from vereda.customers.testing import an_account
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import archive_metric, define_metric
from vereda.events.actions.storing import store_events
from vereda.events.contracts.exploring import (
    Explored,
    MeasuredTrend,
    Period,
    Population,
    Span,
    Unanswered,
)
from vereda.events.contracts.measuring import Measure, Measurement, MetricDefinition, Per
from vereda.events.queries.metrics import (
    account_answers,
    metric_definitions,
    metric_history,
    metric_values,
)
from vereda.events.rules.exploring import bucket_of, measured_days
from vereda.events.store.current import another_store
from vereda.events.store.opening import open_store
from vereda.events.testing import ACME, a_submission, an_event
from vereda.foundation import clock
from vereda.foundation.line_charts import ChartLine, lines
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

WEEKLY = "metric=uses-in-28-days&days=90&period=week&wait=1"


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


@pytest.fixture
def accounts(acme):
    """Three accounts: one busy with two keys, one that began lately, one that never did anything;
    and four metrics about them."""
    rows = [
        an_account(acme, name="Cantera", stage="adoption", seats=4),
        an_account(acme, name="Molino", stage="onboarding", seats=2),
        an_account(acme, name="Silencio", stage="onboarding"),
    ]
    for row, keys in zip(
        rows, (("cantera", "cantera-old"), ("molino",), ("silencio",)), strict=True
    ):
        for key in keys:
            add_external_id(row, value=key, by=acme.owner)
    today = clock.now()
    events = [
        an_event(
            account_key=key,
            person_key=person,
            occurred_at=today - timedelta(days=days),
            properties=f'{{"rows": {days}}}',
        )
        for key, person, spread in (
            ("cantera", "u1", range(1, 80, 3)),
            ("cantera-old", "u2", range(2, 60, 5)),
            ("molino", "u3", range(1, 30, 4)),
        )
        for days in spread
    ]
    store_events(acme.workspace, events, now=MORNING)
    while fold_workspace(acme.workspace, now=MORNING):
        pass
    for name, definition in (
        ("Uses in 28 days", MetricDefinition(measure=Measure.COUNT)),
        ("Seats active", MetricDefinition(measure=Measure.SEAT_SHARE)),
        ("Rows", MetricDefinition(measure=Measure.AVERAGE, property="rows")),
        ("Wait", MetricDefinition(measure=Measure.GAP)),
    ):
        define_metric(acme.workspace, name=name, definition=definition, by=acme.member)
    return rows


def opened(client, company, query, part=""):
    name = f"explore_trend{part}"
    address = reverse(name, kwargs={"workspace": company.workspace.slug})
    return client.get(f"{address}?{query}")


def figures(page, sheet=0):
    """The numbers of each period, the latest first."""
    return [
        [figure.value for figure in line.figures]
        for line in page.context["shown"].sheets[sheet].lines
    ]


def averaged(values):
    known = [value for value in values if value is not None]
    if not known:
        return [None, None, 0]
    return [pytest.approx(fmean(known)), pytest.approx(median(known)), len(known)]


def test_each_number_is_the_mean_of_what_single_accounts_have_on_that_day(
    acme, client_of, accounts
):
    slugs = ["uses-in-28-days", "seats-active", "rows", "wait"]
    query = "&".join(f"metric={slug}" for slug in slugs) + "&days=90&period=week&wait=1"

    page = opened(client_of(acme.viewer), acme, query)

    today = page.context["address"].span.until - timedelta(days=1)
    days = measured_days(page.context["address"].span, Period.WEEK, today=today)
    definitions = metric_definitions(acme.workspace)
    expected = []
    for day in reversed(days.values()):
        single = [
            account_answers(
                acme.workspace, slugs, definitions=definitions, on=day, account_ids=[row.pk]
            )[row.pk]
            for row in accounts
        ]
        expected.append(
            [cell for slug in slugs for cell in averaged([told[slug][0] for told in single])]
        )
    assert figures(page) == expected
    assert len(expected) in {13, 14}
    assert len({tuple(map(str, row)) for row in expected}) > 5


def test_the_last_period_says_what_the_kept_values_say(acme, client_of, accounts):
    measure_all(acme.workspace, now=clock.now())
    kept = metric_values(acme.workspace, slugs=["uses-in-28-days"])

    page = opened(client_of(acme.viewer), acme, WEEKLY)

    assert figures(page)[0] == averaged([told["uses-in-28-days"] for told in kept.values()])
    assert len(kept) == len(accounts)


def test_days_say_what_the_history_says(acme, client_of, accounts):
    page = opened(client_of(acme.viewer), acme, "metric=rows&days=15&period=day&wait=1")

    today = page.context["address"].span.until - timedelta(days=1)
    history = metric_history(
        acme.workspace, slugs=["rows"], account_ids=[row.pk for row in accounts], on=today, weeks=3
    )
    told = [averaged([history[row.pk]["rows"][week][1] for row in accounts]) for week in range(3)]
    assert [figures(page)[place] for place in (14, 7, 0)] == told


def test_groups_and_filters_leave_the_accounts_they_say(acme, client_of, accounts):
    client = client_of(acme.viewer)

    grouped = opened(client, acme, f"{WEEKLY}&by=stage")
    only = opened(client, acme, f"{WEEKLY}&f=stage:any_of:onboarding")

    heads = grouped.context["shown"].sheets[1].heads
    place = next(i for i, head in enumerate(heads) if head.startswith("Onboarding"))
    assert [row[place : place + 3] for row in figures(grouped, 1)] == figures(only)
    assert {row[2] for row in figures(only)} == {2}
    assert {row[2] for row in figures(grouped)} == {3}


def test_each_metric_has_a_drawing_of_its_own(acme, client_of, accounts):
    page = opened(client_of(acme.viewer), acme, f"metric=seats-active&{WEEKLY}&by=stage")

    assert page.text.count('class="chart"') == 2
    assert "<h2>Seats active, in percent</h2>" in page.text
    assert "Seats active · </span>median</th>" in page.text
    assert "Each line is the mean over the accounts that have a value" in page.text


def test_what_is_counted_is_asked_of_events_alone(acme, client_of, accounts):
    client = client_of(acme.viewer)

    assert "<fieldset disabled><legend>Counted" in opened(client, acme, WEEKLY).text
    events = opened(client, acme, "days=28&period=week&wait=1").text
    assert "<fieldset><legend>Counted</legend>" in events


def test_a_mean_opens_to_its_accounts_the_greatest_value_first(acme, client_of, accounts):
    client = client_of(acme.viewer)
    page = opened(client, acme, f"{WEEKLY}&by=stage")
    latest = page.context["shown"].sheets[0].lines[0].figures[0]
    heads = page.context["shown"].sheets[1].heads
    place = next(i for i, head in enumerate(heads) if head.startswith("Onboarding"))
    grouped = page.context["shown"].sheets[1].lines[0].figures[place]

    everybody = opened(client, acme, latest.query, "_behind")
    group = opened(client, acme, grouped.query, "_behind")

    names = [one.accounts[0].name for one, _words in everybody.context["behind"]]
    assert names == ["Cantera", "Molino", "Silencio"]
    told = [one.value for one, _words in everybody.context["behind"]]
    assert fmean(told) == pytest.approx(latest.value)
    assert [one.accounts[0].name for one, _ in group.context["behind"]] == ["Molino", "Silencio"]
    assert "Cantera" not in group.text


@pytest.mark.parametrize("edited", ["bucket=1&name=uses-in-28-days", "bucket=999999&name=rows"])
def test_an_edited_number_of_a_metric_leads_nowhere(acme, client_of, accounts, edited):
    query = f"metric=uses-in-28-days&{edited}"

    assert opened(client_of(acme.viewer), acme, query, "_behind").status_code == 404


def test_metrics_are_a_file_with_plain_numbers(acme, client_of, accounts):
    client = client_of(acme.viewer)

    page = opened(client, acme, WEEKLY)
    file = opened(client, acme, WEEKLY, "_export")
    workbook = opened(client, acme, f"{WEEKLY}&by=stage&format=xlsx&sheet=1", "_export")

    text = b"".join(file.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    name = "Uses in 28 days"
    assert rows[0] == ["Week of", f"{name} · mean", f"{name} · median", f"{name} · accounts"]
    assert [float(cell) for cell in rows[-1][1:]] == pytest.approx(figures(page)[0])
    assert workbook.status_code == 200
    assert b"".join(workbook.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("metric=uses-in-28-days&event=Opened", "not both at once"),
        ("metric=a&metric=b&metric=c&metric=d&metric=e", "at most 4 metrics"),
        ("metric=nothing", "no metric about accounts"),
        ("metric=of-people", "no metric about accounts"),
        ("metric=put-away", "no metric about accounts"),
        ("metric=uses-in-28-days&period=day&days=32", "more than 31 columns"),
    ],
)
def test_odd_metrics_are_refused_with_a_sentence(acme, client_of, accounts, query, words):
    uses = MetricDefinition(measure=Measure.COUNT)
    person = MetricDefinition(measure=Measure.COUNT, per=Per.PERSON)
    define_metric(acme.workspace, name="Of people", definition=person, by=acme.member)
    away = define_metric(acme.workspace, name="Put away", definition=uses, by=acme.member)
    archive_metric(away, by=acme.member, now=MORNING)

    page = opened(client_of(acme.viewer), acme, query)

    assert page.status_code == 422
    assert words in page.text


def test_the_metrics_of_others_are_not_there(acme, globex, client_of, accounts):
    page = opened(client_of(globex.viewer), globex, WEEKLY)

    assert page.status_code == 422
    assert "Uses in 28 days" not in page.text


def test_metrics_are_waited_for_and_end_when_time_is_up(
    acme, client_of, accounts, store, monkeypatch
):
    def too_long(*_args, **_said):
        return Explored(unanswered=Unanswered.TOO_LONG)

    monkeypatch.setattr(store, "explore", too_long)
    client = client_of(acme.viewer)

    waiting = opened(client, acme, WEEKLY.removesuffix("&wait=1"))
    ended = opened(client, acme, WEEKLY)

    assert "skeleton" in waiting.text
    assert "metric=uses-in-28-days" in waiting.context["answer_url"]
    assert "The answer took too long" in ended.text


def test_a_metric_is_stopped_while_it_is_measured(acme, client_of, accounts, store, monkeypatch):
    """Under its token the question is among those that are being answered, and can be ended."""
    seen = []
    run = store._select_stoppable

    def first_then_cancelled(statement, values, *, running):
        rows = run(statement, values, running=running)
        progress = store.exploring_progress(running.workspace, token=running.token)
        seen.append(progress.share)
        store.cancel_exploring(running.workspace, token=running.token)
        return rows

    monkeypatch.setattr(store, "_select_stoppable", first_then_cancelled)

    page = opened(client_of(acme.viewer), acme, f"{WEEKLY}&token=abc", "_answer")

    assert len(seen) == 1
    assert 0 < seen[0] < 0.2
    assert "You cancelled the question" in page.text


def test_the_form_offers_metrics_and_keeps_those_chosen(acme, client_of, accounts):
    page = opened(client_of(acme.viewer), acme, WEEKLY)

    assert '<option value="uses-in-28-days" selected>Uses in 28 days</option>' in page.text
    assert "metric=uses-in-28-days" in page.context["query"]


def test_a_bucket_ends_with_its_last_day_the_span_or_today():
    span = Span(since=date(2026, 3, 4), until=date(2026, 4, 1), zone="UTC")

    days = measured_days(span, Period.WEEK, today=date(2026, 3, 18))

    first = bucket_of(date(2026, 3, 4), Period.WEEK)
    assert days == {
        first: date(2026, 3, 8),
        first + 1: date(2026, 3, 15),
        first + 2: date(2026, 3, 18),
    }


def test_a_line_is_broken_where_nothing_is_known():
    days = [date(2026, 3, day) for day in range(1, 5)]

    drawn = lines(days, [ChartLine("Wait", [1.0, None, 2.0, None])], title="Wait")

    path = drawn.split('class="series s1" d="')[1].split('"')[0]
    assert path.count("M") == 2
    assert "L" not in path
    assert "Wait: no data" in drawn


def test_the_question_travels_to_the_process_that_holds_the_file(tmp_path):
    owner, guest = (open_store(tmp_path / "events.duckdb", run=tmp_path / "run") for _ in range(2))
    with closing(owner), closing(guest):
        owner.add(a_submission(an_event(account_key="x")))
        span: dict[str, Any] = {
            "before": date(2025, 1, 1),
            "since": date(2026, 1, 1),
            "until": date(2027, 1, 1),
        }
        moment = (Measurement(measure=Measure.COUNT, **span),)
        asked = MeasuredTrend(moments=(moment, moment), keys=("x", "y"), together=(("x", "y"),))
        said: dict[str, Any] = {
            "asked": asked,
            "population": Population(),
            "token": "t",
            "seconds": 60,
        }

        told = guest.explore(ACME, **said)

        assert [one.values for moment in told.measured for one in moment] == [[1], [1]]
        assert told == owner.explore(ACME, **said)
