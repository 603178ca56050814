import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from vereda.customers.actions.accounts import add_external_id
from vereda.customers.actions.merges import merge_accounts
from vereda.customers.testing import a_person, an_account
from vereda.events.actions.storing import store_events
from vereda.events.contracts.exploring import Explored, Unanswered
from vereda.events.store.current import another_store
from vereda.events.testing import an_event
from vereda.foundation import clock
from vereda.foundation.testing import MORNING

pytestmark = pytest.mark.django_db

KINDS = ("trend", "funnel", "retention", "paths")
QUESTIONS = {
    "trend": "event=Opened&event=Exported&amount=people&amount=uses&period=week",
    "funnel": "step=Opened&step=Exported&within=7&unit=days",
    "retention": "period=week",
    "paths": "event=Opened&depth=2&within=24&unit=hours",
}
PATIENT = {kind: f"{query}&wait=1" for kind, query in QUESTIONS.items()}


@pytest.fixture(autouse=True)
def own_store(store):
    with another_store(store):
        yield


@pytest.fixture
def used(acme):
    """Two accounts: one of them exports what it opened, the other does not."""
    first = an_account(acme, name="Cantera", stage="adoption")
    second = an_account(acme, name="Molino", stage="onboarding")
    add_external_id(first, value="cantera", by=acme.owner)
    add_external_id(second, value="molino", by=acme.owner)
    then = clock.now() - timedelta(days=20)
    store_events(
        acme.workspace,
        [
            an_event("Opened", account_key="cantera", occurred_at=then),
            an_event("Exported", account_key="cantera", occurred_at=then + timedelta(hours=2)),
            an_event("Opened", person_key="u2", account_key="molino", occurred_at=then),
        ],
        now=MORNING,
    )
    return first, second


def opened(client, name, company, query="", **said):
    address = reverse(name, kwargs={"workspace": company.workspace.slug})
    return client.get(f"{address}?{query}", **said)


