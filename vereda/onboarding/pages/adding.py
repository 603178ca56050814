"""Pages: an item that a plan has of its own, and what it does to the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.onboarding.actions.plans import add_item
from vereda.onboarding.contracts.plans import AddingEffect, GateEffect, No, Objection
from vereda.onboarding.contracts.templates import SetNumber, words_for_reader
from vereda.onboarding.forms.adding import AddItemForm
from vereda.onboarding.pages.building import kind_called
from vereda.onboarding.pages.plans import bound, plan_url
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.rules.adding import effect_of_adding
from vereda.onboarding.showing import kinds_for_set
from vereda.onboarding.wording.adding import adding_words
from vereda.onboarding.wording.plans import objection_words
from vereda.onboarding.wording.templates import ITEM_KINDS, KIND_PURPOSES, SETS

if TYPE_CHECKING:
    from vereda.onboarding.models.items import PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.queries.histories import PlanStory


@page(may="onboarding.act", methods=READING)
def choose(request: MemberRequest, plan: str) -> HttpResponse:
    """What kind of item to add; `?set=` says to which set."""
    row = plan_with_key(request.member.workspace, plan)
    chosen = set_asked_for(request, row)
    context = {
        "plan": row,
        "set_number": int(chosen),
        "set_name": SETS[chosen],
        "kinds": kinds_for_set(chosen),
    }
    return answer(request, "onboarding/add_kind.html", context)


def set_asked_for(request: MemberRequest, plan: Plan) -> SetNumber:
    """The set that the address names, else the one in which the plan is."""
    said = request.GET.get("set", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) == 1 else plan.set_now
    return SetNumber(number) if 1 <= number <= plan.last_set else SetNumber(plan.set_now)


@page(may="onboarding.act")
def add(request: MemberRequest, plan: str, kind: str) -> HttpResponse:
    """Add it, once it was said what that does to the gate."""
    row = plan_with_key(request.member.workspace, plan)
    story = plan_story(row)
    form = AddItemForm(
        bound(request),
        kind=kind_called(kind),
        story=story,
        set_number=set_asked_for(request, row),
    )
    made: list[PlanItem] = []
    effect = effect_asked_for(form, story)

    def act() -> None:
        reason = form.cleaned_data.get("because", "")
        made.append(
            add_item(
                row,
                spec=form.said(),
                person=form.whom(),
                because=reason,
                by=request.member,
                now=now(),
            )
        )

    if effect is not None and form.has_seen(effect) and form.accepts(act):
        notice(request, _("It is in the plan."))
        return answer_after(request, to=f"{plan_url(request, row)}#item-{made[0].key}")
    if form.is_bound and effect is None:
        form.answer_status = 422
    elif effect is not None and not form.errors:
        form.note_seen(effect)
    form.show_reason_needed()
    context = {"form": form, "plan": row, **about_adding(form, story, effect)}
    return answer(request, "onboarding/add_item.html", context, status=form.answer_status)


def effect_asked_for(form: AddItemForm, story: PlanStory) -> AddingEffect | None:
    """What it would do; None while the form does not say what is to be added."""
    if not form.is_bound or not form.is_valid():
        return None
    spec = form.said()
    return effect_of_adding(story.standing(), spec.set_number, required=spec.required)


def about_adding(
    form: AddItemForm, story: PlanStory, effect: AddingEffect | None
) -> dict[str, Any]:
    """What the page says around its form."""
    told: dict[str, Any] = {
        "kind": ITEM_KINDS[form.kind],
        "purpose": KIND_PURPOSES[form.kind],
        "effects": (),
        "refusal": "",
    }
    if effect is None:
        return told
    standing, number = story.standing(), SetNumber(form.cleaned_data["set_number"])
    language = get_language() or "en"
    titles = {row.key: words_for_reader(row.asks.titles, language) for row in story.items}
    told["effects"] = adding_words(
        effect,
        gate=story.plan.edition.spec.gate_of_set(number),
        titles=titles,
        now_phase=standing.phase,
    )
    if effect.gate is GateEffect.SHUTS and not form.non_field_errors():
        told["refusal"] = objection_words(Objection(no=No.TOO_LATE_TO_ASK), titles=titles)
    told["insisting"] = effect.gate is GateEffect.SHUTS
    return told
