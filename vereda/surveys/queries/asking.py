"""Asking about who was asked, who would be, and who would not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from vereda.customers.queries.accounts import account_ids_among, listed_accounts
from vereda.customers.queries.people import memberships_where
from vereda.foundation.criteria import one_of_many
from vereda.foundation.errors import Missing
from vereda.foundation.letter_budgets import people_written_enough
from vereda.foundation.scoping import found
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.queries import people_allowing, people_refusing
from vereda.surveys.contracts import Channel, Repetition, SkipReason
from vereda.surveys.links import digest_of_link, workspace_in_link
from vereda.surveys.models.asking import SurveyInvitation, SurveyInvitationRows, Wave
from vereda.surveys.models.surveys import Survey
from vereda.surveys.rules.asking import AskingRules, Candidate, Choice, choose_people

EARLIEST, LATEST = 8, 20
"""Between these hours, where the workspace is, letters leave by themselves."""

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which accounts a wave is meant for: those in these stages, of these owners, or named.

    What is left empty narrows nothing; named accounts come beside the others' filter. Another
    capability chooses by `memberships`, a condition on who is in which account, and says in `said`
    what it chose, to be kept. once: nobody whom the survey ever invited is asked again; with
    `again`, not before so long after. same_share: every sending of the survey draws the same
    people, also of those who come later; else each draws anew.
    """

    stages: tuple[str, ...] = ()
    owner_ids: tuple[UUID, ...] = ()
    account_ids: tuple[UUID, ...] = ()
    memberships: Q | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False
    again: Repetition | None = None
    same_share: bool = False

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "stages": list(self.stages),
            "owners": [str(each) for each in self.owner_ids],
            "accounts": [str(each) for each in self.account_ids],
            **self.said,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Chosen:
        """From JSON."""
        return cls(
            stages=tuple(stored.get("stages", ())),
            owner_ids=tuple(UUID(each) for each in stored.get("owners", ())),
            account_ids=tuple(UUID(each) for each in stored.get("accounts", ())),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would be asked, who not and why, with the rows to show them by."""

    choice: Choice
    people: Mapping[UUID, Person]
    accounts: Mapping[UUID, Account]
    reasons: Mapping[SkipReason, int] = field(default_factory=dict)
    held: int = 0
    """So many of those asked had as many letters this week as they may get: theirs leave later."""


@dataclass(frozen=True, slots=True)
class WaveFigures:
    """How far a sending is: of all letters, how many left, are unclear, refused, answered."""

    letters: int = 0
    sent: int = 0
    unclear: int = 0
    refused: int = 0
    reminded: int = 0
    answered: int = 0
    unsubscribed: int = 0

    @property
    def share_sent(self) -> float:
        """How much of the work is done, from 0 to 1."""
        done = self.sent + self.unclear + self.refused
        return min(1.0, done / self.letters) if self.letters else 1.0


def is_daytime(workspace: Workspace, *, now: datetime) -> bool:
    """May letters leave by themselves at this hour?"""
    return EARLIEST <= now.astimezone(ZoneInfo(workspace.time_zone)).hour < LATEST


def wave_plan(survey: Survey, *, chosen: Chosen, share: int, seed: str, now: datetime) -> Plan:
    """Whom a wave would ask, and whom not and why; a constant number of queries."""
    workspace = survey.workspace_id
    memberships = memberships_where(workspace, _accounts_chosen(survey, chosen))
    people = {row.person_id: row.person for row in memberships}
    accounts = {row.account_id: row.account for row in memberships}
    asked = last_asked(workspace, people)
    waiting = with_open_invitation(workspace, people, now=now)
    invited = last_invited(survey, people) if chosen.once else {}
    allowing = people_allowing(workspace, purpose=ConsentPurpose.MESSAGES)
    refusing = people_refusing(workspace, purpose=ConsentPurpose.MESSAGES)
    candidates = [
        Candidate(
            person_id=row.person_id,
            account_id=row.account_id,
            email=row.person.email,
            restricted=row.person.restricted_at is not None,
            said_yes=row.person_id in allowing
            if row.person_id in allowing or row.person_id in refusing
            else None,
            last_asked_at=asked.get(row.person_id),
            has_open=row.person_id in waiting,
            last_invited_at=invited.get(row.person_id),
        )
        for row in memberships
    ]
    rules = AskingRules(
        recontact_days=survey.recontact_days,
        share=share,
        seed=seed,
        once=chosen.once,
        again=chosen.again,
        zone=ZoneInfo(survey.workspace.time_zone),
    )
    choice = choose_people(candidates, rules=rules, now=now)
    reasons = Counter(reason for _candidate, reason in choice.skipped)
    full = people_written_enough(workspace, [each.person_id for each in choice.asked], now=now)
    return Plan(
        choice,
        people,
        accounts,
        {each: reasons[each] for each in SkipReason if reasons[each]},
        len(full),
    )


def _accounts_chosen(survey: Survey, chosen: Chosen) -> Q:
    """The condition on memberships that they, or their account, were chosen."""
    if chosen.memberships is not None:
        return chosen.memberships
    rows = listed_accounts(survey.workspace_id)
    if chosen.account_ids:
        known = account_ids_among(survey.workspace_id, chosen.account_ids)
        return one_of_many(known, column="account")
    if chosen.stages:
        rows = rows.filter(stage__in=chosen.stages)
    if chosen.owner_ids:
        rows = rows.filter(owner__in=chosen.owner_ids)
    return Q(account__in=rows.values("pk"))


def last_asked(workspace: Workspace | UUID, person_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these people was last asked anything, by any survey."""
    rows = SurveyInvitation.objects.of(workspace).filter(one_of_many(person_ids, column="person"))
    # A letter that was stopped before it left asked nobody.
    rows = rows.filter(Q(sent_at__isnull=False) | Q(stopped_at=None), channel=Channel.EMAIL)
    return dict(rows.values("person").annotate(last=Max("asked_at")).values_list("person", "last"))


def last_invited(survey: Survey, person_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the survey last wrote to each of these people, or is about to."""
    rows = invitations_to(survey).filter(one_of_many(person_ids, column="person"))
    rows = rows.filter(Q(sent_at__isnull=False) | Q(stopped_at=None), channel=Channel.EMAIL)
    return dict(rows.values("person").annotate(last=Max("asked_at")).values_list("person", "last"))


def with_open_invitation(
    workspace: Workspace | UUID, person_ids: Collection[UUID], *, now: datetime
) -> set[UUID]:
    """Those of these people for whom some survey waits."""
    rows = SurveyInvitation.objects.of(workspace).open(now=now).filter(channel=Channel.EMAIL)
    rows = rows.filter(one_of_many(person_ids, column="person"))
    return set(rows.values_list("person_id", flat=True))


def invitation_with_link(token: str) -> SurveyInvitation:
    """The invitation that this link belongs to, or `Missing`."""
    workspace = workspace_in_link(token)
    if workspace is None:
        raise Missing("link")
    rows = SurveyInvitation.objects.of(workspace).select_related(
        "survey", "edition", "person", "account", "workspace", "feature"
    )
    return found(rows.filter(digest=digest_of_link(token), workspace__suspended_at=None))


def invitations_to(survey: Survey) -> SurveyInvitationRows:
    """Every invitation to the survey."""
    return SurveyInvitation.objects.of(survey.workspace_id).filter(survey=survey)


def wave_with_number(survey: Survey, number: int) -> Wave:
    """That sending of the survey, or `Missing`."""
    rows = Wave.objects.of(survey.workspace_id).filter(survey=survey, number=number)
    return found(rows.select_related("survey", "edition", "ordered_by__user", "workspace"))


def waves_of(survey: Survey) -> list[Wave]:
    """The sendings of the survey, the newest first."""
    rows = Wave.objects.of(survey.workspace_id).filter(survey=survey).newest()
    return list(rows.select_related("ordered_by__user")[:100])


def figures_of_waves(
    workspace: Workspace | UUID, waves: Collection[Wave]
) -> dict[UUID, WaveFigures]:
    """How far each of these sendings is; one query."""
    rows = SurveyInvitation.objects.of(workspace).filter(wave__in=[wave.pk for wave in waves])
    told = rows.values("wave").annotate(
        letters=Count("pk"),
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        unclear=Count("pk", filter=UNCLEAR & Q(trouble="")),
        refused=Count("pk", filter=UNCLEAR & ~Q(trouble="")),
        reminded=Count("pk", filter=Q(reminded_at__isnull=False)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        unsubscribed=Count("pk", filter=Q(unsubscribed_at__isnull=False)),
    )
    names = [field.name for field in fields(WaveFigures)]
    figures = {wave: WaveFigures(*counts) for wave, *counts in told.values_list("wave", *names)}
    return {wave.pk: figures.get(wave.pk, WaveFigures()) for wave in waves}


UNCLEAR = Q(claimed_at__isnull=False, sent_at=None)
"""Taken in hand and not known to have left."""


def invitations_of_person(person_id: UUID, *, workspace: Workspace | UUID) -> SurveyInvitationRows:
    """What a person was asked, the newest first."""
    rows = SurveyInvitation.objects.of(workspace).filter(person=person_id)
    return rows.select_related("survey").order_by("-asked_at", "-pk")


def survey_letters_to(
    workspace: Workspace | UUID, person_ids: Collection[UUID], *, since: datetime
) -> list[tuple[UUID, datetime]]:
    """When survey letters and reminders left for these people: they count in what each gets."""
    rows = SurveyInvitation.objects.of(workspace).filter(one_of_many(person_ids, column="person"))
    left = rows.filter(Q(sent_at__gt=since) | Q(reminded_at__gt=since))
    return [
        (person_id, at)
        for person_id, *both in left.values_list("person", "sent_at", "reminded_at")
        for at in both
        if at is not None and at > since
    ]


def survey_letters_for(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID] | None = None
) -> list[tuple[UUID, datetime]]:
    """When survey letters and reminders left, or may have left, for these accounts (None: for any),
    each with its account; one query."""
    rows = SurveyInvitation.objects.of(workspace).filter(claimed_at__isnull=False, trouble="")
    if account_ids is not None:
        rows = rows.filter(one_of_many(account_ids, column="account"))
    gone = rows.values_list("account", "claimed_at", "reminded_at")
    return [(account_id, at) for account_id, *both in gone for at in both if at is not None]


def last_survey_letters(
    workspace: Workspace | UUID, *, column: str, ids: Collection[UUID] | None = None
) -> dict[UUID, datetime]:
    """When a survey's letter or reminder last left for each, by account or person as `column`
    names; of these only, where ids are given. One query."""
    rows = SurveyInvitation.objects.of(workspace).filter(claimed_at__isnull=False, trouble="")
    if ids is not None:
        rows = rows.filter(one_of_many(ids, column=column))
    newest = rows.order_by().values_list(column).annotate(Max("claimed_at"), Max("reminded_at"))
    return {pk: max(sent, reminded or sent) for pk, sent, reminded in newest}