def numbers(page, sheet=0):
    return [
        [line.label, *(figure.words for figure in line.figures)]
        for line in page.context["shown"].sheets[sheet].lines
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_before_the_first_event_there_is_nothing_to_ask_about(acme, client_of, kind):
    page = opened(client_of(acme.viewer), f"explore_{kind}", acme)

    assert page.status_code == 200
    assert "Nothing to ask about yet" in page.text


def test_a_trend_counts_in_weeks(acme, client_of, used):
    page = opened(client_of(acme.viewer), "explore_trend", acme, PATIENT["trend"])

    counts = [list(row[1:]) for row in numbers(page) if set(row[1:]) != {"0"}]
    assert counts == [["2", "2", "1", "1"]]
    assert "<svg" in page.text


def test_a_funnel_says_how_many_went_on_and_how_long_it_took(acme, client_of, used):
    page = opened(client_of(acme.viewer), "explore_funnel", acme, PATIENT["funnel"])

    assert numbers(page) == [
        ["1. Opened", "2", "100%", "", "", "", ""],
        ["2. Exported", "1", "50%", "50%", "1", "2 h", "2 h"],
    ]
    assert "1 of 2 went all the way: 50%." in page.text


def test_groups_of_accounts_stand_beside_everybody(acme, client_of, used):
    query = f"{PATIENT['funnel']}&by=stage"

    page = opened(client_of(acme.viewer), "explore_funnel", acme, query)

    assert {tuple(row[:4]) for row in numbers(page, sheet=1)} == {
        ("Adoption", "1", "1", "100%"),
        ("Onboarding", "1", "0", "0%"),
    }


def test_only_the_accounts_that_a_filter_leaves_are_asked_about(acme, client_of, used):
    query = f"{PATIENT['funnel']}&f=stage:any_of:onboarding"

    page = opened(client_of(acme.viewer), "explore_funnel", acme, query)

    assert [row[1] for row in numbers(page)] == ["1", "0"]


def test_a_merged_account_is_one(acme, client_of, used):
    first, second = used
    merge_accounts(first, absorbed=second, by=acme.owner, now=MORNING)

    page = opened(
        client_of(acme.viewer), "explore_funnel", acme, PATIENT["funnel"] + "&per=account"
    )

    assert [row[1] for row in numbers(page)] == ["1", "1"]


def test_a_number_opens_to_who_is_behind_it(acme, client_of, used):
    a_person(acme, name="Lucía", account=used[0], external_id="u1")
    client = client_of(acme.viewer)
    page = opened(client, "explore_funnel", acme, PATIENT["funnel"])
    figures = page.context["shown"].sheets[0].lines[1].figures

    who = opened(client, "explore_funnel_behind", acme, figures[0].query)
    missing = opened(client, "explore_funnel_behind", acme, figures[3].query)

    assert "Lucía" in who.text
    assert "Cantera" in who.text
    assert "u2" in missing.text
    assert "Lucía" not in missing.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_that_is_a_link_opens(acme, client_of, used, kind):
    client = client_of(acme.viewer)
    page = opened(client, f"explore_{kind}", acme, f"{PATIENT[kind]}&by=stage")
    queries = [
        figure.query
        for sheet in page.context["shown"].sheets
        for line in sheet.lines
        for figure in line.figures
        if figure.query
    ]

    found = [opened(client, f"explore_{kind}_behind", acme, query) for query in queries]

    assert queries
    assert {one.status_code for one in found} == {200}
    assert all(one.context["behind"] for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_is_a_file(acme, client_of, used, kind):
    client = client_of(acme.viewer)

    text = opened(client, f"explore_{kind}_export", acme, QUESTIONS[kind])
    book = opened(client, f"explore_{kind}_export", acme, f"{QUESTIONS[kind]}&format=xlsx")

    rows = list(csv.reader(io.StringIO(b"".join(text.streaming_content).decode("utf-8-sig"))))
    assert len(rows) > 1
    assert b"".join(book.streaming_content)[:2] == b"PK"
    book.close()


def test_a_funnel_is_exported_as_numbers(acme, client_of, used):
    text = opened(client_of(acme.viewer), "explore_funnel_export", acme, PATIENT["funnel"])

    rows = list(csv.reader(io.StringIO(b"".join(text.streaming_content).decode("utf-8-sig"))))
    assert rows[1:] == [
        ["Opened", "2", "1.0", "1.0", "", ""],
        ["Exported", "1", "0.5", "0.5", "7200.0", "7200.0"],
    ]


def test_what_a_form_left_empty_is_not_in_the_address(acme, client_of, used):
    page = opened(
        client_of(acme.viewer), "explore_funnel", acme, "step=Opened&step=Exported&step=&since=&by="
    )

    assert page.status_code == 302
    assert page["Location"].endswith("?step=Opened&step=Exported&within=7&unit=days")


def test_a_filter_sent_by_its_form_becomes_part_of_the_address(acme, client_of, used):
    query = f"{QUESTIONS['paths']}&field=stage&operator=any_of&value=adoption&value=value"

    page = opened(client_of(acme.viewer), "explore_paths", acme, query)

    assert page.status_code == 302
    assert "f=stage%3Aany_of%3Aadoption%2Cvalue" in page["Location"]


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("trend", "since=tomorrow"),
        ("trend", "since=2026-02-01&until=2026-01-01"),
        ("trend", "since=2010-01-01&until=2026-01-01&period=day"),
        ("trend", "by=name"),
        ("trend", "f=secret:is:x"),
        ("trend", "f=nonsense"),
        ("retention", "begin=account_start"),
        ("funnel", "step=A&step=B&within=8784&unit=days"),
        ("funnel", "&".join(f"step={number}" for number in range(9))),
    ],
)
def test_an_odd_question_is_refused_with_a_sentence(acme, client_of, kind, query):
    page = opened(client_of(acme.viewer), f"explore_{kind}", acme, query)

    assert page.status_code == 422
    assert "This question cannot be asked" in page.text


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("trend", "bucket=x"),
        ("trend", "bucket=1"),
        ("trend", "event=Opened&bucket=2900&name=Other"),
        ("funnel", "step=A&step=B&reached=3"),
        ("funnel", "step=A&step=B&reached=2&lost=1"),
        ("funnel", "step=A&step=B&reached=1&page=0"),
        ("retention", "cohort="),
    ],
)
def test_an_edited_number_leads_nowhere(acme, client_of, kind, query):
    page = opened(client_of(acme.viewer), f"explore_{kind}_behind", acme, query)

    assert page.status_code == 404


