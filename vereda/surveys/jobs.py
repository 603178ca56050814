"""Sending letters: in tasks, exactly one to each, however often a task begins anew."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.mail import get_connection
from django.db.models import Q

from vereda.foundation import clock
from vereda.foundation.letter_budgets import people_written_enough
from vereda.foundation.tasks import task
from vereda.surveys.actions.asking import (
    begin_wave,
    claim_letter,
    claim_reminder,
    finish_wave,
    local_today,
    note_letter_failed,
    note_letter_sent,
    note_reminded,
    rest_wave,
    tell_letters_left,
)
from vereda.surveys.contracts import SurveyState, WaveOrdered, WaveState
from vereda.surveys.letters import survey_letter
from vereda.surveys.models.asking import SurveyInvitation, Wave
from vereda.surveys.queries.asking import is_daytime
from vereda.workspaces.actions.turns import end_turn, take_turn
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

log = logging.getLogger(__name__)

AT_ONCE = 50
NONE = UUID(int=0)
SILENT = timedelta(minutes=30)
"""A sending of which nothing was heard for so long has lost its task."""

MORE = ("survey", "edition", "person", "workspace")


@task()
def deliver_wave(wave_id: str) -> int:
    """Send what has not left of a sending; answers how many letters left now."""
    waves = Wave.every_workspace.select_related("survey", "workspace")
    wave = waves.filter(pk=UUID(wave_id)).first()
    if wave is None:
        return 0
    sent, held, after = 0, 0, NONE
    while begin_wave(wave, now=clock.now()):
        rows = SurveyInvitation.objects.of(wave.workspace_id).unsent().writable().filter(wave=wave)
        part = list(rows.filter(pk__gt=after).select_related(*MORE).order_by("pk")[:AT_ONCE])
        if not part:
            break
        after = part[-1].pk
        free = _with_a_free_week(part)
        held += len(part) - len(free)
        sent += _send(free, reminder=False, claim=claim_letter, note=note_letter_sent)
    if held:
        rest_wave(wave, held=held, now=clock.now())
    else:
        finish_wave(wave, now=clock.now())
    return sent


def _with_a_free_week(part: list[SurveyInvitation]) -> list[SurveyInvitation]:
    """Those whose person may get one more letter this week; the others wait for the next hour."""
    if not part:
        return []
    ids = [row.person_id for row in part]
    full = people_written_enough(part[0].workspace_id, ids, now=clock.now())
    return [row for row in part if row.person_id not in full]


def deliver_when_ordered(fact: WaveOrdered) -> None:
    """A sending whose day it is begins at once, whoever ordered it; others wait for their day."""
    waves = Wave.objects.of(fact.workspace_id).select_related("workspace")
    wave = waves.filter(pk=fact.wave_id).first()
    if wave is not None and wave.send_on <= local_today(wave.workspace, now=clock.now()):
        deliver_wave.enqueue(str(wave.pk))


@task()
def send_reminders(workspace_id: str) -> int:
    """Remind, once, those of a workspace who were to be reminded by today."""
    workspace, moment = workspace_with_id(UUID(workspace_id)), clock.now()
    rows = SurveyInvitation.objects.of(workspace).open(now=moment)
    rows = rows.filter(remind_on__lte=local_today(workspace, now=moment), reminder_claimed_at=None)
    part = _with_a_free_week(list(rows.select_related(*MORE).order_by("pk")))
    return _send(part, reminder=True, claim=claim_reminder, note=note_reminded)


def look_after_waves() -> int:
    """Once an hour: sendings whose day has come begin, and reminders leave; answers how many
    tasks were ordered. Only in the daytime of each workspace."""
    moment = clock.now()
    hour = moment.replace(minute=0, second=0, microsecond=0)
    turn = take_turn("vereda.surveys.jobs.look_after_waves", due_at=hour, now=moment)
    if turn is None:
        return 0
    ordered = 0
    stuck = Q(state=WaveState.SENDING, beat_at__lt=moment - SILENT)
    unfinished = Wave.every_workspace.filter(Q(state=WaveState.WAITING) | stuck)
    for wave in unfinished.filter(workspace__suspended_at=None).select_related("workspace"):
        if is_daytime(wave.workspace, now=moment) and wave.send_on <= local_today(
            wave.workspace, now=moment
        ):
            deliver_wave.enqueue(str(wave.pk))
            ordered += 1
    for workspace in _with_reminders(moment):
        if is_daytime(workspace, now=moment):
            send_reminders.enqueue(str(workspace.pk))
            ordered += 1
    end_turn(turn, now=moment)
    return ordered


def _with_reminders(moment: datetime) -> list[Workspace]:
    """Those where somebody is to be reminded; east of here tomorrow may have begun already."""
    rows = SurveyInvitation.every_workspace.filter(
        remind_on__lte=moment.date() + timedelta(days=1),
        reminder_claimed_at=None,
        answered_at=None,
        stopped_at=None,
        expires_at__gt=moment,
        person__restricted_at=None,
        survey__state=SurveyState.LIVE,
    )
    ids = rows.filter(workspace__suspended_at=None).values_list("workspace", flat=True)
    return [workspace_with_id(each) for each in ids.distinct()]


def _send(
    rows: list[SurveyInvitation],
    *,
    reminder: bool,
    claim: Callable[..., bool],
    note: Callable[..., None],
) -> int:
    """Send these letters over one connection: each claimed, sent, and noted before the next;
    answers how many left."""
    if not rows:
        return 0
    sent: list[UUID] = []
    with get_connection() as connection:
        for row in rows:
            if not claim(row, now=clock.now()):
                continue
            letter = survey_letter(row, reminder=reminder)
            letter.connection = connection
            try:
                letter.send()
            except (SMTPException, OSError, ValueError) as error:
                log.warning("A letter of survey %s did not leave: %s", row.survey_id, type(error))
                note_letter_failed(row, trouble=trouble_words(error), now=clock.now())
                continue
            note(row, now=clock.now())
            sent.append(row.person_id)
    tell_letters_left(rows[0].workspace_id, sent)
    return len(sent)


def trouble_words(error: Exception) -> str:
    """What went wrong, without anybody's address: the kind of failure and the server's code."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()
