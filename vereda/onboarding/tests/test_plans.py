"""Plans as members tell them: gates, asking once, promises, lateness, what is forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import a_person, an_account
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.items import (
    accept_item,
    approve_item,
    complete_item,
    decline_item,
    hand_over_item,
    note_attendance,
    reach_milestone,
    reopen_plan_item,
    request_item,
    return_item,
    reuse_given,
    smile_at,
    start_item,
    submit_item,
    waive_item,
)
from vereda.onboarding.actions.noticing import look_at_plan
from vereda.onboarding.actions.plans import (
    add_item,
    agree_plan,
    answer_exit_question,
    assign_item,
    link_benefit,
    put_in_plan,
    put_tool,
    stop_plan,
)
from vereda.onboarding.actions.promises import promise_date, set_calendar
from vereda.onboarding.contracts.facts import (
    AskedTwice,
    GateClosed,
    GateOpened,
    ItemSubmitted,
    PlanLate,
    PlanOnboarded,
    PlanOnTime,
    PlanSold,
)
from vereda.onboarding.contracts.plans import (
    AlreadyGiven,
    ExitAnswer,
    GateShut,
    NeedsEvidence,
    Owner,
    PlanNotRunning,
    PlanPhase,
    Submission,
    TooEarlyForDate,
    ToolKind,
    ToolResult,
    WrongPlan,
    WrongSubmission,
)
from vereda.onboarding.contracts.templates import ItemKind, Party
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.personal_data import PlansTakenPartIn
from vereda.onboarding.queries.calendars import OFFICE
from vereda.onboarding.queries.days import asked_twice_in, where_days_go
from vereda.onboarding.queries.histories import clocks_of
from vereda.onboarding.queries.people import inclusion_of_plans
from vereda.onboarding.queries.plans import late_plans, next_steps_of, plans_on_board, waiting_on
from vereda.onboarding.queries.whole import whole_plan
from vereda.onboarding.rules.promises import PromiseState
from vereda.onboarding.testing import (
    LONG,
    ONE_DAY,
    a_plan,
    an_edition,
    an_item,
    asked,
    gave,
    settled,
    the_item,
)
from vereda.onboarding.timeline import PlansTimeline
from vereda.outcomes.actions.verdicts import verify_outcome
from vereda.outcomes.testing import an_outcome
from vereda.worklist.contracts import AlertReason
from vereda.worklist.queries.alerts import open_alerts_of_account
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db

NEXT_MONDAY = MORNING + 7 * ONE_DAY


def entries_of(plan):
    """The kinds of everything that was told, in order."""
    rows = PlanEntry.objects.of(plan.workspace_id).filter(plan=plan).order_by("number")
    return [row.kind for row in rows]


# --- Starting ---


def test_a_plan_keeps_what_its_edition_said_whatever_is_published_later(acme):
    edition = an_edition(acme)
    plan = a_plan(acme, edition=edition)
    edition.content = {"breadth": "standard", "items": []}
    edition.save()

    assert [row.key for row in plan.items.order_by("position")] == [
        "customers",
        "set-up",
        "opening",
    ]
    assert the_item(plan, "customers").asks.titles == {"en": "Customers"}


def test_a_plan_before_the_sale_waits_for_their_yes(acme):
    plan = a_plan(acme, started_at=None)
    with pytest.raises(PlanNotRunning):
        request_item(the_item(plan, "customers"), by=acme.member, now=MORNING)
    agree_plan(plan, agreed_at=MORNING, by=acme.member, now=MORNING + ONE_DAY)

    assert (plan.phase, plan.agreed_at) == (PlanPhase.RUNNING, MORNING)
    assert clocks_of(plan, until=MORNING + ONE_DAY).remembered == ONE_DAY


def test_what_they_tried_before_they_bought_stays_on_the_same_record(acme):
    plan = a_plan(acme, started_at=None)
    tool = put_tool(
        plan,
        None,
        kind=ToolKind.POC,
        name="Two warehouses",
        started_on=date(2026, 10, 1),
        ended_on=date(2026, 10, 20),
        result=ToolResult.CONVINCED,
        result_words="Half the picking errors",
        reward="",
        by=acme.member,
    )
    agree_plan(plan, agreed_at=MORNING, by=acme.member, now=MORNING)
    assert whole_plan(plan, now=MORNING).tools == (tool,)


def test_a_plan_of_another_workspace_is_refused(acme, globex):
    with pytest.raises(WrongPlan):
        a_plan(acme, edition=an_edition(globex))
    assert not plans_on_board(acme.workspace).exists()


# --- Gates ---


def test_submitted_is_not_accepted_and_a_refusal_leaves_no_trace(acme, facts):
    plan = a_plan(acme)
    gave(plan, "customers", now=MORNING)
    told, heard, lines = entries_of(plan), len(facts), AuditLine.objects.of(acme.workspace).count()

    with pytest.raises(GateShut) as refused:
        start_item(the_item(plan, "set-up"), by=acme.member, now=MORNING)

    assert refused.value.missing == ("customers",)
    assert "Customers" in str(refused.value)
    assert entries_of(plan) == told
    assert len(facts) == heard
    assert AuditLine.objects.of(acme.workspace).count() == lines


def test_accepting_the_last_required_item_opens_the_gate_and_tells_it(acme, facts):
    plan = a_plan(acme)
    gave(plan, "customers", now=MORNING)
    accept_item(the_item(plan, "customers"), by=acme.member, now=MORNING)
    start_item(the_item(plan, "set-up"), by=acme.member, now=MORNING)

    assert [fact.set_number for fact in facts.of(GateOpened)] == [1]
    plan.refresh_from_db()
    assert (plan.set_now, plan.held_by, plan.holding) == (2, Party.US, "set-up")


def test_reopening_shuts_the_gate_for_work_that_has_begun(acme, facts):
    plan = a_plan(acme)
    settled(plan, "customers", now=MORNING)
    start_item(the_item(plan, "set-up"), by=acme.member, now=MORNING)
    reopen_plan_item(
        the_item(plan, "customers"), because="A column is missing", by=acme.member, now=MORNING
    )
    with pytest.raises(GateShut):
        complete_item(the_item(plan, "set-up"), by=acme.member, now=MORNING)
    assert [fact.set_number for fact in facts.of(GateClosed)] == [1]


def test_set_3_is_sold_and_only_set_6_with_the_last_question_is_onboarded(acme, facts):
    plan = a_plan(acme, spec=LONG)
    for key in ("customers", "size", "contract", "set-up", "their-network", "training"):
        settled(plan, key, now=MORNING)
    smile_at(the_item(plan, "smile"), person=None, score=5, now=MORNING)
    plan.refresh_from_db()
    assert (plan.phase, plan.ended_at) == (PlanPhase.SOLD, None)

    for key in ("first-use", "regular", "benefit"):
        settled(plan, key, now=MORNING)
    assert facts.of(PlanOnboarded) == []
    answer_exit_question(plan, answer=ExitAnswer.YES, by=acme.member, now=MORNING)

    assert (plan.phase, plan.onboarded_at) == (PlanPhase.ONBOARDED, MORNING)
    assert (len(facts.of(PlanSold)), len(facts.of(PlanOnboarded))) == (1, 1)


# --- Asking once ---


def test_a_second_request_is_refused_and_insisting_counts_against_us(acme, facts):
    plan = a_plan(acme)
    settled(plan, "customers", now=MORNING)
    item = the_item(plan, "customers")
    with pytest.raises(AlreadyGiven):
        request_item(item, by=acme.member, now=MORNING)
    request_item(item, by=acme.member, now=MORNING, insist_because="We lost the file")

    plan.refresh_from_db()
    report = asked_twice_in(acme.workspace)
    assert (plan.asked_twice, plan.held_by, len(facts.of(AskedTwice))) == (1, Party.US, 1)
    assert (report.repeats, [row.because for row in report.entries]) == (1, ["We lost the file"])


def test_what_they_gave_in_another_plan_is_used_and_not_asked_for_again(acme):
    account, edition = an_account(acme), an_edition(acme)
    first = a_plan(acme, account=account, edition=edition)
    settled(first, "customers", now=MORNING)
    second = a_plan(acme, account=account, edition=edition)
    item = the_item(second, "customers")

    with pytest.raises(AlreadyGiven) as refused:
        request_item(item, by=acme.member, now=MORNING)
    entry = reuse_given(item, by=acme.member, now=MORNING)

    assert first.key in str(refused.value)
    assert (entry.value, entry.because) == ("Forty-two", first.key)
    second.refresh_from_db()
    assert second.asked_twice == 0


def test_a_required_item_for_a_finished_set_takes_a_reason_and_counts(acme, facts):
    plan = a_plan(acme)
    settled(plan, "customers", now=MORNING)
    spec = an_item("licence", 1)
    with pytest.raises(AlreadyGiven):
        add_item(plan, spec=spec, by=acme.member, now=MORNING)
    added = add_item(plan, spec=spec, by=acme.member, now=MORNING, because="A new law")

    plan.refresh_from_db()
    assert (added.key, plan.asked_twice, plan.set_now) == ("licence", 1, 1)
    assert len(facts.of(AskedTwice)) == 1


def test_an_item_that_is_added_gets_a_short_name_of_its_own(acme):
    plan = a_plan(acme)
    added = add_item(plan, spec=an_item("customers", 1), by=acme.member, now=MORNING)
    assert added.key == "customers-2"


# --- Giving ---


def test_a_choice_must_be_one_of_those_offered(acme):
    plan = a_plan(acme)
    add_item(plan, spec=an_item("plan-b", 1, ItemKind.CHOICE), by=None, now=MORNING)
    with pytest.raises(WrongSubmission):
        submit_item(
            the_item(plan, "plan-b"), said=Submission(choice="sky"), by=acme.member, now=MORNING
        )


def test_an_empty_answer_and_a_missing_file_are_refused(acme):
    plan = a_plan(acme)
    add_item(plan, spec=an_item("logo", 1, ItemKind.FILE), by=None, now=MORNING)
    with pytest.raises(WrongSubmission):
        submit_item(the_item(plan, "customers"), said=Submission(), by=None, now=MORNING)
    with pytest.raises(WrongSubmission):
        submit_item(the_item(plan, "logo"), said=Submission(words="here"), by=None, now=MORNING)


def test_words_of_a_letter_are_the_answer(acme, facts):
    account = an_account(acme)
    person = a_person(acme, account=account)
    plan = a_plan(acme, account=account)
    entry = submit_item(
        the_item(plan, "customers"), said=Submission(words="Forty"), person=person, now=MORNING
    )
    assert (entry.value, entry.theirs, entry.person) == ("Forty", True, person)
    assert len(facts.of(ItemSubmitted)) == 1


def test_somebody_who_is_not_of_the_customer_gives_nothing(acme):
    plan = a_plan(acme)
    stranger = a_person(acme, account=an_account(acme, name="Molino"))
    with pytest.raises(WrongPlan):
        submit_item(
            the_item(plan, "customers"), said=Submission(value="1"), person=stranger, now=MORNING
        )


def test_what_is_ours_to_do_the_customer_does_not_finish(acme):
    account = an_account(acme)
    plan = a_plan(acme, account=account)
    settled(plan, "customers", now=MORNING)
    with pytest.raises(WrongPlan):
        complete_item(the_item(plan, "set-up"), person=a_person(acme, account=account), now=MORNING)


def test_a_declined_approval_comes_back_to_us_and_can_be_given_later(acme):
    account = an_account(acme)
    person = a_person(acme, account=account)
    plan = a_plan(acme, account=account, spec=LONG)
    asked(plan, "contract", now=MORNING)
    decline_item(the_item(plan, "contract"), because="Clause 4", person=person, now=MORNING)
    assert the_item(plan, "contract").held_by == Party.US
    approve_item(the_item(plan, "contract"), person=person, now=MORNING)
    assert the_item(plan, "contract").is_closed


def test_returning_without_a_reason_is_refused(acme):
    plan = a_plan(acme)
    gave(plan, "customers", now=MORNING)
    with pytest.raises(NeedsEvidence):
        return_item(the_item(plan, "customers"), reason=" ", by=acme.member, now=MORNING)


# --- Promises, clocks, lateness ---


def test_a_date_cannot_be_promised_before_set_1_is_accepted(acme):
    plan = a_plan(acme)
    with pytest.raises(TooEarlyForDate):
        promise_date(plan, what="Ready", fixed_on=date(2026, 11, 20), by=None, now=MORNING)
    promise_date(plan, what="Ready", work_days=3, by=None, now=MORNING)
    view = whole_plan(plan, now=MORNING).promises[0]
    assert (view.standing.state, view.waits_for) == (PromiseState.WAITING, ("customers",))


def test_three_days_promised_and_a_week_waited_for_are_remembered_as_ten(acme):
    plan = a_plan(acme)
    promise_date(plan, what="Ready", work_days=3, by=acme.member, now=MORNING)
    asked(plan, "customers", now=MORNING)
    settled(plan, "customers", now=NEXT_MONDAY)
    start_item(the_item(plan, "set-up"), by=acme.member, now=NEXT_MONDAY)
    thursday = NEXT_MONDAY + 3 * ONE_DAY
    settled(plan, "set-up", now=thursday)
    settled(plan, "opening", now=thursday)

    plan.refresh_from_db()
    view = whole_plan(plan, now=thursday + 9 * ONE_DAY)
    assert view.clocks.remembered == 10 * ONE_DAY
    assert view.clocks.held_by(Party.THEM) == 7 * ONE_DAY
    assert view.promises[0].standing.state is PromiseState.KEPT
    assert view.promises[0].standing.due_on == thursday.date()
    days = where_days_go(acme.workspace)
    assert days.plans[0].remembered == pytest.approx(10)
    assert {each.owner: each.total for each in days.owners}[Owner.US] == 0


def test_a_broken_promise_raises_one_alert_that_closes_by_itself(acme, facts):
    plan = a_plan(acme)
    promise_date(plan, what="Ready", work_days=3, by=acme.member, now=MORNING)
    settled(plan, "customers", now=MORNING)
    friday = MORNING + 4 * ONE_DAY
    look_at_plan(plan, now=friday)
    look_at_plan(plan, now=friday + ONE_DAY)

    alerts = list(open_alerts_of_account(acme.workspace, [plan.account_id]))
    assert [(row.reason, row.details["plan"]) for row in alerts] == [
        (AlertReason.PROMISE_LATE, plan.key)
    ]
    assert list(late_plans(acme.workspace, today=friday.date())) == [plan]
    settled(plan, "set-up", now=friday)
    settled(plan, "opening", now=friday)
    assert not open_alerts_of_account(acme.workspace, [plan.account_id]).exists()
    assert (len(facts.of(PlanLate)), len(facts.of(PlanOnTime))) == (1, 1)


def test_an_item_is_due_after_its_work_days_in_their_calendar(acme):
    account = an_account(acme)
    plan = a_plan(acme, account=account)
    set_calendar(
        acme.workspace,
        account,
        time_zone="Europe/Madrid",
        spans=OFFICE,
        holidays=[(date(2026, 11, 4), "Local day")],
        by=acme.admin,
        now=MORNING,
    )
    asked(plan, "customers", now=MORNING)
    assert the_item(plan, "customers").due_on == date(2026, 11, 6)


def test_a_delay_is_handed_over_only_with_evidence_and_not_into_the_past(acme):
    plan = a_plan(acme)
    settled(plan, "customers", now=MORNING)
    item, later = the_item(plan, "set-up"), MORNING + timedelta(hours=3)
    told = {"to": Party.THEM, "by": acme.member, "now": later}
    with pytest.raises(NeedsEvidence):
        hand_over_item(item, evidence="", **told)
    with pytest.raises(WrongPlan):
        hand_over_item(item, evidence="Mail", since=MORNING - ONE_DAY, **told)
    hand_over_item(item, evidence="Mail", since=MORNING + timedelta(hours=1), **told)

    clocks = clocks_of(plan, until=later)
    assert clocks.held_by(Party.US) == timedelta(hours=1)
    assert clocks.held_by(Party.THEM) == timedelta(hours=2)


def test_a_stopped_plan_leaves_the_board(acme):
    plan = a_plan(acme)
    stop_plan(plan, because="They merged", by=acme.member, now=MORNING + ONE_DAY)
    assert not plans_on_board(acme.workspace).exists()
    assert list(plans_on_board(acme.workspace, ended=True)) == [plan]
    assert clocks_of(plan, until=NEXT_MONDAY).remembered == ONE_DAY


# --- What is measured ---


def test_a_verified_benefit_reaches_its_milestone_and_nothing_else_does(acme):
    account = an_account(acme)
    plan = a_plan(acme, account=account, spec=LONG)
    outcome = an_outcome(account)
    link_benefit(plan, outcome, by=acme.member)
    assert look_at_plan(plan, now=MORNING) == 0
    verify_outcome(outcome, by=acme.member, now=MORNING, words="We saw it")

    assert look_at_plan(plan, now=MORNING + ONE_DAY) == 1
    item = the_item(plan, "benefit")
    assert (item.state, item.closed_at) == ("done", MORNING)
    assert look_at_plan(plan, now=MORNING + ONE_DAY) == 0


# --- People ---


def test_next_steps_are_theirs_to_do_and_what_is_due_first_stands_first(acme):
    account = an_account(acme)
    lucia, tomas = a_person(acme, account=account), a_person(acme, name="Tomás", account=account)
    plan = a_plan(acme, account=account, spec=LONG)
    assign_item(the_item(plan, "size"), person=tomas, member=None, by=acme.member)
    assign_item(the_item(plan, "contract"), person=lucia, member=None, by=acme.member)
    for key in ("customers", "size", "contract"):
        asked(plan, key, now=MORNING)

    steps = next_steps_of(lucia, now=MORNING + 7 * ONE_DAY)
    assert [(step.item.key, step.mine) for step in steps] == [
        ("contract", True),
        ("customers", False),
    ]
    assert steps[0].late_days == 4
    gave(plan, "customers", now=MORNING)
    approve_item(the_item(plan, "contract"), person=lucia, now=MORNING)
    assert next_steps_of(lucia, now=MORNING) == ()


def test_people_of_other_accounts_have_no_steps_here(acme):
    asked(a_plan(acme), "customers", now=MORNING)
    other = a_person(acme, account=an_account(acme, name="Molino"))
    assert next_steps_of(other, now=MORNING) == ()


def test_each_individual_has_a_part_their_training_and_their_progress(acme):
    account = an_account(acme)
    lucia, tomas = a_person(acme, account=account), a_person(acme, name="Tomás", account=account)
    plan = a_plan(acme, account=account, spec=LONG)
    put_in_plan(plan, lucia, part="Runs the warehouse", purpose="Home by five", by=acme.member)
    assign_item(the_item(plan, "size"), person=lucia, member=None, by=acme.member)
    for key in ("customers", "size", "contract", "set-up", "their-network"):
        settled(plan, key, now=MORNING)
    note_attendance(the_item(plan, "training"), people=[lucia], by=acme.member, now=MORNING)

    view = whole_plan(plan, now=MORNING)
    first, second = view.people
    assert (first.person, first.part, first.trained, first.progress) == (
        lucia,
        "Runs the warehouse",
        1,
        1.0,
    )
    assert (second.person, second.reached_at, second.progress) == (tomas, None, 0.0)
    assert (view.inclusion.share, view.inclusion.left_out) == (0.5, (tomas,))
    assert inclusion_of_plans(acme.workspace, [plan])[0].left_out == (tomas,)


def test_whoever_is_forgotten_leaves_the_clocks_as_they_were(acme):
    account = an_account(acme)
    person = a_person(acme, account=account)
    plan = a_plan(acme, account=account)
    asked(plan, "customers", now=MORNING)
    submit_item(
        the_item(plan, "customers"),
        said=Submission(value="Forty", words="From Lucía"),
        person=person,
        now=NEXT_MONDAY,
    )
    before = clocks_of(plan, until=NEXT_MONDAY)
    provider, ref = (
        PlansTakenPartIn(),
        PersonRef(workspace_id=acme.workspace.pk, person_id=person.pk),
    )

    assert [record.values["value"] for record in provider.export(ref)] == ["Forty"]
    assert provider.erase(ref) == 1
    assert list(provider.export(ref)) == []
    row = PlanEntry.objects.of(acme.workspace).get(kind="submitted")
    assert (row.person, row.value, row.words) == (None, "", "")
    assert clocks_of(plan, until=NEXT_MONDAY) == before


def test_the_account_tells_what_happened_in_its_plans(acme):
    plan = a_plan(acme)
    asked(plan, "customers", now=MORNING)
    told = PlansTimeline().entries(
        acme.workspace, account_ids=[plan.account_id], before=NEXT_MONDAY, limit=10
    )
    assert [entry.title for entry in told] == [
        "OB-1 · Customers: Asked for",
        "OB-1 · Launch: They said yes",
    ]


# --- What it costs ---


def queries_of(plan, *, now):
    """How many questions a whole plan takes."""
    with CaptureQueriesContext(connection) as asked_of_it:
        whole_plan(plan, now=now)
    return len(asked_of_it)


def test_a_whole_plan_costs_the_same_however_much_happened(acme):
    account = an_account(acme)
    plan = a_plan(acme, account=account, spec=LONG)
    promise_date(plan, what="Ready", work_days=3, by=None, now=MORNING)
    few = queries_of(plan, now=MORNING)

    settled(plan, "customers", now=MORNING)
    settled(plan, "contract", now=MORNING)
    waive_item(the_item(plan, "size"), because="None", by=acme.member, now=MORNING)
    promise_date(plan, what="Set up", work_days=1, by=None, now=MORNING)
    for name in ("Tomás", "Inés"):
        put_in_plan(plan, a_person(acme, name=name, account=account), part="", purpose="", by=None)
    plan.refresh_from_db()

    assert queries_of(plan, now=NEXT_MONDAY) == few <= 24


def test_what_a_plan_waits_for_says_who_has_to_act(acme):
    plan = a_plan(acme, spec=LONG)
    asked(plan, "customers", now=MORNING)
    assert [(row.key, row.held_by) for row in waiting_on(plan)] == [
        ("customers", Party.THEM),
        ("size", Party.US),
        ("colour", Party.US),
        ("contract", Party.US),
    ]


def test_what_happened_is_told_by_when_it_happened(acme):
    plan = a_plan(acme, spec=LONG, now=MORNING + timedelta(days=2))
    settled(plan, "customers", now=MORNING + timedelta(days=2))

    before = MORNING - timedelta(days=40)
    reach_milestone(
        the_item(plan, "first-use"),
        reached_at=before,
        measured_by="test",
        now=MORNING + timedelta(days=3),
    )

    told = whole_plan(plan, now=MORNING + timedelta(days=3)).entries
    assert told[-1].at == before
    assert [row.at for row in told] == sorted((row.at for row in told), reverse=True)
