"""Asking to whom of an audience a survey would go, and to which audiences it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from vereda.audiences.contracts import SendingTerms
from vereda.audiences.models import Audience, SurveySending
from vereda.audiences.queries.inclusions import account_ids_in, inclusions_in, person_ids_in
from vereda.customers.contracts import RelationKind
from vereda.customers.queries.relationships import standing_so
from vereda.foundation.scoping import found
from vereda.surveys.queries.asking import Chosen

if TYPE_CHECKING:
    from vereda.surveys.models.surveys import Survey
    from vereda.surveys.queries.asking import Plan

ROLES: Final = (
    RelationKind.CHAMPION,
    RelationKind.DECIDES,
    RelationKind.INFLUENCES,
    RelationKind.USES,
    RelationKind.BLOCKS,
)
"""What a person may be to an account; the other kinds are between two people."""


@dataclass(frozen=True, slots=True)
class AudiencePlan:
    """Who of an audience would be asked and who not, and how many of it cannot be reached at all:
    accounts with nobody to ask, or people who are in no account."""

    plan: Plan
    unreached: int


def chosen_in(audience: Audience, *, terms: SendingTerms, since: datetime | None = None) -> Chosen:
    """The people of an audience, or of its accounts, as the survey's sending takes them.

    The roles narrow accounts to people who stand so in them. `since`: only who entered after it.
    """
    entered = {} if since is None else {"since_at__gt": since}
    if audience.of_accounts:
        condition = Q(account__in=account_ids_in(audience).filter(**entered))
        if terms.roles:
            condition &= standing_so(audience.workspace_id, terms.roles)
    else:
        condition = Q(person__in=person_ids_in(audience).filter(**entered))
    said = {"audience": audience.key, "roles": [str(each) for each in terms.roles]}
    return Chosen(memberships=condition, said=said, once=True, again=terms.again, same_share=True)


def unreached_in(audience: Audience, plan: Plan) -> int:
    """How many accounts of the audience have nobody to ask, or people of it are in no account."""
    reached = len(plan.accounts if audience.of_accounts else plan.people)
    return max(0, inclusions_in(audience).count() - reached)


def sending_to(survey: Survey, audience: Audience) -> SurveySending | None:
    """The sending of this survey to this audience, if there ever was one."""
    rows = SurveySending.objects.of(survey.workspace_id).filter(survey=survey, audience=audience)
    return rows.select_related("audience", "survey", "workspace").first()


def sending_terms_of(row: SurveySending) -> SendingTerms:
    """How that audience is asked."""
    roles = tuple(RelationKind(each) for each in row.roles)
    return SendingTerms(roles=roles, share=row.share, again=row.again)


def sendings_of_survey(survey: Survey) -> list[SurveySending]:
    """The audiences that the survey is or was sent to, the latest first."""
    rows = SurveySending.objects.of(survey.workspace_id).filter(survey=survey)
    rows = rows.select_related("audience", "ordered_by__user")
    return list(rows.order_by("-ordered_at", "-pk")[:100])


def survey_sending_with_id(survey: Survey, sending_id: UUID) -> SurveySending:
    """That sending of the survey, or `Missing`."""
    rows = SurveySending.objects.of(survey.workspace_id).filter(survey=survey)
    return found(rows.select_related("audience", "survey").filter(pk=sending_id))
