"""Sending a survey: who would get it and who not and why, then how far the letters are."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.panels import SURVEY, panels_at
from vereda.surveys import wording
from vereda.surveys.actions.asking import (
    order_wave,
    plan_wave,
    send_unclear_again,
    stop_wave,
)
from vereda.surveys.contracts import SkipReason, SurveyState, WaveState
from vereda.surveys.forms import SendingForm
from vereda.surveys.jobs import deliver_wave
from vereda.surveys.models.surveys import Survey
from vereda.surveys.pages.surveys import POST, frame_of_survey, survey_url
from vereda.surveys.queries.asking import figures_of_waves, wave_with_number, waves_of
from vereda.surveys.queries.plans import other_sending_day, plan_shown
from vereda.surveys.queries.surveys import survey_with_key


@page(may="surveys.see")
def sending(request: MemberRequest, survey: str) -> HttpResponse:
    """Choose, look, send; below it what was sent before.

    A GET with choices shows who would be asked; the POST of the same choices sends.
    """
    row = survey_with_key(request.member.workspace, survey)
    may_send = request.member.may("surveys.send")
    asked = request.method == "POST" or "share" in request.GET
    data = request.POST if request.method == "POST" else request.GET
    form = SendingForm(data if asked and may_send else None, workspace=request.member.workspace)
    refused, plan = "", None
    if form.is_bound and form.is_valid():
        share = form.cleaned_data["share"]
        if request.method == "POST":
            try:
                return _ordered(request, row, form)
            except Refused as error:
                refused = str(error.sentence)
        plan = plan_wave(row, chosen=form.chosen(), share=share, now=now())
    context = {
        **frame_of_survey(request, row, "sending"),
        "form": form,
        "refused": refused,
        "plan": plan_shown(plan) if plan else None,
        "sends_on": other_sending_day(row, now=now()),
        "sendable": row.state == SurveyState.LIVE and may_send,
        "waves": waves_shown(row),
        "panels": panels_at(SURVEY, member=request.member, thing=row),
    }
    wrong = bool(refused) or (form.is_bound and not form.is_valid())
    return answer(request, "surveys/sending.html#sending", context, status=422 if wrong else 200)


def _ordered(request: MemberRequest, row: Survey, form: SendingForm) -> HttpResponse:
    """Order the sending; its letters leave from a task."""
    if not request.member.may("surveys.send"):
        raise Refused(_("Your role cannot send surveys."))
    share = form.cleaned_data["share"]
    order_wave(row, chosen=form.chosen(), share=share, by=request.member, now=now())
    notice(request, _("The letters are on their way."))
    return answer_after(request, to=survey_url(request, row, "surveys:sending"))


@page(may="surveys.send", methods=POST)
def stop(request: MemberRequest, survey: str, number: int) -> HttpResponse:
    """No further letter of a sending leaves."""
    row = survey_with_key(request.member.workspace, survey)
    count = stop_wave(wave_with_number(row, number), by=request.member, now=now())
    told = ngettext("%s letter does not leave.", "%s letters do not leave.", count) % count
    notice(request, told)
    return answer_after(request, to=survey_url(request, row, "surveys:sending"))


@page(may="surveys.send", methods=POST)
def send_again(request: MemberRequest, survey: str, number: int) -> HttpResponse:
    """Letters that failed or may not have left go out again."""
    row = survey_with_key(request.member.workspace, survey)
    wave = wave_with_number(row, number)
    with transaction.atomic():
        count = send_unclear_again(wave, by=request.member, now=now())
        if count:
            deliver_wave.enqueue(str(wave.pk))
    told = ngettext("%s letter goes out again.", "%s letters go out again.", count) % count
    notice(request, told)
    return answer_after(request, to=survey_url(request, row, "surveys:sending"))


def waves_shown(row: Survey) -> list[dict[str, Any]]:
    """What was sent before, the newest first."""
    waves = waves_of(row)
    figures = figures_of_waves(row.workspace_id, waves)
    return [
        {
            "wave": wave,
            "state": wording.WAVE_STATES[WaveState(wave.state)],
            "figures": figures[wave.pk],
            "skipped": [
                (wording.SKIP_REASONS[SkipReason(reason)], count)
                for reason, count in wave.skipped.items()
            ],
            "running": wave.state in {WaveState.WAITING, WaveState.SENDING},
            "lost": figures[wave.pk].unclear + figures[wave.pk].refused
            if wave.state == WaveState.DONE
            else 0,
        }
        for wave in waves
    ]
