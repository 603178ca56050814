"""A member defines a metric without code, tries it, and sees what it says."""

from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.urls import reverse

from vereda.customers.queries.accounts import account_with_id, accounts_by_external_id
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import add_ready_metrics, define_metric
from vereda.events.actions.storing import store_events
from vereda.events.contracts.measuring import (
    Comparison,
    Measure,
    MetricDefinition,
    Per,
    PropertyFilter,
    Unit,
)
from vereda.events.models.metrics import Metric
from vereda.events.queries.metrics import metric_with_slug
from vereda.events.store.current import another_store
from vereda.events.testing import an_event
from vereda.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


@pytest.fixture
def account(acme):
    """An account that paid twice, once much."""
    at = clock.now()
    store_events(
        acme.workspace,
        [
            an_event(
                "Paid",
                account_key="a1",
                person_key="u1",
                occurred_at=at - timedelta(hours=hours),
                received_at=at,
                properties=f'{{"amount":{amount}}}',
            )
            for hours, amount in ((30, 5), (60, 70))
        ],
        now=at,
    )
    while fold_workspace(acme.workspace, now=at):
        pass
    return account_with_id(acme.workspace, accounts_by_external_id(acme.workspace, ["a1"])["a1"])


def url(name, **parts):
    return reverse(name, kwargs={"workspace": "acme", **parts})


SUM = {
    "name": "Paid in all",
    "events": ["Paid"],
    "events_more": "Paid elsewhere\n",
    "property": "amount",
    "window": "2",
    "unit": "weeks",
    "per": "account",
    "property_1": "amount",
    "comparison_1": "greater",
    "value_1": "6",
}


def test_a_metric_is_tried_with_the_rows_behind_it_and_nothing_is_kept(acme, account, client_of):
    sent = {**SUM, "do": "try", "trial": account.key.lower()}

    answer = client_of(acme.member).post(url("new_metric") + "?measure=sum", sent)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert account.name in page
    assert "70" in page
    assert "&quot;amount&quot;:70" in page
    assert "&quot;amount&quot;:5" not in page
    assert not Metric.objects.of(acme.workspace).exists()


def test_a_trial_without_properties_shows_the_days(acme, account, client_of):
    sent = {"window": "28", "unit": "days", "do": "try", "trial": account.key}

    page = client_of(acme.member).post(url("new_metric") + "?measure=people", sent)

    assert "Days behind it" in page.content.decode()


def test_a_trial_with_nobody_says_so(acme, client_of):
    sent = {"window": "28", "unit": "days", "do": "try", "trial": "A-999"}

    answer = client_of(acme.member).post(url("new_metric") + "?measure=people", sent)

    assert answer.status_code == 200
    assert "Nobody has the key" in answer.content.decode()


def test_a_metric_is_kept_as_it_was_said_and_computed(acme, account, client_of, facts):
    answer = client_of(acme.member).post(
        url("new_metric") + "?measure=sum", {**SUM, "do": "save", "trial": ""}
    )

    metric = metric_with_slug(acme.workspace, "paid-in-all")
    assert answer["Location"] == url("metric", slug=metric.slug)
    assert metric.defined == MetricDefinition(
        measure=Measure.SUM,
        window=2,
        unit=Unit.WEEKS,
        events=("Paid", "Paid elsewhere"),
        property="amount",
        filters=(PropertyFilter(property="amount", comparison=Comparison.GREATER, value="6"),),
    )
    facts.deliver()
    shown = client_of(acme.viewer).get(url("metric", slug=metric.slug)).content.decode()
    assert account.name in shown
    assert "70" in shown


def test_a_wrong_definition_is_said_in_the_form(acme, client_of):
    sent = {"name": "Wrong", "property": "", "window": "9", "unit": "days", "do": "save"}

    answer = client_of(acme.member).post(url("new_metric") + "?measure=sum", sent)

    assert answer.status_code == 422
    assert not Metric.objects.of(acme.workspace).exists()


def test_every_measure_has_a_form(acme, client_of):
    client = client_of(acme.member)
    choosing = client.get(url("new_metric")).content.decode()

    answers = {
        measure: client.get(url("new_metric") + f"?measure={measure}").status_code
        for measure in Measure
    }

    assert all(f"?measure={measure}" in choosing for measure in Measure)
    assert answers == dict.fromkeys(Measure, 200)


def test_the_fifteen_are_added_with_one_click_and_listed(acme, client_of):
    client = client_of(acme.member)

    client.post(url("add_ready_metrics"))

    page = client.get(url("metrics")).content.decode()
    assert Metric.objects.of(acme.workspace).count() == 15
    assert "Share of seats active" in page


def test_an_edit_shows_what_was_said_and_keeps_the_rest(acme, client_of):
    conditions = (PropertyFilter(property="plan", comparison=Comparison.CONTAINS, value="pro"),)
    said = MetricDefinition(measure=Measure.COUNT, events=("New",), filters=conditions)
    metric = define_metric(acme.workspace, name="News", definition=said, by=acme.member)
    client = client_of(acme.member)

    page = client.get(url("edit_metric", slug=metric.slug)).content.decode()
    sent = {
        "name": "News",
        "events_more": "New",
        "window": "28",
        "unit": "days",
        "per": "account",
        "property_1": "plan",
        "comparison_1": "contains",
        "value_1": "pro",
    }
    client.post(url("edit_metric", slug=metric.slug), {**sent, "do": "save"})

    assert 'value="pro"' in page
    assert metric_with_slug(acme.workspace, "news").defined == said


