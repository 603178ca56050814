"""Pages: a scorecard being built, factor by factor, and tried before anybody is scored by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.customers.contracts import HealthBand
from vereda.customers.queries.accounts import account_with_key, listed_accounts
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Missing
from vereda.foundation.inputs import Better, Input
from vereda.foundation.pages import answer, answer_after, notice
from vereda.health.actions.scorecards import save_draft
from vereda.health.contracts import Factor, ScoreRules
from vereda.health.forms import EMPTY_ROWS, FactorForm, LimitsForm, initial_of_factor
from vereda.health.models.scorecards import Scorecard
from vereda.health.pages.accounts import today_of
from vereda.health.pages.scorecards import card_url, rules_being_edited, to_card
from vereda.health.queries.inputs import inputs_of
from vereda.health.queries.scorecards import scorecard_with_key
from vereda.health.queries.trying import (
    spread_of_input,
    suggested_points,
    tried_on_account,
    tried_on_portfolio,
)
from vereda.health.rules.checking import problems_in_rules
from vereda.health.rules.scoring import direction_of
from vereda.health.wording import BETTERS, DIRECTIONS, input_words, problem_words

VERB = ("POST",)
MOST_ROWS = 12


@page(may="health.edit", methods=READING)
def choose_input(request: MemberRequest, card: str) -> HttpResponse:
    """Everything that can be scored, by what it is about."""
    workspace = request.member.workspace
    row = scorecard_with_key(workspace, card)
    groups: dict[str, list[Input]] = {}
    for each in inputs_of(workspace).values():
        groups.setdefault(str(each.group), []).append(each)
    taken = {factor.input for factor in rules_being_edited(row).factors}
    context = {"card": row, "groups": groups, "taken": taken, "betters": BETTERS}
    return answer(request, "health/choose_input.html", context)


@page(may="health.edit")
def add_factor(request: MemberRequest, card: str) -> HttpResponse:
    """A factor of one input, with a curve to begin with."""
    workspace = request.member.workspace
    row = scorecard_with_key(workspace, card)
    held = inputs_of(workspace).get(request.GET.get("input", ""))
    if held is None:
        names = {"workspace": workspace.slug, "card": row.key}
        return answer_after(request, to=reverse("health:choose-input", kwargs=names))
    spread = spread_of_input(workspace, held, today=today_of(request))
    begun = Factor(name="", input=held.name, points=suggested_points(spread, held))
    return Building(request, row, held, begun).answered(spread=spread)


@page(may="health.edit")
def edit_factor(request: MemberRequest, card: str, factor: str) -> HttpResponse:
    """Its weight and its curve."""
    workspace = request.member.workspace
    row = scorecard_with_key(workspace, card)
    known = factor_named(rules_being_edited(row), factor)
    held = inputs_of(workspace).get(known.input)
    spread = spread_of_input(workspace, held, today=today_of(request)) if held else None
    return Building(request, row, held, known).answered(spread=spread)


@page(may="health.edit", methods=VERB)
def remove_factor(request: MemberRequest, card: str, factor: str) -> HttpResponse:
    """It no longer counts in the draft."""
    row = scorecard_with_key(request.member.workspace, card)
    rules = rules_being_edited(row)
    known = factor_named(rules, factor)
    kept = tuple(each for each in rules.factors if each.name != known.name)
    kept_rules = msgspec.structs.replace(rules, factors=kept)
    save_draft(row, rules=kept_rules, version=row.draft_version, by=request.member)
    return to_card(request, row, _("It no longer counts in the draft."))


@page(may="health.edit")
def limits(request: MemberRequest, card: str) -> HttpResponse:
    """Where the colours begin, and how much must be known."""
    row = scorecard_with_key(request.member.workspace, card)
    rules = rules_being_edited(row)
    form = LimitsForm(
        request.POST or None,
        initial={
            "watch_from": rules.bands.watch_from,
            "healthy_from": rules.bands.healthy_from,
            "minimum_coverage": round(rules.minimum_coverage * 100),
            "version": row.draft_version,
        },
    )

    def act() -> None:
        coverage = form.cleaned_data["minimum_coverage"] / 100
        changed = msgspec.structs.replace(rules, bands=form.bands(), minimum_coverage=coverage)
        version = form.cleaned_data["version"]
        save_draft(row, rules=changed, version=version, by=request.member)

    if form.accepts(act):
        return to_card(request, row, _("The draft is saved."))
    context = {"card": row, "form": form}
    return answer(request, "health/limits.html", context, status=form.answer_status)


@dataclass(frozen=True, slots=True)
class Building:
    """A factor being built: its form, and what it would earn."""

    request: MemberRequest
    card: Scorecard
    input: Input | None
    factor: Factor

    def answered(self, *, spread: Any) -> HttpResponse:
        """The form; tried or kept when something was sent."""
        form = self.form()
        if self.request.method == "POST" and self.request.POST.get("do") != "save":
            tried = form.factor(self.name, self.factor.input) if form.is_valid() else None
            return self.shown(form, spread=spread, tried=tried)
        if form.accepts(lambda: self.keep(form)):
            notice(self.request, _("The draft is saved."))
            return answer_after(self.request, to=card_url(self.request, self.card))
        return self.shown(form, spread=spread, tried=self.factor)

    def form(self) -> FactorForm:
        """As many thresholds as there are, and two empty ones."""
        initial = {**initial_of_factor(self.factor), "version": self.card.draft_version}
        posted = sum(name.startswith("at_") for name in self.request.POST)
        rows = posted or len(self.factor.points) + EMPTY_ROWS
        if self.request.POST.get("do") == "more":
            rows = posted
        return FactorForm(
            self.request.POST or None, rows=min(max(rows, 1), MOST_ROWS), initial=initial
        )

    @property
    def name(self) -> str:
        """The factor's short name: its own, or a new one after its input."""
        if self.factor.name:
            return self.factor.name
        base = slugify(self.factor.input.rpartition(".")[2])[:40] or "factor"
        taken = {each.name for each in rules_being_edited(self.card).factors}
        numbered = (f"{base}-{number}" for number in range(2, 100))
        return base if base not in taken else next(n for n in numbered if n not in taken)

    def keep(self, form: FactorForm) -> None:
        """Put it into the draft, in its old place or at the end."""
        rules = rules_being_edited(self.card)
        made = form.factor(self.name, self.factor.input)
        names = [each.name for each in rules.factors]
        if made.name in names:
            factors = tuple(made if each.name == made.name else each for each in rules.factors)
        else:
            factors = (*rules.factors, made)
        changed = msgspec.structs.replace(rules, factors=factors)
        version = form.cleaned_data["version"]
        save_draft(self.card, rules=changed, version=version, by=self.request.member)

    def shown(self, form: FactorForm, *, spread: Any, tried: Factor | None) -> HttpResponse:
        """The page of the factor."""
        workspace = self.request.member.workspace
        unit = self.input.unit if self.input else None
        context: dict[str, Any] = {
            "card": self.card,
            "form": form,
            "input": self.input,
            "factor": self.factor,
            "spread": spread,
            "spread_words": [
                input_words(unit, each)
                for each in (spread.least, *(spread.quartiles or ()), spread.most)
                if each is not None
            ]
            if spread
            else [],
            "better": BETTERS[self.input.better if self.input else Better.NEITHER],
        }
        if tried is not None and tried.points:
            rules = ScoreRules(factors=(tried,))
            problems = problems_in_rules(rules, inputs=inputs_of(workspace))
            context["problems"] = [
                problem_words(each, rules, inputs_of(workspace)) for each in problems
            ]
            context["direction"] = DIRECTIONS[direction_of(tried)]
            if not problems:
                context["trial"] = tried_on_portfolio(
                    self.card,
                    workspace=workspace,
                    rules=rules,
                    inputs=inputs_of(workspace),
                    today=today_of(self.request),
                )
        status = form.answer_status if form.errors else 200
        return answer(self.request, "health/factor.html#builder", context, status=status)


