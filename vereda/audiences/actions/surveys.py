"""Sending a survey to an audience: looked at first, ordered once, and kept on where wanted.

Nobody is asked twice by one survey through audiences: whoever it invited before is left out. So a
task that begins anew, or somebody who presses twice, asks nobody again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vereda.audiences.contracts import AudienceArchived, SendingState, SendingWaits
from vereda.audiences.models import Audience, SurveySending
from vereda.audiences.queries.surveys import AudiencePlan, chosen_in, sending_to, unreached_in
from vereda.customers.contracts import RelationKind
from vereda.foundation.scoping import found
from vereda.surveys.actions.asking import order_wave, plan_wave
from vereda.surveys.contracts import SurveyState, WrongSurvey
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.turns import hold_upserts

if TYPE_CHECKING:
    from vereda.surveys.models.surveys import Survey
    from vereda.workspaces.models import Member


def plan_survey_sending(
    survey: Survey, *, audience: Audience, roles: Collection[RelationKind], now: datetime
) -> AudiencePlan:
    """Who of the audience would be asked now, and who not and why; nothing is written."""
    plan = plan_wave(survey, chosen=chosen_in(audience, roles=roles), share=100, now=now)
    return AudiencePlan(plan, unreached_in(audience, plan))


@transaction.atomic
def order_survey_sending(
    survey: Survey,
    *,
    audience: Audience,
    roles: Collection[RelationKind],
    keeps_on: bool,
    by: Member | None,
    now: datetime,
) -> SurveySending:
    """The survey will be sent to whoever is in the audience; `ask_audience` does it, in a task.

    keeps_on: and from then on to whoever enters. Ordered twice, the second is refused while the
    first waits.
    """
    _refuse_unfit(survey, audience)
    hold_upserts(survey.workspace)
    row = sending_to(survey, audience)
    if row is not None and row.state == SendingState.WAITING:
        raise SendingWaits(_("The survey is being sent to %s already.") % audience.name)
    if row is None:
        row = SurveySending(workspace=survey.workspace, survey=survey, audience=audience)
    row.roles = [str(each) for each in roles] if audience.of_accounts else []
    row.keeps_on, row.state = keeps_on, SendingState.WAITING
    row.ordered_at, row.ordered_by = now, by
    row.save()
    record(by, "chose audience", survey, audience=audience.key, keeps_on=keeps_on)
    return row


@transaction.atomic
def stop_survey_sending(row: SurveySending, *, by: Member | None) -> bool:
    """Whoever enters from now on is not asked; True if somebody would have been."""
    rows = SurveySending.objects.of(row.workspace_id).filter(pk=row.pk, keeps_on=True)
    if not rows.update(keeps_on=False):
        return False
    record(by, "stopped sending", row.survey, audience=row.audience.key)
    return True


@transaction.atomic
def ask_audience(row: SurveySending, *, now: datetime) -> int:
    """Ask whoever of the audience may be asked and never was by this survey; answers how many.

    The first time everybody who is in, later those who entered since it was ordered.
    """
    hold_upserts(row.workspace)
    rows = SurveySending.objects.of(row.workspace_id).select_related(
        "survey__workspace", "audience", "ordered_by"
    )
    row = found(rows.filter(pk=row.pk))
    first = row.state == SendingState.WAITING
    asked, left_out = 0, {}
    if _fits(row.survey, row.audience) and (first or row.keeps_on):
        roles = [RelationKind(each) for each in row.roles]
        since = None if first else row.ordered_at
        chosen = chosen_in(row.audience, roles=roles, since=since)
        plan = plan_wave(row.survey, chosen=chosen, share=100, now=now)
        asked = len(plan.choice.asked)
        left_out = {str(reason): count for reason, count in plan.reasons.items()}
        if asked:
            order_wave(row.survey, chosen=chosen, share=100, by=row.ordered_by, now=now)
    SurveySending.objects.of(row.workspace_id).filter(pk=row.pk).update(
        state=SendingState.LOOKED,
        looked_at=now,
        asked=F("asked") + asked,
        left_out=left_out,
        updated_at=now,
    )
    return asked


def _fits(survey: Survey, audience: Audience) -> bool:
    return survey.state == SurveyState.LIVE and audience.archived_at is None


def _refuse_unfit(survey: Survey, audience: Audience) -> None:
    if survey.workspace_id != audience.workspace_id:
        raise WrongSurvey(_("This survey and this audience are not both of this workspace."))
    if survey.state != SurveyState.LIVE:
        raise WrongSurvey(_("Open the survey first: only a live one asks people."))
    if audience.archived_at is not None:
        raise AudienceArchived(_("%s is archived: nobody enters or leaves it.") % audience.name)
