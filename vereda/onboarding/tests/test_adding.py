"""An item that a plan has of its own: what it does to the gate, and asking for it too late."""

import re

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.items import request_item
from vereda.onboarding.actions.plans import add_item, stop_plan
from vereda.onboarding.contracts.plans import AddingEffect, GateEffect, PlanPhase, WrongPlan
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.queries.people import part_of_person
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.rules.adding import effect_of_adding
from vereda.onboarding.testing import LONG, a_plan, an_item, settled, the_item
from vereda.portal.testing import a_visitor
from vereda.workspaces.models import User

pytestmark = pytest.mark.django_db

PLAN = "/w/acme/onboarding/plans/OB-1/"
TOO_LATE = "That set is finished: everything is asked for at once."


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def said(number=1, **more):
    return {
        "title_en": "Their logo",
        "set_number": str(number),
        "party": "them",
        "required": "on",
        "wanted_en": "The address of it",
        "example_en": "https://example.com/logo.svg",
        "lead_days": "2",
        **more,
    }


def effect(plan, number, *, required=True):
    return effect_of_adding(plan_story(plan).standing(), SetNumber(number), required=required)


def keys_of(plan):
    rows = PlanItem.objects.of(plan.workspace_id).filter(plan=plan)
    return list(rows.values_list("key", flat=True).order_by("position"))


# --- The rule ------------------------------------------------------------------------------


def test_what_one_more_item_does_to_its_gate(acme):
    plan = a_plan(acme)
    assert effect(plan, 1) == AddingEffect(gate=GateEffect.WAITS)
    assert effect(plan, 1, required=False) == AddingEffect(gate=GateEffect.NONE)
    settled(plan, "customers", now=MORNING)
    assert effect(plan, 1) == AddingEffect(gate=GateEffect.SHUTS, halts=("set-up",))
    assert effect(plan, 2) == AddingEffect(gate=GateEffect.WAITS)
    assert effect(plan, 1, required=False) == AddingEffect(gate=GateEffect.NONE)


def test_a_customer_who_has_it_falls_back(acme):
    plan = a_plan(acme)
    for key in ("customers", "set-up", "opening"):
        settled(plan, key, now=MORNING)
    assert effect(plan, 2).phase is PlanPhase.RUNNING


def test_before_their_yes_no_gate_is_open(acme):
    assert effect(a_plan(acme, started_at=None), 1).gate is GateEffect.WAITS


def test_the_effect_is_what_comes_about(acme):
    plan = a_plan(acme, spec=LONG)
    for key in ("customers", "size", "contract", "set-up"):
        settled(plan, key, now=MORNING)
    before = set(plan_story(plan).standing().in_play())
    told = effect(plan, 1)
    add_item(plan, spec=an_item("law", 1), by=None, now=MORNING, because="A new law")
    after = set(plan_story(plan).standing().in_play())
    assert set(told.halts) == before - after != set()


def test_it_is_given_to_somebody_who_has_a_part_from_then_on(acme):
    account = an_account(acme)
    plan = a_plan(acme, account=account)
    ana = a_person(acme, name="Ana", account=account)
    item = add_item(plan, spec=an_item("logo", 1), by=None, now=MORNING, person=ana)
    assert item.person == ana
    assert part_of_person(plan, ana) is not None
    stranger = a_person(acme, name="Eva", account=an_account(acme))
    with pytest.raises(WrongPlan):
        add_item(plan, spec=an_item("name", 1), by=None, now=MORNING, person=stranger)
    assert "name" not in keys_of(plan)


# --- The page ------------------------------------------------------------------------------


