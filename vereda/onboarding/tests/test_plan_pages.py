"""The page of a plan: what it says, and every verb from a plain form."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING
from vereda.onboarding.contracts.plans import EntryKind, PlanPhase
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    FileKind,
    ItemKind,
    Party,
)
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.pages.items import DEEDS
from vereda.onboarding.queries.items import last_given
from vereda.onboarding.queries.people import part_of_person
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.queries.promising import promises_of
from vereda.onboarding.queries.whole import VERBS, benefits_of, tools_of
from vereda.onboarding.testing import (
    LONG,
    a_choice,
    a_plan,
    an_edition,
    an_item,
    asked,
    gave,
    settled,
    the_item,
)
from vereda.onboarding.wording.board import VERBS as VERB_WORDS
from vereda.outcomes.testing import an_outcome

pytestmark = pytest.mark.django_db

PLAN = "/w/acme/onboarding/plans/OB-1/"


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def read(client, url=PLAN):
    response = client.get(url)
    assert response.status_code == 200
    return words(response)


def state(plan, key):
    return the_item(plan, key).state


def given(plan, key):
    """What they gave last."""
    entry = last_given(the_item(plan, key))
    assert entry is not None
    return entry


def do(client, key, verb, **said):
    return client.post(f"{PLAN}items/{key}/{verb}/", said)


def test_every_verb_of_a_plan_has_a_word_and_a_form():
    assert set(VERB_WORDS) == set(VERBS)
    assert set(DEEDS) == {*VERBS, "assigned", "reused"}


def test_a_lead_starts_a_plan_from_a_template(acme, client_of):
    account = an_account(acme, name="Naranjo")
    edition = an_edition(acme)
    client = client_of(acme.member)
    page = client.get(f"/w/acme/onboarding/plans/start/?account={account.key}")
    assert page.context["form"]["account"].value() == account.key

    said = {
        "account": "naranj",
        "template": edition.template.key,
        "name": "Launch",
        "lead": str(acme.admin.pk),
        "agreed_on": now().date().isoformat(),
        "why_needed": "They ship late",
    }
    answer = client.post("/w/acme/onboarding/plans/start/", said)

    assert (answer.status_code, answer["Location"]) == (303, PLAN)
    plan = plan_with_key(acme.workspace, "OB-1")
    assert (plan.account, plan.lead, plan.phase) == (account, acme.admin, PlanPhase.RUNNING)
    assert "They ship late" in read(client)


def test_without_a_yes_it_is_before_the_sale_and_their_yes_begins_the_clock(acme, client_of):
    account, edition = an_account(acme), an_edition(acme)
    client = client_of(acme.member)
    said = {"account": account.key, "template": edition.template.key, "name": "Launch"}
    client.post("/w/acme/onboarding/plans/start/", said)
    assert plan_with_key(acme.workspace, "OB-1").phase == PlanPhase.PRE_SALE
    assert "The clocks begin with their yes." in read(client)

    answer = client.post(f"{PLAN}agree/", {"agreed_on": now().date().isoformat()})

    assert answer.status_code == 303
    assert plan_with_key(acme.workspace, "OB-1").phase == PlanPhase.RUNNING
    future = (now() + timedelta(days=5)).date().isoformat()
    refused = client.post("/w/acme/onboarding/plans/start/", {**said, "agreed_on": future})
    assert refused.status_code == 422


@pytest.mark.parametrize("account", ["A-99", "Nobody", "Twin"])
def test_an_account_that_is_not_one_is_asked_for_again(acme, client_of, account):
    an_account(acme, name="Twin North")
    an_account(acme, name="Twin South")
    edition = an_edition(acme)
    said = {"account": account, "template": edition.template.key, "name": "Launch"}
    answer = client_of(acme.member).post("/w/acme/onboarding/plans/start/", said)
    assert answer.status_code == 422
    assert not Plan.objects.of(acme.workspace).exists()


def test_the_page_says_whom_it_waits_for_and_does_not_invent_a_forecast(acme, client_of):
    plan = a_plan(acme)
    said = read(client_of(acme.member))
    assert "Waiting for us: Customers" in said
    assert "Not enough history yet" in said
    assert "Still to be accepted or done: Customers" in said
    assert "We have what we need" in said
    assert state(plan, "customers") == "not_yet"


def test_items_go_through_their_verbs_by_plain_forms(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    assert do(client, "customers", "requested").status_code == 303
    assert state(plan, "customers") == "asked"
    assert do(client, "customers", "submitted", value="Forty").status_code == 303
    assert given(plan, "customers").value == "Forty"
    assert do(client, "customers", "returned", because="").status_code == 422
    assert state(plan, "customers") == "submitted"
    do(client, "customers", "returned", because="The wrong list")
    do(client, "customers", "submitted", value="Fifty")
    do(client, "customers", "accepted")
    assert state(plan, "customers") == "accepted"
    do(client, "set-up", "started")
    do(client, "set-up", "done", words="Quick")
    assert state(plan, "set-up") == "done"
    do(client, "opening", "done")
    assert do(client, "opening", "smiled", score="5").status_code == 303
    assert plan_with_key(acme.workspace, "OB-1").phase == PlanPhase.SOLD
    said = read(client)
    assert "Sold, not onboarded" in said
    assert "The wrong list" in said
    assert "5 of 5" in said


def test_a_shut_gate_refuses_in_the_form_and_names_what_is_missing(acme, client_of):
    plan = a_plan(acme)
    answer = do(client_of(acme.member), "set-up", "started")
    assert answer.status_code == 422
    assert "Still to be accepted or done: Customers." in words(answer)
    assert state(plan, "set-up") == "not_yet"


def test_asking_again_takes_a_reason_and_counts_against_us(acme, client_of):
    a_plan(acme)
    client = client_of(acme.member)
    do(client, "customers", "requested")
    do(client, "customers", "submitted", value="Forty")
    assert do(client, "customers", "requested").status_code == 422
    assert do(client, "customers", "asked_again", because="").status_code == 422
    assert do(client, "customers", "asked_again", because="We lost it").status_code == 303
    assert plan_with_key(acme.workspace, "OB-1").asked_twice == 1
    assert "The target is none." in read(client)


def test_what_they_gave_in_another_plan_is_taken_over_instead_of_asked_for(acme, client_of):
    account, edition = an_account(acme), an_edition(acme)
    first = a_plan(acme, account=account, edition=edition)
    settled(first, "customers", now=MORNING)
    a_plan(acme, account=account, edition=edition)
    client = client_of(acme.member)
    second = "/w/acme/onboarding/plans/OB-2/"

    refused = client.post(f"{second}items/customers/requested/")
    assert refused.status_code == 422
    assert "They gave it in OB-1 already." in words(refused)

    assert client.post(f"{second}items/customers/reused/").status_code == 303
    assert given(plan_with_key(acme.workspace, "OB-2"), "customers").value == "Forty-two"


def test_a_delay_moves_only_with_evidence(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    assert do(client, "customers", "handed_over", to="third_party").status_code == 422
    answer = do(client, "customers", "handed_over", to="third_party", evidence="Their bank said so")
    assert answer.status_code == 303
    assert the_item(plan, "customers").held_by == Party.THIRD_PARTY
    assert "To: somebody else. Their bank said so" in read(client)


def test_a_delay_is_handed_over_since_the_last_on_record_and_not_into_the_future(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    asked(plan, "customers", now=MORNING + timedelta(hours=1, seconds=30))
    said = {"to": "third_party", "evidence": "Their bank said so"}
    page = words(client.get(f"{PLAN}items/customers/handed_over/"))
    assert "Empty: from now on. The last on record is of 2 Nov 2026, 09:00" in page

    early = do(client, "customers", "handed_over", **said, since="2026-11-02T08:30")
    assert early.status_code == 422
    assert "is of 2 Nov 2026, 09:00. Hand the delay over from then on" in words(early)
    future = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    late = do(client, "customers", "handed_over", **said, since=future)
    assert late.status_code == 422
    assert "still to come" in words(late)
    assert the_item(plan, "customers").held_by == Party.THEM

    done = do(client, "customers", "handed_over", **said, since="2026-11-02T09:00")
    assert done.status_code == 303
    (entry,) = plan.entries.filter(kind=EntryKind.HANDED_OVER)
    assert entry.at == MORNING + timedelta(hours=1, seconds=30)
    assert entry.told_at > entry.at
    assert the_item(plan, "customers").held_by == Party.THIRD_PARTY


def test_a_choice_and_a_file_are_written_down_for_them(acme, client_of):
    spec = EditionSpec(
        breadth=Breadth.STANDARD,
        items=(
            a_choice("size", 1, "small", "large"),
            an_item("list", 1, ItemKind.FILE, file_kinds=(FileKind.TEXT,)),
            an_item("set-up", 2, ItemKind.TASK, party=Party.US),
            an_item("opening", 3, ItemKind.MEETING, party=Party.US),
        ),
    )
    plan, client = a_plan(acme, spec=spec), client_of(acme.member)
    assert do(client, "size", "submitted", choice="huge").status_code == 422
    assert do(client, "size", "submitted", choice="large").status_code == 303
    assert do(client, "list", "submitted").status_code == 422
    sent = SimpleUploadedFile("list.txt", b"one\ntwo\n", content_type="text/plain")
    assert do(client, "list", "submitted", file=sent).status_code == 303
    assert given(plan, "list").file.name == "list.txt"
    said = read(client)
    assert "They gave: Large" in said
    assert "They gave: list.txt" in said


def test_people_have_parts_and_who_was_not_reached_is_said(acme, client_of):
    account = an_account(acme)
    plan = a_plan(acme, account=account, spec=LONG)
    ana = a_person(acme, name="Ana Ruiz", account=account)
    a_person(acme, name="Berta Gil", account=account)
    client = client_of(acme.member)

    said = {"person": str(ana.pk), "part": "Decides", "purpose": "Sees every shipment"}
    assert client.post(f"{PLAN}part/", said).status_code == 303
    do(client, "contract", "approved", person=str(ana.pk))

    assert part_of_person(plan, ana) is not None
    shown = read(client)
    assert "1 of 2 reached" in shown
    assert "Decides: Sees every shipment" in shown
    assert client.post(f"{PLAN}people/{ana.key}/out/").status_code == 303
    assert part_of_person(plan, ana) is None


def test_attendance_and_who_does_it(acme, client_of):
    account = an_account(acme)
    plan = a_plan(acme, account=account, spec=LONG)
    ana = a_person(acme, name="Ana Ruiz", account=account)
    for key in ("customers", "size", "contract", "set-up", "their-network"):
        settled(plan, key, now=MORNING)
    client = client_of(acme.member)
    assert do(client, "training", "attended", people_there=[str(ana.pk)]).status_code == 303
    said = {"person": str(ana.pk), "member": str(acme.admin.pk), "meets_at": "2027-01-10T10:00"}
    assert do(client, "training", "assigned", **said).status_code == 303
    item = the_item(plan, "training")
    assert (item.person, item.member) == (ana, acme.admin)
    assert item.meets_at is not None
    assert "1 of 1 training<" in read(client)


def test_a_date_is_refused_before_set_1_and_days_after_it_are_not(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    said = {"what": "Ready", "set_number": "3"}
    refused = client.post(f"{PLAN}promise/", {**said, "fixed_on": "2030-01-07"})
    assert refused.status_code == 422
    assert "A date cannot be promised" in words(refused)
    assert client.post(f"{PLAN}promise/", {**said, "work_days": "3"}).status_code == 303
    assert "Ready: 3 work days after you give us: Customers." in read(client)
    promise = promises_of(plan)[0]
    url = f"{PLAN}promises/{promise.pk}/withdraw/"
    assert client.post(url, {"because": ""}).status_code == 422
    assert client.post(url, {"because": "We misread it"}).status_code == 303
    assert "Ready: taken back." in read(client)


def test_benefits_are_linked_and_unlinked(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    outcome = an_outcome(plan.account)
    assert client.post(f"{PLAN}benefit/", {"outcome": str(outcome.pk)}).status_code == 303
    assert benefits_of(plan) == [outcome]
    assert outcome.benefit in read(client)
    assert client.post(f"{PLAN}benefits/{outcome.key}/unlink/").status_code == 303
    assert benefits_of(plan) == []


def test_tools_before_the_sale_and_what_was_said_of_them(acme, client_of):
    plan, client = a_plan(acme, started_at=None), client_of(acme.member)
    said = {"kind": "trial", "name": "March", "started_on": "2026-03-02"}
    assert client.post(f"{PLAN}tools/new/", said).status_code == 303
    tool = tools_of(plan)[0]
    wrong = {**said, "ended_on": "2026-03-01"}
    assert client.post(f"{PLAN}tools/{tool.pk}/", wrong).status_code == 422
    assert client.post(f"{PLAN}tools/{tool.pk}/", {**said, "result": "mixed"}).status_code == 303
    url = f"{PLAN}tools/{tool.pk}/feedback/"
    answer = client.post(url, {"words": "Slow on Mondays", "said_on": "2026-03-05"})
    assert answer.status_code == 303
    shown = read(client)
    assert "Free trial: March" in shown
    assert "Partly" in shown
    assert "Slow on Mondays" in shown


def test_stopping_takes_a_reason_and_resuming_goes_on(acme, client_of):
    a_plan(acme)
    client = client_of(acme.member)
    assert client.post(f"{PLAN}stop/", {}).status_code == 422
    assert client.post(f"{PLAN}stop/", {"because": "They were bought"}).status_code == 303
    assert "They were bought" in read(client)
    assert do(client, "customers", "requested").status_code == 409
    assert client.post(f"{PLAN}resume/").status_code == 303
    assert do(client, "customers", "requested").status_code == 303


def test_the_last_question_is_asked_after_set_6_and_only_a_yes_is_onboarded(acme, client_of):
    plan, client = a_plan(acme, spec=LONG), client_of(acme.member)
    assert client.post(f"{PLAN}last-question/", {"answer": "yes"}).status_code == 422
    for item in LONG.items:
        if item.required:
            settled(plan, item.key, now=MORNING)
    assert "Ask the last question" in read(client)
    answer = client.post(f"{PLAN}last-question/", {"answer": "yes", "words": "Every day"})
    assert answer.status_code == 303
    assert plan_with_key(acme.workspace, "OB-1").phase == PlanPhase.ONBOARDED
    assert "Every day" in read(client)


def test_a_lead_edits_the_plan(acme, client_of):
    a_plan(acme)
    said = {"name": "Second launch", "lead": str(acme.admin.pk), "why_needed": "Speed"}
    assert client_of(acme.member).post(f"{PLAN}edit/", said).status_code == 303
    plan = plan_with_key(acme.workspace, "OB-1")
    assert (plan.name, plan.lead, plan.why_needed) == ("Second launch", acme.admin, "Speed")


def test_a_viewer_reads_the_plan_and_is_offered_nothing(acme, client_of):
    plan = a_plan(acme)
    gave(plan, "customers", now=MORNING)
    client = client_of(acme.viewer)
    said = read(client)
    assert "Forty-two" in said
    assert "/items/" not in said
    assert do(client, "customers", "accepted").status_code == 403


def test_every_verb_that_is_offered_opens(acme, client_of):
    plan, client = a_plan(acme, spec=LONG), client_of(acme.member)
    gave(plan, "customers", now=MORNING)
    offered = set(re.findall(rf'href="({PLAN}items/[^"]+)"', read(client)))
    assert len(offered) > 10
    assert {client.get(url).status_code for url in offered} == {200}
    assert client.get(f"{PLAN}items/customers/{EntryKind.REACHED}/").status_code == 404


def test_the_page_costs_the_same_for_a_long_plan(acme, client_of):
    account = an_account(acme)
    plan, client = a_plan(acme, account=account, spec=LONG), client_of(acme.member)

    def questions():
        client.get(PLAN)
        with CaptureQueriesContext(connection) as asked:
            client.get(PLAN)
        return len(asked)

    before = questions()
    for key in ("customers", "size", "contract", "set-up"):
        settled(plan, key, now=MORNING)
    for name in ("Ana", "Berta", "Clara"):
        a_person(acme, name=name, account=account)
    assert questions() == before