@pytest.mark.parametrize("part", ["answer", "behind", "export"])
def test_half_a_question_is_refused(acme, client_of, part):
    page = opened(client_of(acme.viewer), f"explore_funnel_{part}", acme, "step=A")

    assert page.status_code == 422
    assert "Something is missing in this question." in page.text


# --- Answers that take their time -----------------------------------------------------------


class SlowStore:
    """A store whose answers take longer than a page waits, as a store would say it."""

    def __init__(self, store, unanswered):
        self._store = store
        self._unanswered = unanswered
        self.asked = []

    def __getattr__(self, name):
        return getattr(self._store, name)

    def explore(self, workspace, **said):
        self.asked.append(said)
        if said["seconds"] < 1:
            return Explored(unanswered=Unanswered.TOO_LONG)
        return self._unanswered or self._store.explore(workspace, **said)


@pytest.fixture
def slow(store):
    made = SlowStore(store, None)
    with another_store(made):
        yield made


def test_an_answer_that_is_not_there_at_once_is_waited_for(acme, client_of, used, slow):
    client = client_of(acme.viewer)

    page = opened(client, "explore_funnel", acme, QUESTIONS["funnel"])
    answer = client.get(page.context["answer_url"], headers={"HX-Request": "true"})

    assert 'aria-busy="true"' in page.text
    assert "skeleton" in page.text
    assert page.context["token"] in page.context["answer_url"]
    assert "1 of 2 went all the way: 50%." in answer.text
    assert slow.asked[-1]["token"] == page.context["token"]


def test_without_a_script_the_page_waits_itself(acme, client_of, used, slow):
    page = opened(client_of(acme.viewer), "explore_funnel", acme, PATIENT["funnel"])

    assert "1 of 2 went all the way: 50%." in page.text
    assert slow.asked[-1]["seconds"] > 29


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Unanswered.CANCELLED, "You cancelled the question"),
        (Unanswered.TOO_LONG, "The answer took too long"),
        (Unanswered.TOO_MANY, "Too many questions at once"),
    ],
)
def test_why_there_is_no_answer_is_said(acme, client_of, used, store, why, words):
    client = client_of(acme.viewer)
    with another_store(SlowStore(store, Explored(unanswered=why))):
        page = opened(client, "explore_funnel", acme, PATIENT["funnel"])

    assert words in page.text
    assert "Ask again" in page.text


def test_a_question_is_cancelled_by_the_page_that_asked_it(acme, client_of, slow):
    ended = []
    slow.cancel_exploring = lambda workspace, *, token: ended.append((workspace, token))
    address = reverse("cancel_explore", kwargs={"workspace": "acme"})

    page = client_of(acme.viewer).post(address, {"token": "mine"})

    assert page.status_code == 204
    assert ended == [(acme.workspace.pk.hex, "mine")]


def test_progress_of_nothing_is_nothing(acme, client_of):
    page = opened(client_of(acme.viewer), "explore_progress", acme, "token=x")

    assert page.status_code == 204


def test_days_are_those_of_the_address(acme, client_of, used):
    page = opened(
        client_of(acme.viewer),
        "explore_trend",
        acme,
        "since=2026-01-01&until=2026-01-31&period=day",
    )

    span = page.context["address"].span
    assert (span.since, span.until) == (date(2026, 1, 1), date(2026, 2, 1))
    assert "Nobody did this in these days" in page.text
