"""The quarterly survey, its answers, and a few people who may be asked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from vereda.customers.queries.people import people_with_ids
from vereda.privacy.actions.consents import give_consent
from vereda.privacy.contracts import ConsentPurpose
from vereda.sample.contracts import World
from vereda.sample.rules.opinions import answers_invented
from vereda.surveys.actions.surveys import draft_survey, open_survey
from vereda.surveys.actions.upserts import upsert_answers
from vereda.surveys.contracts import AnswerIn, Channel, SurveyKind

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

ASKABLE = 40


def store_sample_surveys(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> None:
    """A live NPS survey with every answer of its quarters; one champion an account said yes to
    being written to."""
    with translation.override(workspace.language):
        name = _("How it is going, every quarter")
    survey = draft_survey(workspace, kind=SurveyKind.NPS, name=name, by=by)
    open_survey(survey, by=by, now=now)
    rows = [
        AnswerIn(
            external_id=told.external_id,
            survey_id=survey.pk,
            account_id=account_ids[told.account_external_id],
            person_id=person_ids[told.person_external_id],
            score=told.score,
            comment=told.comment,
            channel=Channel.EMAIL,
            language=told.language,
            answered_at=told.answered_at,
        )
        for account in world.accounts
        for told in answers_invented(world.seed, account, world.window)
    ]
    upsert_answers(workspace, rows, by=by, now=now)
    chosen = [
        person_ids[account.people[0].external_id]
        for account in world.accounts[:ASKABLE]
        if account.people and account.people[0].left_on is None
    ]
    for person in people_with_ids(workspace, chosen).values():
        give_consent(
            person,
            purpose=ConsentPurpose.MESSAGES,
            source="sample",
            by=by,
            now=now - timedelta(days=30),
        )
