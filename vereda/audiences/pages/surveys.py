"""Sending a survey to an audience: choose, look who would be asked and who not and why, confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.audiences.actions.surveys import (
    order_survey_sending,
    plan_survey_sending,
    stop_survey_sending,
)
from vereda.audiences.forms.sending import SurveySendingForm
from vereda.audiences.jobs import send_survey_to_audience
from vereda.audiences.pages.shown import address_of, after
from vereda.audiences.panels import sendings_shown
from vereda.audiences.queries.surveys import survey_sending_with_id
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.wording import number_words
from vereda.surveys.contracts import SurveyState
from vereda.surveys.queries.plans import other_sending_day, plan_shown
from vereda.surveys.queries.surveys import survey_with_key

if TYPE_CHECKING:
    from vereda.audiences.models import Audience
    from vereda.audiences.queries.surveys import AudiencePlan
    from vereda.surveys.models.surveys import Survey


@page(may="surveys.send")
def send_survey(request: MemberRequest, survey: str) -> HttpResponse:
    """A GET with an audience shows who of it would be asked; the POST of the same sends."""
    row = survey_with_key(request.member.workspace, survey)
    chosen = request.method == "POST" or "audience" in request.GET
    data = request.POST if request.method == "POST" else request.GET
    form = SurveySendingForm(data if chosen else None, workspace=request.member.workspace)

    plans: list[AudiencePlan] = []

    def act() -> None:
        if request.method == "POST":
            _order(request, row, form)
        else:
            plans.append(plan_survey_sending(row, now=now(), **form.said()))

    accepted = form.accepts(act)
    if accepted and request.method == "POST":
        said = _("The survey goes to %s.") % form.said()["audience"].name
        return after(request, said=said, to=address_of(request, "survey", survey=row.key))
    context: dict[str, Any] = {
        "survey": row,
        "form": form,
        "sendable": row.state == SurveyState.LIVE,
        "sends_on": other_sending_day(row, now=now()),
        "sending": reverse(
            "surveys:sending", kwargs={"workspace": row.workspace.slug, "survey": row.key}
        ),
        "panel": {
            "rows": sendings_shown(row),
            "survey": row,
            "workspace": row.workspace,
            "may_send": True,
        },
    }
    for planned in plans:
        context |= _planned(planned, form)
    status = form.answer_status if chosen and not accepted else 200
    return answer(request, "audiences/survey.html#sending", context, status=status)


def _planned(planned: AudiencePlan, form: SurveySendingForm) -> dict[str, Any]:
    """Who would be asked and who not, and who cannot be."""
    return {
        "plan": plan_shown(planned.plan),
        "unreached": unreached_words(form.said()["audience"], planned.unreached),
        "keeps_on": form.goes_on,
    }


def unreached_words(audience: Audience, count: int) -> str:
    """How many of an audience nobody can ask, as a sentence; "" where there are none."""
    if not count:
        return ""
    if audience.of_accounts:
        words = ngettext(
            "%s account of the audience has nobody to ask.",
            "%s accounts of the audience have nobody to ask.",
            count,
        )
    else:
        words = ngettext(
            "%s person of the audience is in no account, so nobody asks them.",
            "%s people of the audience are in no account, so nobody asks them.",
            count,
        )
    return words % number_words(count)


def _order(request: MemberRequest, row: Survey, form: SurveySendingForm) -> None:
    """Order it and hand it to a task, both or neither."""
    with transaction.atomic():
        sending = order_survey_sending(
            row,
            keeps_on=form.goes_on,
            by=request.member,
            now=now(),
            **form.said(),
        )
        send_survey_to_audience.enqueue(str(sending.pk))


@page(may="surveys.send", methods=("POST",))
def stop_survey(request: MemberRequest, survey: str, sending: UUID) -> HttpResponse:
    """Nobody more is asked: not who enters from now on, nor the same people again."""
    row = survey_with_key(request.member.workspace, survey)
    stop_survey_sending(survey_sending_with_id(row, sending), by=request.member)
    said = _("Nobody of the audience is asked any more.")
    return after(request, said=said, to=address_of(request, "survey", survey=row.key))
