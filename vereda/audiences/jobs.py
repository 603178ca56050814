"""What audiences do because of time, and the whole answers that run beside requests."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from vereda.audiences.actions.answering import answer_wholly
from vereda.audiences.actions.changes import forget_old_changes
from vereda.audiences.actions.touched import events_seen
from vereda.audiences.contracts import About, Cause
from vereda.audiences.models import Audience, AudienceChange
from vereda.audiences.queries.asking import vocabulary_of
from vereda.foundation import clock
from vereda.foundation.tasks import task

KEPT: Final = timedelta(days=400)


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
