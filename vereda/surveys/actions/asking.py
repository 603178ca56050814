"""Asking people: by a letter to many, by a link to one.

A letter is claimed before it leaves and noted as sent after: whoever carries on after the machine
stopped sends nobody a second one. The few that were claimed and not noted are shown as unclear;
only a member sends them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.foundation.ids import new_id
from vereda.foundation.zones import day_where
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.queries import people_refusing
from vereda.surveys.actions.surveys import freeze_edition
from vereda.surveys.contracts import (
    Channel,
    SurveyLettersLeft,
    SurveyState,
    WaveOrdered,
    WaveState,
    WrongSurvey,
)
from vereda.surveys.links import digest_of_link, token_of
from vereda.surveys.models.asking import SurveyInvitation, Wave
from vereda.surveys.queries.asking import UNCLEAR, Chosen, Plan, invitations_to, wave_plan
from vereda.surveys.queries.surveys import edition_now
from vereda.surveys.rules.asking import sending_day
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.turns import hold_upserts

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.product.models import Feature
    from vereda.surveys.models.surveys import Survey
    from vereda.workspaces.models import Member, Workspace

UNCLEAR_AFTER = timedelta(minutes=10)
"""A letter claimed longer ago than this is in nobody's hands any more."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the token that only its person is told."""

    invitation: SurveyInvitation
    token: str


@transaction.atomic
def invite_person(
    survey: Survey,
    *,
    person: Person,
    account: Account,
    channel: Channel,
    by: Member | None,
    now: datetime,
    feature: Feature | None = None,
    moment: str = "",
) -> Invited:
    """A link for one person, to stand in a page or a message of yours; the same one again while
    it waits for an answer about the same feature and moment."""
    _refuse_unopened(survey)
    if survey.workspace_id not in {person.workspace_id} & {account.workspace_id}:
        raise WrongSurvey(_("This person and this account are not both of this workspace."))
    hold_upserts(survey.workspace)
    feature, moment = feature or survey.feature, moment or survey.moment
    waiting = invitations_to(survey).open(now=now).filter(feature=feature, moment=moment)
    waiting = waiting.filter(person=person, account=account, channel=channel, wave=None)
    row = waiting.filter(edition__number=survey.edition).first()
    if row is None:
        row = _new_invitation(survey, now=now)
        row.edition = edition_now(survey)
        row.person, row.account, row.channel = person, account, channel
        row.feature, row.moment = feature, moment
        row.save(force_insert=True)
        freeze_edition(row.edition, now=now)
        record(by, "invited", survey, channel=str(channel), account=account.key)
    return Invited(row, token_of(row))


def plan_wave(survey: Survey, *, chosen: Chosen, share: int, now: datetime) -> Plan:
    """Whom the next sending would ask, and whom not and why; nothing is written."""
    seed = str(survey.pk) if chosen.same_share else f"{survey.pk}/{_next_number(survey)}"
    return wave_plan(survey, chosen=chosen, share=share, seed=seed, now=now)


@transaction.atomic
def order_wave(
    survey: Survey, *, chosen: Chosen, share: int, by: Member | None, now: datetime
) -> Wave:
    """A sending to those of the chosen accounts' people whom nothing speaks against.

    The people are chosen here, once. It leaves on `send_on`: today, or the next day that is not
    quiet.
    """
    _refuse_unopened(survey)
    hold_upserts(survey.workspace)
    plan = plan_wave(survey, chosen=chosen, share=share, now=now)
    if not plan.choice.asked:
        raise WrongSurvey(_("Nobody would be asked."))
    edition = edition_now(survey)
    today = local_today(survey.workspace, now=now)
    wave: Wave = Wave.objects.of(survey.workspace_id).create(
        survey=survey,
        edition=edition,
        number=_next_number(survey),
        chosen=chosen.stored(),
        share=share,
        skipped={str(reason): count for reason, count in plan.reasons.items()},
        ordered_at=now,
        ordered_by=by,
        send_on=sending_day(today, quiet=survey.quiet_days),
    )
    letters = []
    for candidate in plan.choice.asked:
        row = _new_invitation(survey, now=now)
        row.edition, row.wave, row.feature, row.moment = (
            edition,
            wave,
            survey.feature,
            survey.moment,
        )
        row.person_id, row.account_id = candidate.person_id, candidate.account_id
        letters.append(row)
    SurveyInvitation.objects.of(survey.workspace_id).bulk_create(letters)
    freeze_edition(edition, now=now)
    record(by, "ordered sending", survey, number=wave.number, letters=len(letters))
    announce(WaveOrdered(workspace_id=survey.workspace_id, wave_id=wave.pk))
    return wave


@transaction.atomic
def stop_wave(wave: Wave, *, by: Member | None, now: datetime) -> int:
    """No further letter of it leaves; answers how many will not."""
    letters = SurveyInvitation.objects.of(wave.workspace_id).filter(wave=wave)
    stopped: int = letters.unsent().update(stopped_at=now, updated_at=now)
    letters.update(remind_on=None, updated_at=now)
    unfinished = Wave.objects.of(wave.workspace_id).filter(
        pk=wave.pk, state__in=[WaveState.WAITING, WaveState.SENDING]
    )
    if unfinished.update(state=WaveState.STOPPED, finished_at=now, updated_at=now):
        record(by, "stopped sending", wave.survey, number=wave.number, letters=stopped)
    return stopped