def factor_named(rules: ScoreRules, name: str) -> Factor:
    """The factor with that short name, or `Missing`."""
    for factor in rules.factors:
        if factor.name == name:
            return factor
    raise Missing(name[:40])


# --- Trying ----------------------------------------------------------------------------


@page(may="health.see", methods=READING)
def try_account(request: MemberRequest, card: str) -> HttpResponse:
    """What the draft, or what is published, would say of one account."""
    workspace = request.member.workspace
    row = scorecard_with_key(workspace, card)
    rules, key = rules_being_edited(row), request.GET.get("account", "").strip().upper()
    inputs = inputs_of(workspace)
    context: dict[str, Any] = {"card": row, "key": key, "rules": rules, "inputs": inputs}
    if not key:
        first = listed_accounts(workspace).order_by("-arr_minor", "pk").first()
        context["key"] = first.key if first else ""
    elif not problems_in_rules(rules, inputs=inputs):
        try:
            account = account_with_key(workspace, key)
        except Missing:
            context["nobody"] = key
        else:
            context["trial"] = tried_on_account(
                account, workspace=workspace, rules=rules, inputs=inputs, today=today_of(request)
            )
    problems = problems_in_rules(rules, inputs=inputs)
    context["problems"] = [problem_words(each, rules, inputs) for each in problems]
    return answer(request, "health/try_account.html", context)


@page(may="health.see", methods=READING)
def try_portfolio(request: MemberRequest, card: str) -> HttpResponse:
    """What the draft would change: colours before and after, and who gets another."""
    workspace = request.member.workspace
    row = scorecard_with_key(workspace, card)
    rules, inputs = rules_being_edited(row), inputs_of(workspace)
    problems = problems_in_rules(rules, inputs=inputs)
    context: dict[str, Any] = {
        "card": row,
        "problems": [problem_words(each, rules, inputs) for each in problems],
    }
    if not problems:
        trial = tried_on_portfolio(
            row, workspace=workspace, rules=rules, inputs=inputs, today=today_of(request)
        )
        context |= {
            "trial": trial,
            "bands": [
                (band, trial.before.get(band, 0), trial.after.get(band, 0)) for band in HealthBand
            ],
        }
    return answer(request, "health/try_portfolio.html", context)
