"""The surveys of a workspace: the list, a new one, its settings, opening and ending it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.templatetags.ui import Tab
from vereda.surveys import wording
from vereda.surveys.actions.surveys import draft_survey, edit_survey, end_survey, open_survey
from vereda.surveys.contracts import SurveyKind, SurveyState
from vereda.surveys.forms import NewSurveyForm, SurveySettingsForm
from vereda.surveys.models.surveys import Survey
from vereda.surveys.pages.shown import headline_of
from vereda.surveys.queries.results import answer_counts, response_rates, results_of_surveys
from vereda.surveys.queries.surveys import all_surveys, survey_with_key

POST = ("POST",)
MOST_SURVEYS = 200
TONES = {SurveyState.LIVE: "good", SurveyState.DRAFT: "unknown", SurveyState.ENDED: "plain"}


@page(may="surveys.see", methods=READING)
def surveys(request: MemberRequest) -> HttpResponse:
    """Every survey with its number, how sure it is, and how many of those asked answered."""
    workspace = request.member.workspace
    rows = list(all_surveys(workspace)[:MOST_SURVEYS])
    results = results_of_surveys(workspace, rows)
    counts, rates = answer_counts(workspace, rows), response_rates(workspace, rows)
    context = {
        "rows": [
            {
                "survey": row,
                "kind": wording.KIND_NAMES[SurveyKind(row.kind)],
                "tone": TONES[SurveyState(row.state)],
                "answers": counts.get(row.pk, 0),
                "rate": rates[row.pk],
                "headline": headline_of(results[row.pk]),
            }
            for row in rows
        ],
        "may_edit": request.member.may("surveys.edit"),
    }
    return answer(request, "surveys/surveys.html#rows", context)


@page(may="surveys.edit")
def new_survey(request: MemberRequest) -> HttpResponse:
    """A name and a kind; the words come with it."""
    form = NewSurveyForm(request.POST or None)
    made: list[Survey] = []

    def act() -> None:
        made.append(
            draft_survey(
                request.member.workspace,
                kind=SurveyKind(form.cleaned_data["kind"]),
                name=form.cleaned_data["name"],
                by=request.member,
            )
        )

    if form.accepts(act):
        return answer_after(request, to=survey_url(request, made[0], "surveys:wording"))
    return answer(request, "surveys/new.html#form", {"form": form}, status=form.answer_status)


@page(may="surveys.edit")
def settings(request: MemberRequest, survey: str) -> HttpResponse:
    """How often people are bothered, and what occasions it."""
    row = survey_with_key(request.member.workspace, survey)
    names = (
        "version",
        "name",
        "moment",
        "recontact_days",
        "open_days",
        "remind_after_days",
        "quiet_days",
    )
    initial = {
        **{name: getattr(row, name) for name in names},
        "feature": row.feature.slug if row.feature else "",
    }
    form = SurveySettingsForm(
        request.POST or None, workspace=request.member.workspace, initial=initial
    )

    def act() -> None:
        version = form.cleaned_data["version"]
        edit_survey(row, by=request.member, version=version, **form.said())

    if form.accepts(act):
        notice(request, _("The survey is changed."))
        return answer_after(request, to=survey_url(request, row, "surveys:settings"))
    context = {**frame_of_survey(request, row, "settings"), "form": form}
    return answer(request, "surveys/settings.html#form", context, status=form.answer_status)


@page(may="surveys.edit", methods=POST)
def open_one(request: MemberRequest, survey: str) -> HttpResponse:
    """From now on people can be asked."""
    row = survey_with_key(request.member.workspace, survey)
    open_survey(row, by=request.member, now=now())
    notice(request, _("The survey is open. Nobody is asked before you send it."))
    return answer_after(request, to=survey_url(request, row, "surveys:sending"))


@page(may="surveys.edit", methods=POST)
def end_one(request: MemberRequest, survey: str) -> HttpResponse:
    """Nobody is asked any more; what came in stays."""
    row = survey_with_key(request.member.workspace, survey)
    end_survey(row, by=request.member, now=now())
    notice(request, _("The survey has ended. Links that wait say so."))
    return answer_after(request, to=survey_url(request, row, "surveys:survey"))


def survey_url(request: MemberRequest, row: Survey, route: str) -> str:
    """A page of that survey."""
    return reverse(route, kwargs={"workspace": request.member.workspace.slug, "survey": row.key})


def frame_of_survey(request: MemberRequest, row: Survey, tab: str) -> dict[str, Any]:
    """What stands around every page of a survey."""
    labels = {
        "survey": _("Results"),
        "sending": _("Sending"),
        "wording": _("Questions"),
        "settings": _("Settings"),
    }
    may_edit = request.member.may("surveys.edit")
    shown = labels if may_edit else {name: labels[name] for name in ("survey", "sending")}
    return {
        "survey": row,
        "kind": wording.KIND_NAMES[SurveyKind(row.kind)],
        "state": wording.STATES[SurveyState(row.state)],
        "tone": TONES[SurveyState(row.state)],
        "tabs": [
            Tab(label, survey_url(request, row, f"surveys:{name}"), current=name == tab)
            for name, label in shown.items()
        ],
        "may_edit": may_edit,
        "may_send": request.member.may("surveys.send"),
    }