def test_it_is_said_what_it_does_before_it_is_done(acme, client_of):
    account = an_account(acme)
    plan, client = a_plan(acme, account=account), client_of(acme.member)
    ana = a_person(acme, name="Ana Ruiz", account=account)
    kinds = words(client.get(f"{PLAN}add/?set=1"))
    assert f"{PLAN}add/value/?set=1" in kinds
    assert f"{PLAN}add/milestone/" not in kinds
    url = f"{PLAN}add/value/?set=1"
    assert "title_en" in words(client.get(url))

    asked = client.post(url, said(person=str(ana.pk)))

    assert asked.status_code == 200
    told = words(asked)
    assert "The gate “We have what we need” opens only when this is accepted or done too." in told
    assert keys_of(plan) == ["customers", "set-up", "opening"]

    seen = asked.context["form"]["seen"].value()
    done = client.post(url, said(person=str(ana.pk), seen=seen))

    assert (done.status_code, done["Location"]) == (303, f"{PLAN}#item-their-logo")
    item = the_item(plan, "their-logo")
    assert (item.person, item.set_number, item.required, item.extra) == (ana, 1, True, True)
    assert item.asks.wanted == {"en": "The address of it"}
    assert item.asks.lead_days == 2


SPANISH = {
    "title_es": "Su logotipo",
    "wanted_es": "La dirección",
    "example_es": "https://example.com/logotipo.svg",
}


def added(client, kind="value", **more):
    """The answer to adding it, after it was said what it does."""
    url = f"{PLAN}add/{kind}/"
    asked = client.post(url, said(**more))
    seen = asked.context["form"]["seen"].value() or ""
    return client.post(url, said(**more, seen=seen))


def test_its_words_in_the_other_language_are_read_by_who_speaks_it(acme, client_of):
    account = an_account(acme)
    plan = a_plan(acme, account=account)
    ana = a_person(acme, name="Ana", email="ana@m.example", account=account, language="es")
    ben = a_person(acme, name="Ben", email="ben@m.example", account=account, language="en")

    answer = added(client_of(acme.member), **SPANISH)
    item = request_item(the_item(plan, "their-logo"), by=acme.member, now=MORNING).item

    assert answer.status_code == 303
    assert item is not None
    assert item.asks.titles == {"en": "Their logo", "es": "Su logotipo"}
    page = {each: words(a_visitor(each).get("/p/acme/")) for each in (ana, ben)}
    assert "Su logotipo" in page[ana]
    assert "La dirección" in page[ana]
    assert "Their logo" not in page[ana]
    assert "Their logo" in page[ben]
    assert "La dirección" not in page[ben]


def test_without_them_everybody_reads_the_authors_words(acme, client_of):
    account = an_account(acme)
    plan = a_plan(acme, account=account)
    ana = a_person(acme, name="Ana", email="ana@m.example", account=account, language="es")

    added(client_of(acme.member))
    request_item(the_item(plan, "their-logo"), by=acme.member, now=MORNING)

    assert "Their logo" in words(a_visitor(ana).get("/p/acme/"))


def test_the_other_language_is_offered_and_stays_shut_until_something_is_said(acme, client_of):
    a_plan(acme)
    client = client_of(acme.member)

    page = words(client.get(f"{PLAN}add/value/"))
    again = words(client.post(f"{PLAN}add/value/", said(**SPANISH)))

    assert "<details> <summary>The same in Spanish, if you like</summary>" in page
    assert "<details open> <summary>The same in Spanish" in again
    assert 'name="title_es" value="Su logotipo"' in again


@pytest.mark.parametrize("left_out", ["title_es", "wanted_es", "example_es"])
def test_half_of_another_language_is_refused_beside_the_field(acme, client_of, left_out):
    plan = a_plan(acme)

    answer = added(client_of(acme.member), **{**SPANISH, left_out: ""})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [left_out]
    assert "their-logo" not in keys_of(plan)


def test_answers_are_the_same_ones_in_both_languages(acme, client_of):
    plan = a_plan(acme)
    client = client_of(acme.member)
    told = {**SPANISH, "answers_en": "Red\nBlue"}

    fewer = added(client, "choice", **told, answers_es="Rojo")
    done = added(client, "choice", **told, answers_es="Rojo\nAzul")

    assert list(fewer.context["form"].errors) == ["answers_es"]
    assert done.status_code == 303
    assert [each.titles for each in the_item(plan, "their-logo").asks.choices] == [
        {"en": "Red", "es": "Rojo"},
        {"en": "Blue", "es": "Azul"},
    ]