@transaction.atomic
def send_unclear_again(wave: Wave, *, by: Member | None, now: datetime) -> int:
    """Letters that failed, or may not have left, wait to be sent again; answers how many.

    Not those to people who said no since, or whose data may not be used any more.
    """
    letters = SurveyInvitation.objects.of(wave.workspace_id).filter(wave=wave, stopped_at=None)
    refusing = people_refusing(wave.workspace_id, purpose=ConsentPurpose.MESSAGES)
    lost = letters.writable().filter(
        UNCLEAR,
        Q(claimed_at__lt=now - UNCLEAR_AFTER) | ~Q(trouble=""),
        ~one_of_many(refusing, column="person"),
    )
    count: int = lost.update(claimed_at=None, trouble="", updated_at=now)
    if count:
        Wave.objects.of(wave.workspace_id).filter(pk=wave.pk).update(
            state=WaveState.WAITING, finished_at=None, updated_at=now
        )
        record(by, "sent again", wave.survey, number=wave.number, letters=count)
    return count


# --- What the task of a sending does, letter by letter --------------------------------


def begin_wave(wave: Wave, *, now: datetime) -> bool:
    """The sending is at work; False when it was stopped or is over."""
    rows = Wave.objects.of(wave.workspace_id).filter(
        pk=wave.pk, state__in=[WaveState.WAITING, WaveState.SENDING]
    )
    return bool(rows.update(state=WaveState.SENDING, held=0, beat_at=now, updated_at=now))


def rest_wave(wave: Wave, *, held: int, now: datetime) -> None:
    """So many letters wait, because these people had as many this week as they may get."""
    rows = Wave.objects.of(wave.workspace_id).filter(pk=wave.pk, state=WaveState.SENDING)
    rows.update(state=WaveState.WAITING, held=held, updated_at=now)


def finish_wave(wave: Wave, *, now: datetime) -> None:
    """Every letter was taken in hand."""
    rows = Wave.objects.of(wave.workspace_id).filter(pk=wave.pk, state=WaveState.SENDING)
    rows.update(state=WaveState.DONE, finished_at=now, updated_at=now)


def claim_letter(invitation: SurveyInvitation, *, now: datetime) -> bool:
    """Take a letter in hand; of two that try, one may. From now on the person may answer for so
    many days, and the letter says until when."""
    rows = SurveyInvitation.objects.of(invitation.workspace_id).unsent().writable()
    rows = rows.filter(pk=invitation.pk, survey__state=SurveyState.LIVE)
    invitation.expires_at = now + timedelta(days=invitation.survey.open_days)
    return bool(rows.update(claimed_at=now, expires_at=invitation.expires_at, updated_at=now))


def note_letter_sent(invitation: SurveyInvitation, *, now: datetime) -> None:
    """It left; the person is reminded once."""
    survey = invitation.survey
    remind_on = None
    if survey.remind_after_days:
        day = local_today(invitation.workspace, now=now) + timedelta(days=survey.remind_after_days)
        remind_on = sending_day(day, quiet=survey.quiet_days)
    rows = SurveyInvitation.objects.of(invitation.workspace_id).filter(pk=invitation.pk)
    rows.update(sent_at=now, remind_on=remind_on, updated_at=now)


def note_letter_failed(invitation: SurveyInvitation, *, trouble: str, now: datetime) -> None:
    """The mail server did not take it, and why."""
    rows = SurveyInvitation.objects.of(invitation.workspace_id).filter(pk=invitation.pk)
    rows.update(trouble=trouble[:200], updated_at=now)


def claim_reminder(invitation: SurveyInvitation, *, now: datetime) -> bool:
    """Take a reminder in hand; of two that try, one may, and never twice."""
    rows = SurveyInvitation.objects.of(invitation.workspace_id).open(now=now).writable()
    rows = rows.filter(
        pk=invitation.pk,
        reminder_claimed_at=None,
        remind_on__isnull=False,
        unsubscribed_at=None,
        survey__state=SurveyState.LIVE,
    )
    return bool(rows.update(reminder_claimed_at=now, updated_at=now))


def note_reminded(invitation: SurveyInvitation, *, now: datetime) -> None:
    """The reminder left."""
    rows = SurveyInvitation.objects.of(invitation.workspace_id).filter(pk=invitation.pk)
    rows.update(reminded_at=now, updated_at=now)


@transaction.atomic
def tell_letters_left(workspace_id: UUID, person_ids: Sequence[UUID]) -> None:
    """Whoever counts what people are written to hears of these letters, all at once."""
    if person_ids:
        announce(SurveyLettersLeft(workspace_id=workspace_id, person_ids=tuple(person_ids)))


@transaction.atomic
def stop_letters_to(person_id: UUID, *, workspace: UUID, now: datetime) -> int:
    """No letter and no reminder to this person any more; answers how many letters stay."""
    rows = SurveyInvitation.objects.of(workspace).filter(person=person_id)
    rows.filter(remind_on__isnull=False).update(remind_on=None, updated_at=now)
    count: int = rows.unsent().update(stopped_at=now, updated_at=now)
    return count


def local_today(workspace: Workspace, *, now: datetime) -> date:
    """The day it is where the workspace is."""
    return day_where(now, workspace.time_zone)


def _next_number(survey: Survey) -> int:
    rows = Wave.objects.of(survey.workspace_id).filter(survey=survey)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _new_invitation(survey: Survey, *, now: datetime) -> SurveyInvitation:
    row = SurveyInvitation(
        id=new_id(),
        workspace=survey.workspace,
        survey=survey,
        asked_at=now,
        expires_at=now + timedelta(days=survey.open_days),
    )
    row.digest = digest_of_link(token_of(row))
    return row


def _refuse_unopened(survey: Survey) -> None:
    if survey.state != SurveyState.LIVE:
        raise WrongSurvey(_("Open the survey first: only a live one asks people."))
