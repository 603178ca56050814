"""What audiences do because of time, and the whole answers that run beside requests."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from vereda.audiences.actions.answering import answer_wholly
from vereda.audiences.actions.changes import forget_old_changes
from vereda.audiences.actions.surveys import ask_audience
from vereda.audiences.actions.touched import events_seen
from vereda.audiences.contracts import About, Cause, SendingState
from vereda.audiences.models import Audience, AudienceChange, SurveySending
from vereda.audiences.queries.asking import vocabulary_of
from vereda.foundation import clock
from vereda.foundation.tasks import task
from vereda.surveys.queries.asking import is_daytime
from vereda.workspaces.actions.turns import end_turn, take_turn

KEPT: Final = timedelta(days=400)
SILENT: Final = timedelta(minutes=30)
"""A sending ordered so long ago whose task was never heard of has lost it."""


@task()
def answer_audience(audience_id: str, cause: str) -> None:
    """Bring everybody up to date in one audience; one that went away meanwhile is left alone."""
    rows = Audience.every_workspace.select_related("workspace").filter(archived_at=None)
    audience = rows.filter(pk=UUID(audience_id)).first()
    if audience is None:
        return
    events_seen(audience.workspace_id)
    vocabulary = vocabulary_of(audience.workspace, about=About(audience.about))
    answer_wholly(audience, vocabulary=vocabulary, cause=Cause(cause), now=clock.now())


@task()
def send_survey_to_audience(sending_id: str) -> int:
    """Ask whoever of an audience may be asked by a survey; answers how many. Begun anew, it asks
    nobody again."""
    rows = SurveySending.every_workspace.select_related("workspace")
    row = rows.filter(pk=UUID(sending_id)).first()
    return 0 if row is None else ask_audience(row, now=clock.now())


def ask_whoever_entered() -> int:
    """Once an hour: where a survey keeps asking whoever enters an audience, and today nobody has
    looked yet, queue a look; answers how many. Only in the daytime of each workspace."""
    moment = clock.now()
    hour = moment.replace(minute=0, second=0, microsecond=0)
    turn = take_turn("vereda.audiences.jobs.ask_whoever_entered", due_at=hour, now=moment)
    if turn is None:
        return 0
    waiting = SurveySending.every_workspace.filter(
        Q(keeps_on=True, looked_at__isnull=False) | Q(state=SendingState.WAITING),
        workspace__suspended_at=None,
        ordered_at__lt=moment - SILENT,
    )
    queued = 0
    for row in waiting.select_related("workspace"):
        if is_daytime(row.workspace, now=moment) and not _looked_today(row, moment):
            send_survey_to_audience.enqueue(str(row.pk))
            queued += 1
    end_turn(turn, now=moment)
    return queued


def _looked_today(row: SurveySending, moment: datetime) -> bool:
    if row.looked_at is None or row.state == SendingState.WAITING:
        return False
    zone = ZoneInfo(row.workspace.time_zone)
    return row.looked_at.astimezone(zone).date() >= moment.astimezone(zone).date()


def answer_every_audience() -> int:
    """Once a day: queue a whole answer where days matter, where the last one is missing, and where
    a question could not be asked; answers how many."""
    queued = 0
    for audience in Audience.every_workspace.filter(archived_at=None):
        if audience.by_time or audience.problem or not audience.is_current:
            answer_audience.enqueue(str(audience.pk), Cause.TIME.value)
            queued += 1
    return queued


def forget_changes_of_audiences() -> int:
    """Once a day: who came and went more than 400 days ago; answers how many lines."""
    before = clock.now() - KEPT
    old = AudienceChange.every_workspace.filter(happened_at__lt=before)
    ids = set(old.values_list("workspace_id", flat=True).distinct())
    return sum(forget_old_changes(each, before=before) for each in ids)