class Sending(HTMLParser):
    """What a browser would send of the form on a page: its fields as they are shown."""

    def __init__(self, page):
        super().__init__()
        self.sent = {}
        self._select = self._text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name, kind = said.get("name", ""), said.get("type")
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in said):
            self.sent.setdefault(name, []).append(said.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in said:
            self.sent[self._select] = [said["value"]]
        elif tag == "textarea":
            self._text = name
            self.sent[name] = [""]

    def handle_data(self, data):
        if self._text:
            self.sent[self._text][0] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""


def file_with_conditions(number):
    """A file of one metric with so many conditions."""
    filters = ", ".join(
        f'{{ property = "p{each}", comparison = "not", value = "v{each}" }}'
        for each in range(number)
    )
    return f'[[metric]]\nname = "Strict"\nmeasure = "count"\nfilters = [{filters}]\n'


def test_saving_unchanged_keeps_all_ten_conditions(acme, client_of):
    client = client_of(acme.member)
    file = BytesIO(file_with_conditions(10).encode())
    client.post(url("metrics_from_file"), {"file": file})
    before = metric_with_slug(acme.workspace, "strict").defined

    page = client.get(url("edit_metric", slug="strict")).content.decode()
    sent = {**Sending(page).sent, "name": "Strictly", "do": "save"}
    answer = client.post(url("edit_metric", slug="strict"), sent)

    after = metric_with_slug(acme.workspace, "strict")
    assert answer["Location"] == url("metric", slug="strict")
    assert len(before.filters) == 10
    assert (after.name, after.defined) == ("Strictly", before)


def conditions_on(response):
    return response.content.decode().count("<legend>Condition")


def test_two_empty_conditions_follow_those_that_were_said(acme, client_of):
    client = client_of(acme.member)
    said = {f"property_{number}": "plan" for number in range(1, 5)}
    said |= {f"value_{number}": "pro" for number in range(1, 5)}
    trial = {"window": "28", "unit": "days", "per": "account", "do": "try", "trial": "A-999"}
    new = url("new_metric") + "?measure=count"

    none = client.get(new)
    four = client.post(new, {**trial, **said})

    assert (conditions_on(none), conditions_on(four)) == (2, 6)
    assert "two empty ones follow" in four.content.decode()


def test_an_eleventh_condition_is_refused_and_none_is_left_out(acme, client_of):
    client = client_of(acme.member)
    said = {f"property_{number}": "plan" for number in range(1, 12)}
    said |= {f"value_{number}": "pro" for number in range(1, 12)}
    kept = {"name": "Eleven", "window": "28", "unit": "days", "per": "account", "do": "save"}

    answer = client.post(url("new_metric") + "?measure=count", {**kept, **said})

    assert answer.status_code == 422
    assert "A metric has at most 10 conditions." in answer.content.decode()
    assert conditions_on(answer) == 11
    assert not Metric.objects.of(acme.workspace).exists()


def test_a_metric_is_put_away_taken_out_and_removed(acme, client_of):
    add_ready_metrics(acme.workspace, by=acme.member, slugs=["uses-28d"])
    client = client_of(acme.member)

    client.post(url("archive_metric", slug="uses-28d"))
    away = metric_with_slug(acme.workspace, "uses-28d").archived_at
    client.post(url("restore_metric", slug="uses-28d"))
    back = metric_with_slug(acme.workspace, "uses-28d").archived_at
    client.post(url("remove_metric", slug="uses-28d"))

    assert (away is not None, back) == (True, None)
    assert not Metric.objects.of(acme.workspace).exists()


def test_people_are_ranked_by_a_metric_about_people(acme, client_of, account):
    uses = MetricDefinition(measure=Measure.COUNT, window=7, per=Per.PERSON)
    define_metric(acme.workspace, name="Each", definition=uses, by=acme.member)
    store_events(
        acme.workspace,
        [an_event("Seen", account_key="a1", person_key="u2", occurred_at=clock.now())],
        now=clock.now(),
    )
    while fold_workspace(acme.workspace, now=clock.now()):
        pass
    client = client_of(acme.member)
    assert "Nobody has a value yet." in client.get(url("metric", slug="each")).text
    measure_all(acme.workspace, now=clock.now())

    most = client.get(url("metric", slug="each"))
    least = client.get(url("metric", slug="each") + "?order=least")

    ranked = [one.key for one, _value, _before in most.context["rows"]]
    assert [value for _one, value, _before in most.context["rows"]] == ["2", "1"]
    assert [one.key for one, _value, _before in least.context["rows"]] == ranked[::-1]
    assert f"/people/{ranked[0]}/" in most.text
    assert "People by this metric" in most.text


def test_a_file_goes_out_and_comes_back(acme, client_of):
    add_ready_metrics(acme.workspace, by=acme.member)
    client = client_of(acme.member)
    file = client.get(url("metrics_file"))
    Metric.objects.of(acme.workspace).all().delete()

    client.post(url("metrics_from_file"), {"file": BytesIO(file.content)})

    assert file["Content-Type"].startswith("application/toml")
    assert Metric.objects.of(acme.workspace).count() == 15


def test_a_viewer_sees_metrics_and_defines_none(acme, client_of):
    add_ready_metrics(acme.workspace, by=acme.member, slugs=["uses-28d"])
    measure_all(acme.workspace, now=clock.now())
    client = client_of(acme.viewer)

    assert client.get(url("metrics")).status_code == 200
    assert client.get(url("metric", slug="uses-28d")).status_code == 200
    assert client.get(url("new_metric")).status_code == 403
    assert client.post(url("remove_metric", slug="uses-28d")).status_code == 403
    assert Metric.objects.of(acme.workspace).count() == 1
