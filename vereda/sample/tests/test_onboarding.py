"""The newest customers are being onboarded, and one in three was promised something."""

from collections import Counter
from dataclasses import replace

import pytest

from vereda.customers.models.files import AccountFile
from vereda.foundation.errors import Refused
from vereda.foundation.testing import NOON
from vereda.onboarding.actions.past import PastDeed, tell_past
from vereda.onboarding.contracts.plans import EntryKind, GateShut, PlanPhase, WrongPlan
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.models.plans import Plan, PlanOutcome, PlanPerson, PreSaleTool, ToolFeedback
from vereda.onboarding.models.promises import PlanPromise
from vereda.onboarding.models.templates import Template
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.queries.people import inclusion_of_plans, people_of_plan
from vereda.onboarding.testing import a_plan
from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.models.outcomes import Measurement, Outcome, Verdict
from vereda.outcomes.wording import STATES
from vereda.sample.actions import loading
from vereda.sample.rules.benefits import KINDS, REASONS, Fate, benefits_invented
from vereda.sample.rules.onboardings import WAY, Journey, onboardings_invented
from vereda.sample.rules.promises import WORDS
from vereda.sample.rules.world import invent_world
from vereda.sample.testing import COMPANIES, a_small_sample
from vereda.workspaces.queries import workspace_with_id

COMPARABLE = 9


@pytest.fixture(scope="module")
def world():
    return invent_world(NOON.date(), companies=160)


def text_of_sample(workspace_id):
    """All that is said in plans and of benefits."""
    told = [
        *Plan.objects.of(workspace_id).values_list("name", "why_needed"),
        *PlanPerson.objects.of(workspace_id).values_list("part", "purpose"),
        *Outcome.objects.of(workspace_id).values_list("benefit", "why"),
        *Expectation.objects.of(workspace_id).values_list("words", "settled_words"),
        *Verdict.objects.of(workspace_id).values_list("words"),
        *Template.objects.of(workspace_id).values_list("name"),
    ]
    return {words for row in told for words in row if words}


# --- What is invented ---------------------------------------------------------


def test_one_in_eight_is_being_onboarded_or_was_not_long_ago(world):
    told = onboardings_invented(world)
    ids = [each.account.company.external_id for each in told]
    journeys = Counter(each.journey for each in told)

    assert len(told) == len(set(ids)) == len(world.accounts) // 8
    assert set(journeys) == set(Journey)
    assert journeys[Journey.ONBOARDED] >= COMPARABLE


def test_six_of_few_companies_are_told_too():
    few = invent_world(NOON.date(), companies=24)

    assert len(onboardings_invented(few)) == 6


def test_plans_and_benefits_are_the_same_every_time():
    one, other = (invent_world(NOON.date(), companies=24) for _ in range(2))

    assert onboardings_invented(one) == onboardings_invented(other)
    assert benefits_invented(one) == benefits_invented(other)


def test_deeds_are_told_in_their_order_before_today_on_days_of_work(world):
    for told in onboardings_invented(world):
        moments = [deed.at for deed in told.deeds]
        assert moments == sorted(moments)
        assert all(at.date() < NOON.date() for at in moments)
        assert all(at.weekday() < 5 for at in moments)


def test_some_took_part_in_trainings_and_some_were_not_reached(world):
    told = [each for each in onboardings_invented(world) if each.journey is Journey.ONBOARDED]
    came = {
        (each.account.company.external_id, deed.item, deed.person)
        for each in told
        for deed in each.deeds
        if deed.kind == "attended"
    }
    people = [person for each in told for person in each.account.people if not person.left_on]
    reached = {person for _account, _item, person in came}

    assert {item for _account, item, _person in came} == {"train-leads", "train-team"}
    assert reached <= {person.external_id for person in people}
    assert 0.6 < len(reached) / len(people) < 0.95


def test_one_in_three_was_promised_something_and_each_fate_occurs(world):
    told = benefits_invented(world)

    assert len(told) == len(world.accounts) // 3
    assert {each.fate for each in told} == set(Fate) - {Fate.PROMISED}
    assert all(on < NOON.date() for each in told for on, _value in each.measured)


def test_both_languages_have_words_for_all_that_is_said():
    deeds = [leg for way in WAY.values() for leg in way if leg.word]
    given = {leg.word for leg in deeds if leg.kind == "submitted"}
    said = {leg.word for leg in deeds if leg.kind != "submitted"}

    for words in WORDS.values():
        assert set(words.given) == given
        assert set(words.said) == said
        assert set(words.benefits) == {kind.word for kind in KINDS}
        assert set(words.denied) == set(REASONS)


# --- What is stored -----------------------------------------------------------


