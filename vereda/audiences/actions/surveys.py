"""Sending a survey to an audience: looked at first, ordered once, and kept on where wanted.

Nobody is asked twice by one survey through audiences: whoever it invited before is left out, or is
asked again after the time that was said. So a task that begins anew, or somebody who presses twice,
asks nobody again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.audiences.contracts import AudienceArchived, SendingState, SendingTerms, SendingWaits
from vereda.audiences.models import Audience, SurveySending
from vereda.audiences.queries.surveys import (
    AudiencePlan,
    chosen_in,
    sending_terms_of,
    sending_to,
    unreached_in,
)
from vereda.foundation.scoping import found
from vereda.foundation.wording import number_words
from vereda.surveys.actions.asking import order_wave, plan_wave
from vereda.surveys.contracts import MOST_AGAIN, SurveyState, WrongSurvey
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.turns import hold_upserts

if TYPE_CHECKING:
    from vereda.surveys.models.surveys import Survey
    from vereda.workspaces.models import Member

WHOLE: Final = 100


def plan_survey_sending(
    survey: Survey, *, audience: Audience, terms: SendingTerms, now: datetime
) -> AudiencePlan:
    """Who of the audience would be asked now, and who not and why; nothing is written."""
    _refuse_wrong_terms(survey, terms)
    chosen = chosen_in(audience, terms=terms)
    plan = plan_wave(survey, chosen=chosen, share=terms.share, now=now)
    return AudiencePlan(plan, unreached_in(audience, plan))


@transaction.atomic
def order_survey_sending(
    survey: Survey,
    *,
    audience: Audience,
    terms: SendingTerms,
    keeps_on: bool,
    by: Member | None,
    now: datetime,
) -> SurveySending:
    """The survey will be sent to whoever is in the audience; `ask_audience` does it, in a task.

    keeps_on: and from then on to whoever enters; asking the same people again keeps on as well.
    Ordered twice, the second is refused while the first waits.
    """
    _refuse_unfit(survey, audience)
    _refuse_wrong_terms(survey, terms)
    hold_upserts(survey.workspace)
    row = sending_to(survey, audience)
    if row is not None and row.state == SendingState.WAITING:
        raise SendingWaits(_("The survey is being sent to %s already.") % audience.name)
    if row is None:
        row = SurveySending(workspace=survey.workspace, survey=survey, audience=audience)
    row.roles = [str(each) for each in terms.roles] if audience.of_accounts else []
    row.share, row.keeps_on = terms.share, keeps_on or terms.again is not None
    row.again_every = terms.again.every if terms.again else None
    row.again_unit = str(terms.again.unit) if terms.again else ""
    row.state, row.ordered_at, row.ordered_by = SendingState.WAITING, now, by
    row.save()
    record(
        by,
        "chose audience",
        survey,
        audience=audience.key,
        share=row.share,
        keeps_on=row.keeps_on,
        again=f"{terms.again.every} {terms.again.unit}" if terms.again else "",
    )
    return row


@transaction.atomic
def stop_survey_sending(row: SurveySending, *, by: Member | None) -> bool:
    """Nobody more is asked, neither who enters from now on nor the same people again; True if
    somebody would have been."""
    rows = SurveySending.objects.of(row.workspace_id).filter(pk=row.pk, keeps_on=True)
    if not rows.update(keeps_on=False):
        return False
    record(by, "stopped sending", row.survey, audience=row.audience.key)
    return True


@transaction.atomic
def ask_audience(row: SurveySending, *, now: datetime) -> int:
    """Ask whoever of the audience may be asked and never was by this survey, or is due again;
    answers how many.

    The first time everybody who is in, later those who entered since it was ordered; where people
    are asked again, everybody who is in each time.
    """
    hold_upserts(row.workspace)
    rows = SurveySending.objects.of(row.workspace_id).select_related(
        "survey__workspace", "audience", "ordered_by"
    )
    row = found(rows.filter(pk=row.pk))
    first = row.state == SendingState.WAITING
    asked, left_out = 0, {}
    if _fits(row.survey, row.audience) and (first or row.keeps_on):
        terms = sending_terms_of(row)
        since = None if first or terms.again else row.ordered_at
        chosen = chosen_in(row.audience, terms=terms, since=since)
        plan = plan_wave(row.survey, chosen=chosen, share=terms.share, now=now)
        asked = len(plan.choice.asked)
        left_out = {str(reason): count for reason, count in plan.reasons.items()}
        if asked:
            order_wave(row.survey, chosen=chosen, share=terms.share, by=row.ordered_by, now=now)
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


def _refuse_wrong_terms(survey: Survey, terms: SendingTerms) -> None:
    if not 1 <= terms.share <= WHOLE:
        raise WrongSurvey(_("Between 1 and 100 of a hundred can be asked."))
    if terms.again is None:
        return
    if not 1 <= terms.again.every <= MOST_AGAIN[terms.again.unit]:
        raise WrongSurvey(
            _("People can be asked again after a day at least and two years at most.")
        )
    if terms.again.most_days < survey.recontact_days:
        sentence = ngettext(
            "This survey leaves %s day between two surveys to one person, so it cannot ask again "
            "sooner.",
            "This survey leaves %s days between two surveys to one person, so it cannot ask again "
            "sooner.",
            survey.recontact_days,
        )
        raise WrongSurvey(sentence % number_words(survey.recontact_days))


def _refuse_unfit(survey: Survey, audience: Audience) -> None:
    if survey.workspace_id != audience.workspace_id:
        raise WrongSurvey(_("This survey and this audience are not both of this workspace."))
    if survey.state != SurveyState.LIVE:
        raise WrongSurvey(_("Open the survey first: only a live one asks people."))
    if audience.archived_at is not None:
        raise AudienceArchived(_("%s is archived: nobody enters or leaves it.") % audience.name)