def test_whoever_writes_in_spanish_says_it_in_english_if_they_like(acme, client_of):
    plan = a_plan(acme)
    client = client_of(acme.member)
    User.objects.filter(pk=acme.member.user_id).update(language="es")

    page = words(client.get(f"{PLAN}add/value/"))
    only = {**said(), "title_en": "", "wanted_en": "", "example_en": "", **SPANISH}
    asked = client.post(f"{PLAN}add/value/", only)
    seen = asked.context["form"]["seen"].value()
    answer = client.post(f"{PLAN}add/value/", {**only, "seen": seen})

    assert page.index('name="title_es"') < page.index("<details>") < page.index('name="title_en"')
    assert answer.status_code == 303
    assert the_item(plan, "su-logotipo").asks.titles == {"es": "Su logotipo"}


def test_asking_too_late_is_refused_and_can_be_insisted_on_with_a_reason(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    settled(plan, "customers", now=MORNING)
    url = f"{PLAN}add/value/"

    asked = client.post(url, said())
    told = words(asked)
    assert TOO_LATE in told
    assert "This shuts it again" in told
    assert "Until then nothing can be done about: Set up." in told
    assert "Add it all the same" in told

    again = said(seen=asked.context["form"]["seen"].value())
    refused = client.post(url, again)
    assert refused.status_code == 422
    assert words(refused).count(TOO_LATE) == 1
    assert "their-logo" not in keys_of(plan)

    done = client.post(url, {**again, "because": "A new law"})
    assert done.status_code == 303
    row = plan_with_key(acme.workspace, "OB-1")
    assert (row.asked_twice, row.set_now) == (1, 1)


def test_what_was_said_of_one_set_is_not_said_of_another(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    settled(plan, "customers", now=MORNING)
    url = f"{PLAN}add/value/"
    harmless = client.post(url, said(2)).context["form"]["seen"].value()
    answer = client.post(url, said(1, seen=harmless, because="A new law"))
    assert answer.status_code == 200
    assert TOO_LATE in words(answer)
    assert "their-logo" not in keys_of(plan)


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence"),
    [
        ("value", {"title_en": ""}, "This field is required"),
        ("value", {"wanted_en": ""}, "This field is required"),
        ("value", {"example_en": ""}, "This field is required"),
        ("value", {"lead_days": "0"}, "gives no time to prepare"),
        ("choice", {"answers_en": "Yes"}, "offers fewer than two answers"),
        ("file", {}, "which kinds of file are accepted"),
        ("meeting", {"minutes": "0"}, "how many minutes it takes"),
        ("milestone", {"measure": "first_use"}, "is measured in set 1"),
    ],
)
def test_what_nobody_could_give_is_refused(acme, client_of, kind, wrong, sentence):
    plan = a_plan(acme)
    answer = client_of(acme.member).post(f"{PLAN}add/{kind}/", said(**wrong))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert len(keys_of(plan)) == 3


def test_a_plan_that_was_stopped_takes_nothing_more(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    stop_plan(plan, because="Bought", by=acme.member, now=MORNING)
    seen = client.post(f"{PLAN}add/value/", said()).context["form"]["seen"].value()
    answer = client.post(f"{PLAN}add/value/", said(seen=seen))
    assert answer.status_code == 409
    assert "This plan was stopped. Resume it first." in words(answer)
    assert f"{PLAN}add/" not in words(client.get(PLAN))


def test_a_reader_is_offered_nothing_and_an_unknown_kind_is_not_found(acme, client_of):
    a_plan(acme)
    assert client_of(acme.viewer).get(f"{PLAN}add/value/").status_code == 403
    client = client_of(acme.member)
    assert client.get(f"{PLAN}add/wish/").status_code == 404
    assert client.get(f"{PLAN}add/?set=9").context["set_number"] == 1
