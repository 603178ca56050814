"""Loading the sample because a member asked on a page: as a task that says how far it is."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from vereda.foundation import clock
from vereda.foundation.errors import Refused
from vereda.foundation.tasks import task
from vereda.sample.actions.loading import load_sample
from vereda.sample.contracts import SampleExists, SampleIsLoading
from vereda.sample.models import SampleLoad
from vereda.sample.queries import running_sample_load, sample_exists
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

log = logging.getLogger(__name__)

GIVEN_UP_AFTER = timedelta(minutes=15)


@transaction.atomic
def ask_for_sample(*, by: Member, now: datetime) -> SampleLoad:
    """A load that a task does next; refused while there is a sample or another load."""
    if sample_exists():
        raise SampleExists(_("The sample company is here already. Remove it first."))
    if running_sample_load(by.workspace, since=now - GIVEN_UP_AFTER):
        raise SampleIsLoading(_("The sample company is being loaded already."))
    load: SampleLoad = SampleLoad.objects.of(by.workspace).create(by=by, doing="world")
    record(by, "asked for", load)
    run_sample_load.enqueue(str(by.workspace_id), str(load.pk))
    return load


@task()
def run_sample_load(workspace_id: str, load_id: str) -> None:
    """Do what a member asked for, and keep what became of it where the page can see it."""
    load = SampleLoad.objects.of(UUID(workspace_id)).select_related("by__user").get(pk=load_id)
    language = load.by.user.language if load.by else None
    try:
        with translation.override(language):
            load_sample(
                by=load.by,
                now=clock.now(),
                progress=lambda share, doing: note_progress(load, share=share, doing=doing),
            )
    except Refused as refused:
        end_sample_load(load, now=clock.now(), failure=str(refused))
    except Exception:
        log.exception("The sample could not be loaded")
        with translation.override(language):
            sentence = _("Something went wrong, and what had been loaded was taken back.")
        end_sample_load(load, now=clock.now(), failure=sentence)
    else:
        end_sample_load(load, now=clock.now())


def note_progress(load: SampleLoad, *, share: float, doing: str) -> None:
    """Keep how far a load is; only whole percents are written."""
    percent = round(share * 100)
    if (percent, doing) == (load.percent, load.doing):
        return
    load.percent, load.doing = percent, doing
    SampleLoad.objects.of(load.workspace_id).filter(pk=load.pk).update(percent=percent, doing=doing)


def end_sample_load(load: SampleLoad, *, now: datetime, failure: str = "") -> None:
    """The load is over, well or with a sentence about what went wrong."""
    SampleLoad.objects.of(load.workspace_id).filter(pk=load.pk).update(
        ended_at=now, failure=failure[:500]
    )