@pytest.mark.django_db
def test_each_plan_stands_where_its_journey_ends(small):
    invented = onboardings_invented(invent_world(NOON.date(), companies=COMPANIES))
    plans = Plan.objects.of(small.workspace_id)
    told = {plan.account.external_ids.get().value: plan for plan in plans.select_related("account")}
    by_journey = {each.journey: told[each.account.company.external_id] for each in invented}

    assert len(told) == len(invented) == 6
    assert {journey: plan.phase for journey, plan in by_journey.items()} == {
        Journey.LATE: PlanPhase.RUNNING,
        Journey.SOLD: PlanPhase.SOLD,
        Journey.PRE_SALE: PlanPhase.PRE_SALE,
        Journey.HANDED_OVER: PlanPhase.RUNNING,
        Journey.WAITING: PlanPhase.RUNNING,
        Journey.ONBOARDED: PlanPhase.ONBOARDED,
    }
    assert by_journey[Journey.LATE].late_since_on is not None
    assert by_journey[Journey.WAITING].held_by == "them"
    assert by_journey[Journey.WAITING].late_since_on is None
    assert by_journey[Journey.HANDED_OVER].held_by == "third_party"


@pytest.mark.django_db
def test_plans_have_people_promises_smiles_evidence_and_what_they_tried(small):
    home = small.workspace_id
    entries = PlanEntry.objects.of(home)

    assert Template.objects.of(home).exclude(current=None).count() == 1
    assert PlanPerson.objects.of(home).values("plan").distinct().count() == 6
    assert PlanPromise.objects.of(home).count() == 4
    assert (PreSaleTool.objects.of(home).count(), ToolFeedback.objects.of(home).count()) == (1, 1)
    assert entries.filter(kind="smiled", score__gte=4).count() == 2
    assert entries.filter(kind="handed_over").exclude(because="").count() == 1
    assert entries.filter(kind="exit_answered", answer="yes").count() == 1
    assert AccountFile.objects.of(home).count() == 4
    assert PlanItem.objects.of(home).filter(state="returned").count() == 1


@pytest.mark.django_db
def test_the_metric_of_inclusion_has_something_to_say(small):
    workspace = workspace_with_id(small.workspace_id)
    plans = Plan.objects.of(workspace).filter(phase__in=[PlanPhase.SOLD, PlanPhase.ONBOARDED])
    told = inclusion_of_plans(workspace, plans.select_related("account"))
    views = [people_of_plan(plan_story(each.plan)) for each in told]

    assert len(told) == 2
    assert all(each.reached >= 3 for each in told)
    assert sum(len(each.left_out) for each in told) > 0
    assert all(max(view.trained for view in each) == 1 for each in views)
    assert all(view.trainings == 2 for each in views for view in each)


@pytest.mark.django_db
def test_benefits_are_measured_judged_and_linked_to_plans(small):
    home = small.workspace_id
    outcomes = Outcome.objects.of(home)
    plans = Plan.objects.of(home)

    assert outcomes.count() == 6
    assert set(outcomes.values_list("state", flat=True)) <= {str(state) for state in STATES}
    assert outcomes.filter(state="verified").count() == 1
    assert outcomes.filter(state="on_the_way").count() == 1
    assert Measurement.objects.of(home).count() == 3
    assert Expectation.objects.of(home).count() == 3
    linked = PlanOutcome.objects.of(home).values_list("plan", flat=True)
    assert set(linked) == set(plans.values_list("pk", flat=True))


@pytest.mark.django_db
def test_the_sample_speaks_the_language_of_its_workspace(db, store, monkeypatch):
    def in_english(*said, **named):
        world = invent_world(*said, **named)
        first, *others = world.colleagues
        return replace(world, colleagues=(replace(first, language="en"), *others))

    spanish = text_of_sample(a_small_sample(now=NOON, companies=6).workspace_id)
    monkeypatch.setattr(loading, "invent_world", in_english)
    loaded = loading.load_sample(now=NOON, progress=lambda *_: None, companies=6, replace=True)
    english = text_of_sample(loaded.workspace_id)

    assert workspace_with_id(loaded.workspace_id).language == "en"
    assert {"Responde a las preguntas", "Software para empresas (B2B)"} & spanish
    assert "Answers our questions" in english
    assert not spanish & english


# --- Telling the past -----------------------------------------------------------


@pytest.mark.django_db
def test_the_past_is_refused_where_it_would_have_been_refused_then(acme):
    plan = a_plan(acme)
    too_early = PastDeed(kind=EntryKind.DONE, at=NOON, item="set-up")

    with pytest.raises(GateShut):
        tell_past(plan, [too_early], by=acme.member, now=NOON)

    assert PlanEntry.objects.of(acme.workspace).count() == 1


@pytest.mark.django_db
def test_the_past_is_told_in_its_order_and_not_of_tomorrow(acme):
    plan = a_plan(acme)
    asked = PastDeed(kind=EntryKind.REQUESTED, at=NOON, item="customers")
    before = plan.agreed_at
    assert before is not None

    for deeds, now in (
        ([asked, replace(asked, kind=EntryKind.REMINDED, at=before)], NOON),
        ([asked], before),
        ([replace(asked, item="nowhere")], NOON),
    ):
        with pytest.raises((WrongPlan, Refused)):
            tell_past(plan, deeds, by=acme.member, now=now)

    assert tell_past(plan, [asked], by=acme.member, now=NOON) == 1
    assert plan.held_by == "them"
